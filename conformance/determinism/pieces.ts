/** A boot in pieces of random length, within one process: limits of a run must not change what happens. */
import { readFileSync } from 'node:fs';
import { Machine, planBoot, readKernel, saveSnapshot } from '../../src/index.js';
import { fixtures, LAST_LINE } from '../dmesg/setups.js';
import { Random } from '../execute/random.js';
import { bootRecord, type BootRecord } from './record.js';
import { APPEND, type Setup } from './setups.js';

/** Longest piece, in instructions or in ns. */
const LONGEST = 4_000_000;

export async function bootInPieces({ el, cores, seed }: Setup): Promise<BootRecord> {
  const options = { cores, ramSize: 2 ** 30, hypervisor: el === 2, epoch: 0 };
  const machine = new Machine(options);
  const kernel = {
    name: fixtures.kernel,
    content: readKernel(readFileSync(fixtures.kernel), fixtures.kernel),
  };
  const initrd = { name: fixtures.initrd, bytes: readFileSync(fixtures.initrd) };
  machine.powerUp(planBoot({ kernel, initrd, append: APPEND, seed: BigInt(seed) }, machine.board));
  const console: number[] = [];
  let line = '';
  machine.onTransmit = (byte) => {
    console.push(byte);
    line = byte === 0x0a ? '' : line + String.fromCharCode(byte);
    if (line.includes(LAST_LINE)) machine.stop();
  };
  const random = new Random(seed);
  let reason;
  do {
    const limit = 1 + random.below(random.pick([100, 10_000, LONGEST]));
    reason = machine.run(random.oneIn(2) ? { instructions: limit } : { until: machine.now + limit });
  } while (reason === 'limit');
  return bootRecord(machine.instructions, Uint8Array.from(console), machine, saveSnapshot(machine));
}
