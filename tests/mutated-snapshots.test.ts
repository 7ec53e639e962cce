/** A few mutated snapshots; `npm run conformance -- snapshots` tries 10,000. */
import { describe, expect, it } from 'vitest';
import { bootZircon, builtInBootImage } from '../src/index.js';
import { machineFor, startCores } from './programs/program.js';
import { tryMutations } from './snapshots/trials.js';

const counting = (cores: number): string => `
    ${startCores(cores)}
    movz x20, #1, lsl #16
  again:
    add x0, x0, #1
    sub x20, x20, #1
    cbnz x20, again
  sleep:
    wfi
    b sleep`;

/** Of each machine. */
const MUTATIONS = 25;

describe('a mutated snapshot is refused in one line, or runs', () => {
  it.each([1, 4])('of a program on %i cores', (cores) => {
    const machine = machineFor(counting(cores), { cores });
    machine.run({ instructions: 10_000 });
    const { refused, ran, failures } = tryMutations('program', machine, MUTATIONS, cores);
    expect(failures).toEqual([]);
    expect([refused, ran].every((number) => number > 5)).toBe(true);
  });

  it.each([1, 4])('of the Zircon system on %i cores', (cores) => {
    const append = 'userboot.next=bin/core-tests userboot.shutdown';
    const { machine } = bootZircon(builtInBootImage(), { ramSize: 2 ** 25, cores, append });
    machine.run({ instructions: 2_600_000 });
    const { refused, ran, failures } = tryMutations('Zircon', machine, MUTATIONS, cores);
    expect(failures).toEqual([]);
    expect([refused, ran].every((number) => number > 5)).toBe(true);
  });
});
