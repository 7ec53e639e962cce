/** Modules of Debian's kernel, out of its package, with those that they need before them. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readElf } from '../../src/images/index.js';

export interface KernelModule {
  /** As the kernel calls it: `bcm2835_wdt`. */
  readonly name: string;
  /** The `.ko`, which insmod takes. */
  readonly bytes: Uint8Array;
}

/**
 * What board raspi3b has drivers for in Debian's kernel as modules, and the file system of the image: the SD card by
 * SDHOST, and USB with keyboards and pointers as /dev/input/event*, random numbers, and the watchdog, without which
 * nothing powers the board off.
 */
export const wanted = [
  'crc32c_generic',
  'bcm2835',
  'ext4',
  'bcm2835_rng',
  'bcm2835_wdt',
  'bcm2835_thermal',
  'dwc2',
  'usbhid',
  'hid_generic',
  'evdev',
  'cdc_ether',
] as const;

/** Modules below `lib/modules` of an unpacked package, in an order in which they can be loaded. */
export function readModules(root: string, names: readonly string[]): KernelModule[] {
  const files = new Map<string, string>();
  const directory = join(root, 'lib/modules');
  for (const path of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    if (path.endsWith('.ko.xz')) files.set(moduleName(path), join(directory, path));
  }
  const loaded = new Map<string, KernelModule>();
  const load = (name: string): void => {
    if (loaded.has(name)) return;
    const path = files.get(name);
    if (path === undefined) throw new Error(`the kernel's package has no module ${name}`);
    const bytes = decompress(path);
    for (const other of dependencies(bytes, path)) load(other);
    loaded.set(name, { name, bytes });
  };
  names.forEach(load);
  return [...loaded.values()];
}

/** A hyphen in a file's name is an underscore in the module's. */
const moduleName = (path: string): string => basename(path, '.ko.xz').replaceAll('-', '_');

function decompress(path: string): Uint8Array {
  const { status, stdout, stderr } = spawnSync('xz', ['--decompress', '--stdout', path], {
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`xz cannot read ${path}: ${stderr.toString().trim()}`);
  return stdout;
}

/** The `depends=` of a module. */
function dependencies(bytes: Uint8Array, path: string): string[] {
  const info =
    readElf(bytes, path).sections.find(({ name }) => name === '.modinfo')?.data ?? new Uint8Array();
  const depends = new TextDecoder()
    .decode(info)
    .split('\0')
    .find((entry) => entry.startsWith('depends='));
  return (depends?.slice('depends='.length) ?? '')
    .split(',')
    .filter((name) => name !== '')
    .map(moduleName);
}
