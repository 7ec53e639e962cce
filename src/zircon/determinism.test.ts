/** The same system from the same seed: the same instructions, console and time, however the run is cut up. */
import { describe, expect, it } from 'vitest';
import { builtInBootImage } from './launch/boot-image.js';
import { bootZircon } from './boot.js';

const APPEND = 'userboot.next=bin/hello-dynamic+a+b userboot.shutdown';

interface Run {
  readonly console: string;
  readonly instructions: number;
  readonly now: number;
  /** X registers and PC of each core at the end. */
  readonly registers: readonly string[];
}

/** Runs to the shutdown, in pieces of so many instructions. */
function run(cores: number, seed: bigint, piece = Infinity): Run {
  const options = { cores, seed, ramSize: 512 * 2 ** 20, append: APPEND };
  const { machine } = bootZircon(builtInBootImage(), options);
  let console = '';
  machine.onTransmit = (byte) => (console += String.fromCharCode(byte));
  let reason = machine.run({ instructions: piece });
  while (reason === 'limit') reason = machine.run({ instructions: piece });
  expect(reason).toBe('powered off');
  const registers = Array.from({ length: cores }, (_, core) => {
    const state = machine.core(core);
    return [state.pc, ...Array.from({ length: 31 }, (_, i) => state.x(i))].join(' ');
  });
  return { console, instructions: machine.instructions, now: machine.now, registers };
}

describe.each([1, 4])('a Zircon system on %i cores', (cores) => {
  const first = run(cores, 7n);

  it('runs to its end', () => {
    expect(first.console).toContain('bin/hello-dynamic exited with 0');
  });
  it('is the same again from the same seed', () => {
    expect(run(cores, 7n)).toEqual(first);
  });
  it.each([100_003, 769])('is the same when it is run in pieces of %i', (piece) => {
    expect(run(cores, 7n, piece)).toEqual(first);
  });
  it('lies elsewhere in memory with another seed', () => {
    expect(run(cores, 8n).console).not.toBe(first.console);
  });
});
