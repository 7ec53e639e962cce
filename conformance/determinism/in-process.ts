/** Boots within this process: in one go, or in pieces of random length, which must not change what happens. */
import type { Machine, RunLimits } from '../../src/index.js';
import { debianMachine, debianRaspi3b, LAST_LINE } from '../debian.js';
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

function machineOf({ board, el, cores, seed }: Setup): Machine {
  const options = { append: APPEND, seed: BigInt(seed) };
  if (board === 'raspi3b') return debianRaspi3b(options);
  return debianMachine({ ...options, el, cores, mebibytes: 1024 });
}

async function boot(setup: Setup, limits: Limits): Promise<BootRecord> {
  const machine = machineOf(setup);
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
