/** The boot image that a Zircon system starts from: the built-in one, and images with files added. */
import {
  commandLinesOfZbi,
  readBootfs,
  readZbi,
  writeBootfs,
  writeZbi,
  zbiContent,
  zbiType,
  type ZbiInput,
  type ZbiItem,
} from '../../images/index.js';
import { imageBytes } from '../images/embedded.js';

const BOOT_IMAGE = 'boot-image.zbi';

/** Files by their paths in BOOTFS, without a leading slash. */
export type BootFiles = ReadonlyMap<string, Uint8Array>;

/** A boot image with the built-in system, and further files, which replace built-in ones of the same path. */
export function builtInBootImage(added: BootFiles = new Map()): Uint8Array {
  return addToBootImage(imageBytes(BOOT_IMAGE), added, 'the built-in boot image');
}

/** The files of the built-in system. */
export function builtInFiles(): BootFiles {
  return new Map(filesOf(readZbi(imageBytes(BOOT_IMAGE)).items[0], 'the built-in boot image'));
}

/**
 * The boot image with files added to its first BOOTFS, replacing those of the same path.
 * @throws ImageError for what is not a boot image, or one without BOOTFS
 */
export function addToBootImage(image: Uint8Array, added: BootFiles, name: string): Uint8Array {
  if (added.size === 0) return image;
  const { items } = readZbi(image, name);
  const at = items.findIndex((item) => item.type === zbiType.STORAGE_BOOTFS);
  const files = new Map(at >= 0 ? filesOf(items[at], name) : []);
  for (const [path, data] of added) files.set(path, data);
  const kept = items.map((item, i) => (i === at ? bootfsItem(files) : copied(item)));
  return writeZbi(at >= 0 ? kept : [...kept, bootfsItem(files)]);
}

const filesOf = (item: ZbiItem, name: string): [string, Uint8Array][] =>
  readBootfs(zbiContent(item, name), name).map((file) => [file.name, file.data]);

function bootfsItem(files: BootFiles): ZbiInput {
  const bootfs = writeBootfs([...files].map(([name, data]) => ({ name, data })));
  return { type: zbiType.STORAGE_BOOTFS, payload: bootfs, compress: true };
}

const copied = ({ type, extra, flags, payload }: ZbiItem): ZbiInput => ({ type, extra, flags, payload });

/** The kernel command lines in a boot image, in order, as far as its items can be read. */
export function commandLinesOf(image: Uint8Array): string[] {
  try {
    return commandLinesOfZbi(image);
  } catch {
    // userboot says what is wrong with the image.
    return [];
  }
}
