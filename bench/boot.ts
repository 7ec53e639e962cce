/** Time from nothing to Debian's /init, here and on QEMU, in turn. */
import { firstlight, fixtures, qemu, timed } from './processes.js';
import { median } from './statistics.js';

export interface BootTimes {
  /** Seconds, each run. */
  readonly firstlight: readonly number[];
  readonly qemu: readonly number[];
  /** firstlight's median over QEMU's. */
  readonly ratio: number;
}

const APPEND = 'console=ttyAMA0';
export const LAST_LINE = 'INIT_REACHED';

const hereArguments = [
  ...['--kernel', fixtures.kernel, '--initrd', fixtures.initrd, '--append', APPEND],
  ...['--until', LAST_LINE],
];
const thereArguments = [
  '-kernel',
  fixtures.kernel,
  '-initrd',
  fixtures.initrd,
  '-append',
  APPEND,
  '-serial',
  'stdio',
];

export const bootHere = firstlight(...hereArguments);
export const bootOnQemu = qemu('virt,virtualization=on', ...thereArguments);

/** The same kernel on each board; of `raspi3b` with its four cores. */
const boots = {
  virt: { here: bootHere, there: bootOnQemu },
  raspi3b: {
    here: firstlight('-M', 'raspi3b', '--dtb', fixtures.raspi3b, ...hereArguments),
    there: qemu('raspi3b', '-dtb', fixtures.raspi3b, ...thereArguments),
  },
} as const;
export type BootedBoard = keyof typeof boots;

export async function bootTimes(board: BootedBoard, runs: number): Promise<BootTimes> {
  const here: number[] = [];
  const there: number[] = [];
  for (let i = 0; i < runs; i++) {
    here.push(await timed(boots[board].here, LAST_LINE));
    there.push(await timed(boots[board].there, LAST_LINE));
  }
  return { firstlight: here, qemu: there, ratio: median(here) / median(there) };
}
