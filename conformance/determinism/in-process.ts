/**
 * Boots within this process: by the interpreter in one go, or by the translator in pieces of random length, which must not
 * change what happens.
 */
import type { EngineName } from '../../src/engine/index.js';
import type { Machine, RunLimits } from '../../src/index.js';
import { bootZircon, builtInBootImage } from '../../src/zircon/index.js';
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

/** Boots until the console's last line has a text. */
async function boot(machine: Machine, engine: EngineName, last: string, limits: Limits): Promise<BootRecord> {
  machine.cluster.engine = { name: engine };
  const console: number[] = [];
  let line = '';
  machine.onTransmit = (byte) => {
    console.push(byte);
    line = byte === 0x0a ? '' : line + String.fromCharCode(byte);
    if (line.includes(last)) machine.stop();
  };
  let reason;
  do reason = machine.run(limits(machine));
  while (reason === 'limit');
  return bootRecord(machine.instructions, Uint8Array.from(console), machine);
}

export const bootInterpreted = (setup: Setup): Promise<BootRecord> =>
  boot(machineOf(setup), 'interpreter', LAST_LINE, inOneGo);
export const bootInPieces = (setup: Setup): Promise<BootRecord> =>
  boot(machineOf(setup), 'translator', LAST_LINE, inPieces(setup.seed));

const PROMPT = '$ ';
const zircon = (): Machine => bootZircon(builtInBootImage(), { ramSize: 128 * 2 ** 20 }).machine;

/** The built-in Zircon system, to its shell's prompt. */
export const zirconInterpreted = (): Promise<BootRecord> => boot(zircon(), 'interpreter', PROMPT, inOneGo);
export const zirconInPieces = (): Promise<BootRecord> => boot(zircon(), 'translator', PROMPT, inPieces(1));
