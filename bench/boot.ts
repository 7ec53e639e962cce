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

export const bootHere = firstlight(
  ...['--kernel', fixtures.kernel, '--initrd', fixtures.initrd, '--append', APPEND],
  ...['--until', LAST_LINE],
);
export const bootOnQemu = qemu(
  'virt,virtualization=on',
  ...['-kernel', fixtures.kernel, '-initrd', fixtures.initrd, '-append', APPEND, '-serial', 'stdio'],
);

export async function bootTimes(runs: number): Promise<BootTimes> {
  const here: number[] = [];
  const there: number[] = [];
  for (let i = 0; i < runs; i++) {
    here.push(await timed(bootHere, LAST_LINE));
    there.push(await timed(bootOnQemu, LAST_LINE));
  }
  return { firstlight: here, qemu: there, ratio: median(here) / median(there) };
}
