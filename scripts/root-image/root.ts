/**
 * The root file system: ext4 with busybox, made by mke2fs from a directory, and debugfs, which makes root the owner of
 * all of it. Neither needs to be root.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { profile } from '../fixtures/initrd.js';

/** The first process: what is mounted, and a shell on the console, which powering off unmounts after. */
const inittab = `::sysinit:/etc/init.d/rcS
::respawn:/bin/cttyhack /bin/sh -l
::ctrlaltdel:/sbin/reboot
::shutdown:/bin/umount -a -r
`;
/** Commands get their names at the first start. */
export const start = `#!/bin/sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t tmpfs tmpfs /tmp
[ -e /bin/ls ] || /bin/busybox --install -s
echo ROOT_REACHED
`;

/** A file by its path from the root, with its permissions. */
export type RootFile = readonly [path: string, content: Uint8Array | string, mode: number];

/** Times and identifiers in the image, so that equal input gives equal bytes. */
const EPOCH = 1_700_000_000;
const UUID = '66697273-746c-6967-6874-726f6f740000';
/** Where Debian has them, which is not in every user's path. */
const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;

function run(program: string, args: readonly string[], input = ''): void {
  const result = spawnSync(program, args, {
    input,
    encoding: 'utf8',
    env: { ...process.env, PATH, E2FSPROGS_FAKE_TIME: String(EPOCH) },
  });
  if (result.error !== undefined) throw new Error(`cannot run ${program}: ${result.error.message}`);
  if (result.status !== 0)
    throw new Error(
      `${program} failed with status ${result.status}: ${result.stderr.trim().split('\n').at(-1)}`,
    );
}

/** Writes an image of so many bytes. `more`: files beside those of busybox, or in the place of some. */
export function buildRoot(
  path: string,
  size: number,
  busybox: Uint8Array,
  more: readonly RootFile[] = [],
): void {
  const directory = mkdtempSync(join(tmpdir(), 'firstlight-root-'));
  try {
    fill(directory, busybox, more);
    rmSync(path, { force: true });
    const options = ['-E', `root_owner=0:0,hash_seed=${UUID},lazy_itable_init=0,lazy_journal_init=0`];
    run('mke2fs', [
      ...['-q', '-t', 'ext4', '-L', 'firstlight', '-U', UUID, ...options, '-d', directory],
      ...[path, `${size / 1024}k`],
    ]);
    const owned = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
    const commands = owned.flatMap((name) =>
      ['uid', 'gid'].map((field) => `set_inode_field /${name} ${field} 0`),
    );
    run('debugfs', ['-w', '-f', '-', path], commands.map((command) => `${command}\n`).join(''));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function fill(directory: string, busybox: Uint8Array, more: readonly RootFile[]): void {
  const files = new Map<string, RootFile>();
  const usual: readonly RootFile[] = [
    ['bin/busybox', busybox, 0o755],
    ['etc/inittab', inittab, 0o644],
    ['etc/init.d/rcS', start, 0o755],
    ['etc/profile', profile, 0o644],
    ['etc/passwd', 'root::0:0:root:/root:/bin/sh\n', 0o644],
    ['etc/group', 'root:x:0:\n', 0o644],
    ['etc/hostname', 'firstlight\n', 0o644],
  ];
  for (const file of [...usual, ...more]) files.set(file[0], file);
  const empty = ['bin', 'sbin', 'usr/bin', 'usr/sbin', 'etc/init.d', 'dev', 'proc', 'sys', 'root', 'tmp'];
  for (const name of [...empty, ...[...files.keys()].map((each) => dirname(each))])
    mkdirSync(join(directory, name), { recursive: true });
  for (const [name, content, mode] of files.values()) writeFileSync(join(directory, name), content, { mode });
  symlinkSync('../bin/busybox', join(directory, 'sbin/init'));
  symlinkSync('busybox', join(directory, 'bin/sh'));
  // Folders behind what is in them, whose times would change theirs.
  const all = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort().reverse();
  for (const name of all) if (!links.includes(name)) utimesSync(join(directory, name), EPOCH, EPOCH);
}
const links: readonly string[] = ['sbin/init', 'bin/sh'];
