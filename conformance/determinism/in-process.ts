/** Boots within this process: in one go, or in pieces of random length, which must not change what happens. */
import type { Machine, RunLimits } from '../../src/index.js';
import { debianMachine, LAST_LINE } from '../debian.js';
import { Random } from '../../tests/cases/random.js';
import { bootRecord, type BootRecord } from './record.js';
import { APPEND, type Setup } from './setups.js';

/** Longest piece, in instructions or in ns. */
const LONGEST = 4_000_000;

/** Limits of the next piece. */
type Limits = (machine: Machine) => RunLimits;

const inOneGo: Limits = () => ({});

function inPieces(seed: number): Limits {
  const random = new Random(seed);
  return (machine) => {
    const limit = 1 + random.below(random.pick([100, 10_000, LONGEST]));
    return random.oneIn(2) ? { instructions: limit } : { until: machine.now + limit };
  };
}

async function boot({ el, cores, seed }: Setup, limits: Limits): Promise<BootRecord> {
  const machine = debianMachine({ el, cores, mebibytes: 1024, append: APPEND, seed: BigInt(seed) });
  const console: number[] = [];
  let line = '';
  machine.onTransmit = (byte) => {
    console.push(byte);
    line = byte === 0x0a ? '' : line + String.fromCharCode(byte);
    if (line.includes(LAST_LINE)) machine.stop();
  };
  let reason;
  do reason = machine.run(limits(machine));
  while (reason === 'limit');
  return bootRecord(machine.instructions, Uint8Array.from(console), machine);
}

export const bootInOneGo = (setup: Setup): Promise<BootRecord> => boot(setup, inOneGo);
export const bootInPieces = (setup: Setup): Promise<BootRecord> => boot(setup, inPieces(setup.seed));
