/** Reads 64-bit little-endian ELF files. Document: System V ABI (gABI), chapters 4 and 5. */
import { ByteReader } from '../byte-reader.js';
import type { ImageError } from '../error.js';
import { StringTable } from '../string-table.js';
import { extended, fileHeader, sectionHeader, sectionType } from './constants.js';
import { extent, nowhere, type Extent } from './extent.js';
import { readSegments, type ElfSegment } from './segments.js';
import { corruptName, readSymbols, type ElfSymbol } from './symbols.js';
import { attempt, type Table } from './table.js';

/** A section header and its bytes; `NOBITS` has none. */
export interface ElfSection extends Extent {
  readonly index: number;
  readonly name: string;
  /** `sh_type`, see `sectionType` and `sectionTypeNames`. */
  readonly type: number;
  /** `sh_flags`, see `sectionFlag`. */
  readonly flags: bigint;
  readonly address: bigint;
  readonly offset: bigint;
  readonly size: bigint;
  readonly link: number;
  readonly info: number;
  readonly alignment: bigint;
  readonly entrySize: bigint;
}

export interface Elf {
  /** `e_type`, see `fileTypeNames`. */
  readonly type: number;
  /** `e_machine`; 183 is AArch64. */
  readonly machine: number;
  readonly osAbi: number;
  readonly flags: number;
  readonly entry: bigint;
  readonly segments: readonly ElfSegment[];
  readonly sections: readonly ElfSection[];
  /** Symbols of `SYMTAB` and, where there is none, of `DYNSYM`. */
  readonly symbols: readonly ElfSymbol[];
  /**
   * What is wrong with program headers and segments. The rest of the file can be shown all the same, and segments as
   * they are said to be, but a file that has any must not be loaded.
   */
  readonly segmentProblems: readonly ImageError[];
  /**
   * What is wrong with sections and symbols. A program does not need them, so the rest of the file is read all the same:
   * a section that lies outside has no data, a name that does is `<corrupt>`, as `readelf` has it.
   */
  readonly problems: readonly ImageError[];
}

/** True if the bytes start as an ELF file of any class does. */
export function isElf(bytes: Uint8Array): boolean {
  return (
    bytes.length >= 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46
  );
}

/**
 * Reads headers, segments, sections and symbols.
 * @throws ImageError if the file header is not as the document demands, naming the offset; for what is wrong with the
 *   rest see `Elf.segmentProblems` and `Elf.problems`
 */
export function readElf(bytes: Uint8Array, file = 'ELF file'): Elf {
  const reader = new ByteReader(bytes, file, true);
  checkIdentification(reader);
  reader.need(0, fileHeader.size, 'an ELF header');
  const segmentProblems: ImageError[] = [];
  const problems: ImageError[] = [];
  const sectionTable = sectionHeaders(reader, problems);
  const unnamed = readSections(reader, sectionTable, problems);
  const sections = nameSections(reader, unnamed, sectionTable, problems);
  return {
    type: reader.u16(fileHeader.type, 'e_type'),
    machine: reader.u16(fileHeader.machine, 'e_machine'),
    osAbi: reader.u8(fileHeader.osAbi, 'EI_OSABI'),
    flags: reader.u32(fileHeader.flags, 'e_flags'),
    entry: reader.u64(fileHeader.entry, 'e_entry'),
    segments: readSegments(reader, sectionTable, segmentProblems),
    sections,
    symbols: readSymbols(reader, sections, problems),
    segmentProblems,
    problems,
  };
}

function checkIdentification(reader: ByteReader): void {
  reader.need(0, 16, 'an ELF identification');
  if (!isElf(reader.bytes)) {
    const found = [...reader.bytes.subarray(0, 4)]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(' ');
    throw reader.error(0, `expected ELF magic 7f 45 4c 46, found ${found}`);
  }
  const rules = [
    [fileHeader.class, 2, 'ELF class 2 (64-bit)'],
    [fileHeader.data, 1, 'ELF data encoding 1 (little-endian)'],
    [fileHeader.version, 1, 'ELF version 1'],
  ] as const;
  for (const [offset, wanted, what] of rules) {
    const found = reader.u8(offset, what);
    if (found !== wanted) throw reader.error(offset, `expected ${what}, found ${found}`);
  }
}

