/** Runs small bare-metal programs as kernels of QEMU's board `virt` and reads their RAM afterwards. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ramAfter } from './bare-program.js';

/** Start of RAM, whose 128 MiB `runKernel` answers. */
export const RAM = 0x4000_0000;
const TIMEOUT_MS = 20_000;

/**
 * RAM after a raw kernel has switched the machine off. It is entered at 0x4008_0000 and EL2, on one cortex-a53. Throws
 * if it does not come to its end.
 */
export function runKernel(kernel: Uint8Array): Uint8Array {
  return ramAfter({
    memory: new Uint8Array(0),
    board: 'virtualization=on',
    start: (directory) => {
      const file = join(directory, 'kernel');
      writeFileSync(file, kernel);
      return ['-kernel', file];
    },
    timeout: TIMEOUT_MS,
  });
}
