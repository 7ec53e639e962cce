/** Time from nothing to Debian's /init, here and on QEMU, in turn. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstlight, fixtures, qemu, timed, type Command, type Engine } from './processes.js';
import { median } from './statistics.js';

export interface BootTimes {
  /** Seconds, each run: with nothing kept, and with the regions that the same boot has left. */
  readonly firstlight: readonly number[];
  readonly again: readonly number[];
  readonly qemu: readonly number[];
  /** QEMU's median over firstlight's. */
  readonly speed: number;
  readonly speedAgain: number;
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
  const kept = mkdtempSync(join(tmpdir(), 'firstlight-kept-'));
  const { here, there } = boots[board];
  const first = here(engine);
  const again = { ...first, args: [...first.args, '--kept-regions', kept] };
  const times = { first: [] as number[], again: [] as number[], there: [] as number[] };
  try {
    await timed(again);
    for (let i = 0; i < runs; i++) {
      times.first.push(await timed(first, LAST_LINE));
      times.again.push(await timed(again, LAST_LINE));
      times.there.push(await timed(there, LAST_LINE));
    }
  } finally {
    rmSync(kept, { recursive: true });
  }
  const speedOf = (seconds: readonly number[]): number => median(times.there) / median(seconds);
  return {
    firstlight: times.first,
    again: times.again,
    qemu: times.there,
    speed: speedOf(times.first),
    speedAgain: speedOf(times.again),
  };
}
