/**
 * What checks need that `npm ci` does not bring: other people's programs, and the fixtures. A check that lacks something
 * says so in one line before it begins, and ends with status 2.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Each program, and the Debian package that has it (docs/dependencies.md). */
const packages = {
  'aarch64-linux-gnu-gcc': 'gcc-aarch64-linux-gnu and libc6-dev-arm64-cross',
  chromium: 'chromium',
  clang: 'clang',
  cpio: 'cpio',
  debugfs: 'e2fsprogs',
  'dpkg-deb': 'dpkg',
  dtc: 'device-tree-compiler',
  e2fsck: 'e2fsprogs',
  gcc: 'gcc',
  'gdb-multiarch': 'gdb-multiarch',
  gzip: 'gzip',
  ip: 'iproute2',
  'ld.lld': 'lld',
  'llvm-ar': 'llvm',
  'llvm-mc': 'llvm',
  'llvm-objdump': 'llvm',
  mke2fs: 'e2fsprogs',
  nsenter: 'util-linux',
  'qemu-aarch64': 'qemu-user',
  'qemu-system-aarch64': 'qemu-system-arm',
  readelf: 'binutils',
  xz: 'xz-utils',
} as const;

/** A program, what `npm run fixtures` gets, or the device that makes network devices. */
export type Requirement = keyof typeof packages | 'fixtures' | 'tun';

/** Written last, by `npm run fixtures`. */
const LAST_FIXTURE = '.cache/linux/initrd.gz';

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where file systems' programs are is not in every user's path. */
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
const isInPath = (program: string): boolean => folders.some((folder) => isExecutable(join(folder, program)));

const TUN = '/dev/net/tun';

function isThere(requirement: Requirement): boolean {
  if (requirement === 'fixtures') return existsSync(LAST_FIXTURE);
  return requirement === 'tun' ? existsSync(TUN) : isInPath(requirement);
}

function howToGet(requirement: Requirement): string {
  if (requirement === 'fixtures') return `${LAST_FIXTURE} (npm run fixtures)`;
  if (requirement === 'tun') return `${TUN} (Linux's module tun)`;
  return `${requirement} (Debian's ${packages[requirement]})`;
}

/** What is missing of `requirements`, and how to get it, in one line; undefined if all is there. */
function missing(requirements: readonly Requirement[]): string | undefined {
  const absent = [...new Set(requirements)].filter((requirement) => !isThere(requirement));
  return absent.length === 0 ? undefined : `needs ${absent.map(howToGet).join(', ')}`;
}

/** Ends the process with status 2 and a line that begins with `program` if something is missing. */
export function requireAll(program: string, requirements: readonly Requirement[]): void {
  const line = missing(requirements);
  if (line === undefined) return;
  console.error(`${program}: ${line}`);
  process.exit(2);
}
