/** Runs small bare-metal programs as kernels of QEMU's board `virt` and reads their RAM afterwards. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Start of RAM, whose 128 MiB `runKernel` answers. */
export const RAM = 0x4000_0000;
const TIMEOUT_MS = 20_000;

/**
 * RAM after a raw kernel has switched the machine off. It is entered at 0x4008_0000 and EL2, on one cortex-a53. Throws
 * if it does not come to its end.
 */
export function runKernel(kernel: Uint8Array): Uint8Array {
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'firstlight-'));
  const [ram, file] = ['ram', 'kernel'].map((name) => join(directory, name));
  try {
    writeFileSync(ram, '');
    truncateSync(ram, 128 * 2 ** 20);
    writeFileSync(file, kernel);
    execFileSync(
      'qemu-system-aarch64',
      [
        ...['-M', 'virt,virtualization=on,memory-backend=ram', '-cpu', 'cortex-a53', '-m', '128M'],
        ...['-object', `memory-backend-file,id=ram,size=128M,mem-path=${ram},share=on`],
        ...['-kernel', file],
        ...['-display', 'none', '-serial', 'none', '-monitor', 'none', '-nodefaults', '-no-reboot'],
      ],
      { timeout: TIMEOUT_MS, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    return readFileSync(ram);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
