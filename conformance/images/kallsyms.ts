/** The symbols found in a kernel file, against those that the kernel itself lists when it runs on QEMU. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileType, gzip, readKallsyms, systemMapText, writeCpio } from '../../src/images/index.js';
import { compareLines, outputOf, type ImageComparison } from './comparison.js';

/** Lists all symbols, then ends. */
const init = `#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
echo 0 > /proc/sys/kernel/kptr_restrict
/bin/busybox cat /proc/kallsyms
/bin/busybox poweroff -f
`;

function initrd(busybox: Uint8Array): Uint8Array {
  const program = (name: string, data: Uint8Array) => ({ name, mode: fileType.regular | 0o755, data });
  const directory = (name: string) => ({ name, mode: fileType.directory | 0o755 });
  const console = {
    name: 'dev/console',
    mode: fileType.characterDevice | 0o600,
    device: { major: 5, minor: 1 },
  };
  return gzip(
    writeCpio([
      ...['bin', 'dev', 'proc'].map(directory),
      console,
      program('bin/busybox', busybox),
      program('init', new TextEncoder().encode(init)),
    ]),
  );
}

export function compareKallsyms(kernel: string, busybox: string): ImageComparison {
  const what = `symbols of ${kernel}, /proc/kallsyms on QEMU`;
  const found = readKallsyms(readFileSync(kernel));
  if (found === undefined) return { what, compared: 0, differing: 1, examples: ['no symbols found'] };
  const scratch = mkdtempSync(join(tmpdir(), 'firstlight-kallsyms-'));
  try {
    const file = join(scratch, 'initrd.gz');
    writeFileSync(file, initrd(readFileSync(busybox)));
    const board = [
      '-M',
      'virt',
      '-cpu',
      'cortex-a53',
      '-m',
      '512M',
      '-nographic',
      '-nic',
      'none',
      '-no-reboot',
    ];
    const boot = ['-kernel', kernel, '-initrd', file, '-append', 'console=ttyAMA0 quiet nokaslr'];
    const listed = outputOf('timeout', ['120', 'qemu-system-aarch64', ...board, ...boot], new Uint8Array());
    const lines = listed.toString('latin1').split(/\r*\n/);
    // Names in brackets belong to modules and to programs for the kernel's packet filter.
    const theirs = lines.filter((line) => /^[0-9a-f]{16} \S \S+$/.test(line));
    return compareLines(what, theirs, systemMapText(found).trim().split('\n'));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
