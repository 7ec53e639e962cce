/** v86, which runs the set in a PC: Debian's kernel and SeaBIOS for it, and its process. */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { downloadPackages, i386 } from '../../scripts/fixtures/debian.js';
import { APPEND_I386, processMachine } from './machines.js';

const cache = '.cache';
const directory = join(cache, 'linux-i386');
const files = {
  kernel: join(directory, 'vmlinuz'),
  bios: join(directory, 'bios.bin'),
  vgaBios: join(directory, 'vgabios.bin'),
} as const;

/** Fetches what is not there yet from Debian: its newest i386 kernel, and SeaBIOS, which v86's package lacks. */
export function fetchPcFiles(): void {
  if (Object.values(files).every((file) => existsSync(file))) return;
  const progress = (line: string): void => console.log(`bench: ${line}`);
  const [kernel, seabios] = downloadPackages(
    join(cache, 'debian-i386'),
    i386,
    ['kernel', 'seabios'],
    progress,
  );
  const staging = `${directory}.new`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  const release = kernel.name.replace(/^linux-image-/, '');
  cpSync(join(kernel.root, 'boot', `vmlinuz-${release}`), join(staging, 'vmlinuz'));
  const bios = join(seabios.root, 'usr/share/seabios');
  cpSync(join(bios, 'bios.bin'), join(staging, 'bios.bin'));
  cpSync(join(bios, 'vgabios-stdvga.bin'), join(staging, 'vgabios.bin'));
  rmSync(directory, { recursive: true, force: true });
  renameSync(staging, directory);
  for (const { root } of [kernel, seabios]) rmSync(root, { recursive: true, force: true });
}

const program = fileURLToPath(new URL('./v86-process.ts', import.meta.url));

export const inV86 = processMachine('v86', (initramfs) => ({
  file: process.execPath,
  args: [
    ...['--import', 'tsx', program],
    ...[files.kernel, files.bios, files.vgaBios, initramfs, APPEND_I386],
  ],
}));
