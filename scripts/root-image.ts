/**
 * `npm run root-image`: a disk for board raspi3b and what starts from it, without being root, into `.cache/linux/`:
 *
 *   root.img         64 MiB of ext4 with busybox, whose init gives a shell on the console
 *   root-initrd.gz   an initramfs with the modules of Debian's kernel for this board, which mounts /dev/mmcblk0
 *   ssh-root.img     with `--ssh`: 256 MiB, with a network card by DHCP and dropbear, which lets root in without a password
 *
 * Needs `npm run fixtures`, mke2fs and debugfs (Debian's e2fsprogs) and xz. An image that is there is left alone, since
 * a guest may have written to it; `--refresh` makes a new one.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeOutput } from '../src/cli/files/index.js';
import { requireAll } from './requirements.js';
import { buildInitramfs } from './root-image/initramfs.js';
import { readModules, wanted, type KernelModule } from './root-image/modules.js';
import { buildRoot, type RootFile } from './root-image/root.js';
import { sshFiles } from './root-image/ssh.js';

const target = '.cache/linux';
const packages = '.cache/debian/packages';
const SIZE = 64 * 2 ** 20;
const SSH_SIZE = 256 * 2 ** 20;

export const rootImage = join(target, 'root.img');
export const sshImage = join(target, 'ssh-root.img');
export const rootInitrd = join(target, 'root-initrd.gz');

/** The modules, out of the package that the fixtures have left. */
function kernelModules(): KernelModule[] {
  const kernel = readdirSync(packages).find((name) => /^linux-image-.*\.deb$/.test(name));
  if (kernel === undefined) throw new Error(`no kernel in ${packages} (npm run fixtures)`);
  const root = mkdtempSync(join(tmpdir(), 'firstlight-kernel-'));
  try {
    const { status, stderr } = spawnSync('dpkg-deb', ['--extract', join(packages, kernel), root]);
    if (status !== 0) throw new Error(`dpkg-deb cannot unpack ${kernel}: ${stderr.toString().trim()}`);
    return readModules(root, wanted);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Makes what is not there. */
export function makeRootImage(refresh = false): void {
  const busybox = readFileSync(join(target, 'busybox'));
  if (refresh || !existsSync(rootInitrd)) {
    const modules = kernelModules();
    writeOutput(rootInitrd, buildInitramfs(busybox, modules));
    console.log(`root-image: wrote ${rootInitrd} (${modules.map(({ name }) => name).join(', ')})`);
  }
  makeImage(rootImage, SIZE, refresh, () => []);
}

/** Makes the image to log in to, if it is not there. It needs Debian's packages of dropbear, which are downloaded. */
export function makeSshImage(refresh = false): void {
  const say = (line: string): void => console.log(`root-image: ${line}`);
  makeImage(sshImage, SSH_SIZE, refresh, () => sshFiles('.cache/debian', say));
}

function makeImage(path: string, size: number, refresh: boolean, more: () => readonly RootFile[]): void {
  if (!refresh && existsSync(path)) {
    console.log(`root-image: ${path} is there (--refresh makes a new one)`);
    return;
  }
  buildRoot(path, size, readFileSync(join(target, 'busybox')), more());
  console.log(`root-image: wrote ${path}`);
}

function main(args: readonly string[]): void {
  const unknown = args.find((arg) => arg !== '--refresh' && arg !== '--ssh');
  if (unknown !== undefined) {
    console.error(`root-image: '${unknown}' is no option; npm run root-image [-- --ssh --refresh]`);
    process.exitCode = 2;
    return;
  }
  requireAll('root-image', ['fixtures', 'mke2fs', 'debugfs', 'xz', 'dpkg-deb']);
  try {
    makeRootImage(args.includes('--refresh'));
    if (args.includes('--ssh')) makeSshImage(args.includes('--refresh'));
  } catch (error) {
    console.error(`root-image: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    process.exitCode = 1;
  }
}

if (process.argv[1]?.endsWith('root-image.ts')) main(process.argv.slice(2));
