/**
 * `npm run fixtures`: real inputs, fetched from Debian into `.cache/linux/` (ignored by git).
 *
 *   Image        the kernel of Debian's newest linux-image-VERSION-arm64, decompressed if it was gzip
 *   System.map   its symbols, from the table that it carries (Debian ships the file in a package of 1 GB)
 *   dtbs/        its devicetrees, by vendor
 *   initrd.gz    busybox-static and an /init that prints INIT_REACHED and starts a shell
 *   package.json what was fetched: package names and versions
 *
 * Needs apt-get and dpkg-deb; reads the system's list of package sources and changes nothing outside
 * `.cache/`. Quick when everything is there. `--refresh` asks Debian again.
 *
 * `qemu-system-aarch64 -M virt -cpu cortex-a53 -m 1G -nographic -kernel Image -initrd initrd.gz
 * -append console=ttyAMA0` (QEMU 7.2 on two shared cores) prints INIT_REACHED after 1.9 s with kernel 6.12.117.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOutput } from '../src/cli/files/index.js';
import { gunzip, isGzip, readKallsyms, systemMapText } from '../src/images/index.js';
import { arm64, downloadPackages, type DebianPackage } from './fixtures/debian.js';
import { buildInitrd } from './fixtures/initrd.js';

const cache = '.cache';
const target = join(cache, 'linux');
/** What must be there for a run to be quick. */
const targets = ['package.json', 'Image', 'System.map', 'dtbs', 'busybox'];
const started = performance.now();

function progress(line: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`fixtures: ${seconds.padStart(5)} s  ${line}`);
}

/** Fills a directory beside the target, then swaps it in, so an interrupted run leaves nothing half done. */
function fetchAll(): void {
  const staging = join(cache, 'linux.new');
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  const names = ['kernel', 'busybox-static'];
  const [kernel, busybox] = downloadPackages(join(cache, 'debian'), arm64, names, progress);
  installKernel(kernel, staging);
  writeFileSync(
    join(staging, 'package.json'),
    JSON.stringify(
      [kernel, busybox].map(({ name, version }) => ({ name, version })),
      null,
      2,
    ) + '\n',
  );
  cpSync(join(busybox.root, 'bin/busybox'), join(staging, 'busybox'));
  rmSync(target, { recursive: true, force: true });
  renameSync(staging, target);
  for (const { root } of [kernel, busybox]) rmSync(root, { recursive: true, force: true });
}

function installKernel(kernel: DebianPackage, staging: string): void {
  const release = kernel.name.replace(/^linux-image-/, '');
  const vmlinuz = join(kernel.root, 'boot', `vmlinuz-${release}`);
  const bytes = readFileSync(vmlinuz);
  progress(`taking the kernel ${release} and its devicetrees`);
  const image = isGzip(bytes) ? gunzip(bytes, vmlinuz) : bytes;
  writeFileSync(join(staging, 'Image'), image);
  const kernelSymbols = readKallsyms(image);
  if (kernelSymbols === undefined)
    throw new Error(`${vmlinuz}: expected a symbol table in the kernel, found none`);
  writeFileSync(join(staging, 'System.map'), systemMapText(kernelSymbols));
  cpSync(join(kernel.root, 'usr/lib', kernel.name), join(staging, 'dtbs'), { recursive: true });
}

function main(): void {
  if (targets.every((name) => existsSync(join(target, name))) && !process.argv.includes('--refresh')) {
    progress(`${target} is there (--refresh fetches again)`);
  } else {
    fetchAll();
  }
  const initrd = buildInitrd(readFileSync(join(target, 'busybox')));
  writeOutput(join(target, 'initrd.gz'), initrd);
  progress(`wrote ${join(target, 'initrd.gz')} (${initrd.length} bytes)`);
}

try {
  main();
} catch (error) {
  console.error(`fixtures: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  process.exitCode = 1;
}
