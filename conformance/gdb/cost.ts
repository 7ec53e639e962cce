/** What stops cost that are not reached: a boot of Debian's kernel with and without them, by turns, in the same weather. */
import { readFileSync } from 'node:fs';
import { debianMachine } from '../debian.js';
import type { Machine } from '../../src/index.js';
import { readSystemMap } from './kernel-elf.js';

const INSTRUCTIONS = 100_000_000;
const ROUNDS = 2;
/** What is more is not the weather. */
export const MOST_COST = 1.25;
/** Functions that a boot does not come to, in pages of functions that it does. */
const unreached = [
  'panic',
  'kernel_restart',
  'oops_enter',
  'die',
  'do_group_exit',
  'kernel_power_off',
  '__warn',
];

export interface Cost {
  readonly breakpoints: number;
  /** Processor time with them over that without. */
  readonly ratio: number;
  /** The same number of instructions gives the same registers. */
  readonly isSame: boolean;
}

function seconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const machine = (): Machine =>
  debianMachine({ el: 2, cores: 1, mebibytes: 256, append: 'nokaslr console=ttyAMA0', seed: 1n });
const pcOf = (each: Machine): string => `${each.core(0).pc} ${each.core(0).x(0)} ${each.now}`;

export function costOfStops(systemMap: string): Cost {
  const names = readSystemMap(readFileSync(systemMap, 'utf8'));
  const addresses = unreached.flatMap((name) => names.get(name)?.address ?? []);
  let [plain, stopped] = [Infinity, Infinity];
  let isSame = true;
  for (let round = 0; round < ROUNDS; round++) {
    const [without, having] = [machine(), machine()];
    for (const address of addresses) having.stops.addBreakpoint({ space: 'virtual', address });
    plain = Math.min(
      plain,
      seconds(() => without.run({ instructions: INSTRUCTIONS })),
    );
    stopped = Math.min(
      stopped,
      seconds(() => having.run({ instructions: INSTRUCTIONS })),
    );
    isSame &&= having.instructions === INSTRUCTIONS && pcOf(having) === pcOf(without);
  }
  return { breakpoints: addresses.length, ratio: stopped / plain, isSame };
}
