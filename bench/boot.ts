/** Time from nothing to Debian's /init, here and on QEMU, in turn. */
import { firstlight, fixtures, qemu, timed, type Command, type Engine } from './processes.js';
import { median } from './statistics.js';

export interface BootTimes {
  /** Seconds, each run. */
  readonly firstlight: readonly number[];
  readonly qemu: readonly number[];
  /** QEMU's median over firstlight's. */
  readonly speed: number;
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

export const bootHere = (engine?: Engine): Command => firstlight(hereArguments, engine);
export const bootOnQemu = qemu('virt,virtualization=on', ...thereArguments);

/** The same kernel on each board; of `raspi3b` with its four cores. */
const boots = {
  virt: { here: bootHere, there: bootOnQemu },
  raspi3b: {
    here: (engine?: Engine): Command =>
      firstlight(['-M', 'raspi3b', '--dtb', fixtures.raspi3b, ...hereArguments], engine),
    there: qemu('raspi3b', '-dtb', fixtures.raspi3b, ...thereArguments),
  },
} as const;
export type BootedBoard = keyof typeof boots;

export async function bootTimes(board: BootedBoard, runs: number, engine?: Engine): Promise<BootTimes> {
  const here: number[] = [];
  const there: number[] = [];
  for (let i = 0; i < runs; i++) {
    here.push(await timed(boots[board].here(engine), LAST_LINE));
    there.push(await timed(boots[board].there, LAST_LINE));
  }
  return { firstlight: here, qemu: there, speed: median(there) / median(here) };
}
