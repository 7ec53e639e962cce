/**
 * An ELF shared object's dynamic section and dynamic symbols, found as a dynamic linker finds them: by program
 * headers, so that a stripped image has them too. Documents: System V ABI (gABI), chapter 5, "Dynamic Section"; the
 * GNU hash table as binutils and LLVM write it.
 */
import { ByteReader } from '../byte-reader.js';
import { segmentType, symbolEntry } from '../elf/constants.js';
import type { Elf } from '../elf/reader.js';
import type { ElfSegment } from '../elf/segments.js';
import { StringTable } from '../string-table.js';

/** Tags of the dynamic section that matter here. */
export const dynamicTag = {
  needed: 1n,
  pltRelocationsSize: 2n,
  pltGot: 3n,
  stringTable: 5n,
  symbolTable: 6n,
  rela: 7n,
  stringsSize: 10n,
  soname: 14n,
  rel: 17n,
  init: 12n,
  fini: 13n,
  textRelocations: 22n,
  pltRelocations: 23n,
  initArray: 25n,
  finiArray: 26n,
  relr: 36n,
  gnuHash: 0x6fff_fef5n,
} as const;

/** A dynamic symbol, and where its entry is. */
export interface DynamicSymbol {
  readonly name: string;
  /** Offset from the image's start. */
  readonly value: number;
  /** Bytes. */
  readonly size: number;
  /** High half of `st_info`: 0 local, 1 global, 2 weak. */
  readonly binding: number;
  /** `st_shndx`: 0 is undefined. */
  readonly section: number;
  /** Offset of the 24-byte symbol entry from the image's start. */
  readonly entry: number;
}

export interface DynamicInformation {
  readonly tags: ReadonlyMap<bigint, bigint>;
  readonly soname: string;
  readonly symbols: readonly DynamicSymbol[];
}

/** Reads what PT_DYNAMIC leads to. @throws ImageError */
export function readDynamic(bytes: Uint8Array, elf: Elf, file: string): DynamicInformation {
  const reader = new ByteReader(bytes, file, true);
  const segment = elf.segments.find(({ type }) => type === segmentType.dynamic);
  if (segment === undefined) throw reader.error(undefined, 'expected a dynamic segment, found none');
  const tags = readTags(reader, segment);
  const strings = place(reader, elf, tags, dynamicTag.stringTable, 'DT_STRTAB');
  const size = sizeIn(reader, tags.get(dynamicTag.stringsSize) ?? 0n, 'DT_STRSZ');
  const names = new StringTable(reader, bytes.subarray(strings, strings + size), strings);
  const soname = tags.get(dynamicTag.soname);
  return {
    tags,
    soname:
      soname === undefined
        ? ''
        : names.at(sizeIn(reader, soname, 'DT_SONAME'), segment.dataOffset, 'DT_SONAME'),
    symbols: readSymbols(reader, elf, tags, names),
  };
}

function readTags(reader: ByteReader, { dataOffset, data }: ElfSegment): Map<bigint, bigint> {
  const tags = new Map<bigint, bigint>();
  const end = dataOffset + data.length;
  for (let at = dataOffset; at + 16 <= end; at += 16) {
    const tag = reader.u64(at, 'd_tag');
    if (tag === 0n) return tags;
    tags.set(tag, reader.u64(at + 8, 'd_val'));
  }
  throw reader.error(dataOffset, 'expected a dynamic section ended by DT_NULL');
}

/** A tag's value, which must be a size within the file. */
function sizeIn(reader: ByteReader, value: bigint, name: string): number {
  if (value <= BigInt(reader.length)) return Number(value);
  const expected = `expected ${name} within the file's ${reader.length} bytes`;
  throw reader.error(undefined, `${expected}, found 0x${value.toString(16)}`);
}

/** The file offset of what a tag's address names. */
function place(
  reader: ByteReader,
  elf: Elf,
  tags: ReadonlyMap<bigint, bigint>,
  tag: bigint,
  name: string,
): number {
  const address = tags.get(tag);
  if (address === undefined) throw reader.error(undefined, `expected ${name} in the dynamic section`);
  const segment = elf.segments.find(
    ({ type, virtualAddress, fileSize }) =>
      type === segmentType.load && address >= virtualAddress && address < virtualAddress + fileSize,
  );
  if (segment === undefined) {
    throw reader.error(undefined, `expected ${name} within a segment, found 0x${address.toString(16)}`);
  }
  return segment.dataOffset + Number(address - segment.virtualAddress);
}

function readSymbols(
  reader: ByteReader,
  elf: Elf,
  tags: ReadonlyMap<bigint, bigint>,
  names: StringTable,
): DynamicSymbol[] {
  const table = place(reader, elf, tags, dynamicTag.symbolTable, 'DT_SYMTAB');
  const count = gnuHashSymbolCount(reader, place(reader, elf, tags, dynamicTag.gnuHash, 'DT_GNU_HASH'));
  reader.need(table, count * symbolEntry.size, `${count} dynamic symbols`);
  return Array.from({ length: Math.max(count - 1, 0) }, (_, index) => {
    const entry = table + (index + 1) * symbolEntry.size;
    return {
      name: names.at(reader.u32(entry + symbolEntry.name, 'st_name'), entry, 'the name of a dynamic symbol'),
      value: reader.size64(entry + symbolEntry.value, 'st_value'),
      size: reader.size64(entry + symbolEntry.symbolSize, 'st_size'),
      binding: reader.u8(entry + symbolEntry.info, 'st_info') >> 4,
      section: reader.u16(entry + symbolEntry.section, 'st_shndx'),
      entry,
    };
  });
}

/**
 * How many symbols a GNU hash table reaches: the last chain's end. The table is four words (buckets, first hashed
 * symbol, Bloom words of 8 bytes, shift), the Bloom filter, the buckets, then one word a symbol whose bit 0 ends a chain.
 */
function gnuHashSymbolCount(reader: ByteReader, table: number): number {
  const word = (at: number) => reader.u32(table + at, 'a GNU hash header');
  const buckets = word(0);
  const first = word(4);
  const bloomWords = word(8);
  const bucketsAt = table + 16 + bloomWords * 8;
  reader.need(bucketsAt, buckets * 4, `${buckets} buckets of a GNU hash table`);
  let last = 0;
  for (let i = 0; i < buckets; i++) {
    last = Math.max(last, reader.u32(bucketsAt + i * 4, 'a GNU hash bucket'));
  }
  if (last === 0) return first;
  if (last < first)
    throw reader.error(bucketsAt, `expected hash buckets from symbol ${first} on, found ${last}`);
  const chains = bucketsAt + buckets * 4;
  while ((reader.u32(chains + (last - first) * 4, 'a GNU hash chain') & 1) === 0) last++;
  return last + 1;
}