const noSections: Table = { offset: 0, count: 0, entrySize: sectionHeader.size };

function sectionHeaders(reader: ByteReader, problems: ImageError[]): Table {
  return attempt(problems, () => sectionTable(reader), noSections);
}

/** Entries may be larger than this document's. */
function sectionTable(reader: ByteReader): Table {
  const offset = reader.size64(fileHeader.sectionHeaders, 'e_shoff');
  if (offset === 0) return noSections;
  const entrySize = reader.u16(fileHeader.sectionHeaderSize, 'e_shentsize');
  if (entrySize < sectionHeader.size) {
    const expected = `expected section headers of at least ${sectionHeader.size} bytes`;
    throw reader.error(fileHeader.sectionHeaderSize, `${expected}, found ${entrySize}`);
  }
  let count = reader.u16(fileHeader.sectionHeaderCount, 'e_shnum');
  if (count === 0) count = reader.size64(offset + sectionHeader.fileSize, 'the number of sections');
  reader.need(offset, count * entrySize, `${count} section headers`);
  return { offset, count, entrySize };
}

type UnnamedSection = Omit<ElfSection, 'name'> & { readonly nameOffset: number };

function readSections(reader: ByteReader, table: Table, problems: ImageError[]): UnnamedSection[] {
  return Array.from({ length: table.count }, (_, index) => {
    const at = table.offset + index * table.entrySize;
    const type = reader.u32(at + sectionHeader.type, 'sh_type');
    const offset = reader.u64(at + sectionHeader.offset, 'sh_offset');
    const size = reader.u64(at + sectionHeader.fileSize, 'sh_size');
    const stored = index !== 0 && type !== sectionType.noBits && size !== 0n;
    const field = at + sectionHeader.offset;
    return {
      index,
      nameOffset: reader.u32(at + sectionHeader.name, 'sh_name'),
      type,
      flags: reader.u64(at + sectionHeader.flags, 'sh_flags'),
      address: reader.u64(at + sectionHeader.address, 'sh_addr'),
      offset,
      size,
      link: reader.u32(at + sectionHeader.link, 'sh_link'),
      info: reader.u32(at + sectionHeader.info, 'sh_info'),
      alignment: reader.u64(at + sectionHeader.alignment, 'sh_addralign'),
      entrySize: reader.u64(at + sectionHeader.entrySize, 'sh_entsize'),
      ...(stored ? extent(reader, field, { offset, size }, `section ${index}`, problems) : nowhere),
    };
  });
}

function nameSections(
  reader: ByteReader,
  sections: readonly UnnamedSection[],
  table: Table,
  problems: ImageError[],
): ElfSection[] {
  let namesIndex = reader.u16(fileHeader.sectionNames, 'e_shstrndx');
  if (namesIndex === extended.sectionNames) namesIndex = sections[0]?.link ?? namesIndex;
  const names = sections[namesIndex];
  const noNames = (name: string) => sections.map(({ nameOffset: _, ...section }) => ({ ...section, name }));
  if (namesIndex === 0 || sections.length === 0) return noNames('');
  if (names === undefined) {
    const expected = `expected a section index below ${sections.length}, found ${namesIndex}`;
    problems.push(reader.error(fileHeader.sectionNames, expected));
    return noNames('<no-strings>');
  }
  if (names.data.length === 0) return noNames('<no-strings>');
  const strings = new StringTable(reader, names.data, names.dataOffset);
  return sections.map(({ nameOffset, ...section }) => {
    const field = table.offset + section.index * table.entrySize + sectionHeader.name;
    const what = `the name of section ${section.index}`;
    return { ...section, name: attempt(problems, () => strings.at(nameOffset, field, what), corruptName) };
  });
}
