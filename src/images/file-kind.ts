/**
 * How much of an input is worth reading that may never end, such as a pipe: what its format allows, told by how it
 * begins.
 */
import { isBootfs } from './bootfs.js';
import { isElf } from './elf/reader.js';
import { fdtSize } from './fdt/reader.js';
import { isGzip } from './gzip.js';
import { isArm64Image } from './kernel/arm64-image.js';
import { foreignFormat, isText } from './kernel/foreign.js';
import { isSystemMap } from './kernel/system-map.js';
import { isZboot } from './kernel/zboot.js';
import { largestContent } from './limits.js';
import { isLz4 } from './lz4/frame.js';
import { isZbi, zbiSize } from './zbi/reader.js';

export interface FileKind {
  /** With its article, for messages. */
  readonly what: string;
  /**
   * The size in bytes that a file may have at most; 0 if one that starts so is none of this kind.
   * @param start the first bytes of the file, `startSize` of them or all that there are
   */
  readonly largest: (start: Uint8Array) => number;
  /** The start says how long the file is: what follows is not looked at. */
  readonly endsItself?: true;
}

/** As many bytes tell every format. */
export const startSize = 4096;

const kind = (what: string, ...tests: readonly ((start: Uint8Array) => boolean)[]): FileKind => ({
  what,
  largest: (start) => (tests.some((test) => test(start)) ? largestContent : 0),
});

export const fileKind = {
  elf: kind('an ELF file', isElf),
  image: kind('an arm64 Image', isArm64Image, isGzip, isZboot),
  fdt: {
    what: 'a devicetree',
    largest: (start) => Math.min(fdtSize(start), largestContent),
    endsItself: true,
  },
  zbi: {
    what: 'a boot image',
    largest: (start) => Math.min(zbiSize(start), largestContent),
    endsItself: true,
  },
  symbols: kind('an ELF file or a System.map', isElf, isSystemMap),
  bootfs: kind('a BOOTFS or boot image', isBootfs, isZbi, isLz4),
  /** What goes into an image, or comes out of the package, whatever it is. */
  content: kind('a file', () => true),
} as const satisfies Readonly<Record<string, FileKind>>;

/** What `readKernel` takes. @param ram bytes of memory that a machine has, which raw code cannot exceed */
export function kernelKind(ram = largestContent): FileKind {
  const isForeign = (start: Uint8Array) => foreignFormat(start) !== undefined || isText(start);
  return {
    what: 'a kernel',
    largest: (start) => {
      if (isElf(start) || isGzip(start) || isArm64Image(start) || isZboot(start)) return largestContent;
      return isForeign(start) ? 0 : Math.min(ram, largestContent);
    },
  };
}

/** An initial ramdisk. @param ram bytes of memory, into which it goes as it is */
export function ramdiskKind(ram = largestContent): FileKind {
  return { what: 'an initial ramdisk', largest: () => Math.min(ram, largestContent) };
}
