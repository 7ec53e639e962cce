/**
 * What an ELF file's sections hold, decompressed. Documents: System V ABI (gABI), "Section Compression"; the older
 * `.zdebug_` sections are those of GNU binutils, bfd/compress.c.
 */
import { Unzlib } from 'fflate';
import { ImageError } from '../error.js';
import { largestContent } from '../limits.js';
import type { Elf, ElfSection } from './reader.js';

const SHF_COMPRESSED = 0x800n;
/** `ch_type`. */
const compression = { zlib: 1, zstd: 2 } as const;
const compressionHeader = { size: 24, bytes: 8 } as const;
/** `ZLIB`, then the size, big-endian. */
const gnuHeader = { magic: 0x5a4c4942, size: 12 } as const;
/** What deflate makes of a byte at most. */
const EXPANSION = 1032;
/** How much is inflated at a time; bounds what is made beyond the size that the header says. */
const CHUNK = 64 * 1024;

/**
 * The content of the section of this name, `.debug_line` say, or of its compressed kin; undefined if there is none.
 * @throws ImageError where it is compressed in a way that is not understood, or damaged
 */
export function sectionContent(elf: Elf, name: string, file = 'ELF file'): Uint8Array | undefined {
  const gnuName = name.replace(/^\.debug_/, '.zdebug_');
  const section = elf.sections.find((each) => each.name === name || each.name === gnuName);
  if (section === undefined || section.data.length === 0) return undefined;
  if ((section.flags & SHF_COMPRESSED) !== 0n) return compressedContent(section, file);
  return section.name === gnuName && gnuName !== name ? gnuContent(section, file) : section.data;
}

function compressedContent(section: ElfSection, file: string): Uint8Array {
  const { data, dataOffset, name } = section;
  if (data.length < compressionHeader.size)
    throw new ImageError(file, dataOffset, `expected a compression header in section ${name}`);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const type = view.getUint32(0, true);
  if (type !== compression.zlib) {
    const found = type === compression.zstd ? 'zstd' : `type ${type}`;
    throw new ImageError(
      file,
      dataOffset,
      `expected section ${name} compressed with zlib, found ${found} (objcopy --decompress-debug-sections helps)`,
    );
  }
  const size = view.getBigUint64(compressionHeader.bytes, true);
  return inflated(section, data.subarray(compressionHeader.size), size, file);
}

function gnuContent(section: ElfSection, file: string): Uint8Array {
  const { data, dataOffset, name } = section;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  if (data.length < gnuHeader.size || view.getUint32(0) !== gnuHeader.magic)
    throw new ImageError(file, dataOffset, `expected section ${name} to start with ZLIB and its size`);
  return inflated(section, data.subarray(gnuHeader.size), view.getBigUint64(4), file);
}

function inflated(
  { name, dataOffset }: ElfSection,
  stream: Uint8Array,
  size: bigint,
  file: string,
): Uint8Array {
  if (size > BigInt(Math.min(largestContent, stream.length * EXPANSION)))
    throw new ImageError(file, dataOffset, `expected what section ${name} can hold, found a size of ${size}`);
  const content = new Uint8Array(Number(size));
  let length = 0;
  const inflate = new Unzlib((chunk) => {
    if (length + chunk.length <= content.length) content.set(chunk, length);
    length += chunk.length;
  });
  try {
    for (let at = 0; at < stream.length && length <= content.length; at += CHUNK)
      inflate.push(stream.subarray(at, at + CHUNK), at + CHUNK >= stream.length);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new ImageError(file, dataOffset, `expected a zlib stream in section ${name}: ${error.message}`);
  }
  if (length !== content.length)
    throw new ImageError(file, dataOffset, `expected ${size} bytes in section ${name}, found ${length}`);
  return content;
}
