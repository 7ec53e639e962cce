/** Reads 64-bit little-endian ELF files. Document: System V ABI (gABI), chapters 4 and 5. */
import { ByteReader } from '../byte-reader.js';
import { extended, fileHeader, programHeader, sectionHeader, sectionType } from './constants.js';
import { ImageError } from '../error.js';
import { StringTable } from '../string-table.js';
import { corruptName, readSymbols, type ElfSymbol } from './symbols.js';

/** A program header and its bytes. */
export interface ElfSegment {
  /** `p_type`, see `segmentType` and `segmentTypeNames`. */
  readonly type: number;
  /** `p_flags`, see `segmentFlag`. */
  readonly flags: number;
  readonly offset: number;
  readonly virtualAddress: bigint;
  readonly physicalAddress: bigint;
  readonly fileSize: number;
  /** Bytes in memory; those beyond the file's are zero. */
  readonly memorySize: bigint;
  readonly alignment: bigint;
  /** The segment's bytes in the file, a view. */
  readonly data: Uint8Array;
}

/** A section header and its bytes. */
export interface ElfSection {
  readonly index: number;
  readonly name: string;
  /** `sh_type`, see `sectionType` and `sectionTypeNames`. */
  readonly type: number;
  /** `sh_flags`, see `sectionFlag`. */
  readonly flags: bigint;
  readonly address: bigint;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly alignment: bigint;
  readonly entrySize: bigint;
  /** The section's bytes in the file, a view; none for `NOBITS`. */
  readonly data: Uint8Array;
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
   * What is wrong with sections and symbols. A program does not need them, so the rest of the file is read all the same:
   * a section that lies outside has no data, a name that does is `<corrupt>`, as `readelf` has it.
   */
  readonly problems: readonly ImageError[];
}

/** A table of headers: where it starts, how many entries it has, and their distance. */
interface Table {
  readonly offset: number;
  readonly count: number;
  readonly entrySize: number;
}

/** True if the bytes start as an ELF file of any class does. */
export function isElf(bytes: Uint8Array): boolean {
  return (
    bytes.length >= 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46
  );
}

/**
 * Reads headers, segments, sections and symbols.
 * @throws ImageError naming the offset of the first thing that is not as the document demands, but for sections and
 *   symbols, see `Elf.problems`
 */
export function readElf(bytes: Uint8Array, file = 'ELF file'): Elf {
  const reader = new ByteReader(bytes, file, true);
  checkIdentification(reader);
  reader.need(0, fileHeader.size, 'an ELF header');
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
    segments: readSegments(reader, sectionTable),
    sections,
    symbols: readSymbols(reader, sections, problems),
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

/** Does something; what is wrong in it is noted, and `otherwise` stands in its place. */
function attempt<T>(problems: ImageError[], act: () => T, otherwise: T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    problems.push(error);
    return otherwise;
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

function programHeaders(reader: ByteReader, sections: Table): Table {
  const offset = reader.size64(fileHeader.programHeaders, 'e_phoff');
  let count = reader.u16(fileHeader.programHeaderCount, 'e_phnum');
  const table = { offset, count, entrySize: programHeader.size };
  if (count === 0) return table;
  if (count === extended.programHeaderCount && sections.count > 0) {
    count = reader.u32(sections.offset + sectionHeader.info, 'the number of segments');
  }
  checkEntrySize(reader, fileHeader.programHeaderSize, programHeader.size, 'program');
  reader.need(offset, count * programHeader.size, `${count} program headers`);
  return { ...table, count };
}

function checkEntrySize(reader: ByteReader, field: number, wanted: number, what: string): void {
  const found = reader.u16(field, `size of a ${what} header`);
  if (found !== wanted)
    throw reader.error(field, `expected ${what} headers of ${wanted} bytes, found ${found}`);
}

function readSegments(reader: ByteReader, sections: Table): ElfSegment[] {
  const { offset: table, count } = programHeaders(reader, sections);
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * programHeader.size;
    const offset = reader.size64(at + programHeader.offset, 'p_offset');
    const fileSize = reader.size64(at + programHeader.fileSize, 'p_filesz');
    const memorySize = reader.u64(at + programHeader.memorySize, 'p_memsz');
    const data = within(reader, at + programHeader.offset, offset, fileSize, `segment ${index}`);
    const type = reader.u32(at + programHeader.type, 'p_type');
    if (type === 1 && memorySize < BigInt(fileSize)) {
      const found = `p_filesz ${fileSize}, p_memsz ${memorySize}`;
      throw reader.error(
        at + programHeader.memorySize,
        `expected segment ${index} as large in memory as in the file, found ${found}`,
      );
    }
    return {
      type,
      flags: reader.u32(at + programHeader.flags, 'p_flags'),
      offset,
      virtualAddress: reader.u64(at + programHeader.virtualAddress, 'p_vaddr'),
      physicalAddress: reader.u64(at + programHeader.physicalAddress, 'p_paddr'),
      fileSize,
      memorySize,
      alignment: reader.u64(at + programHeader.alignment, 'p_align'),
      data,
    };
  });
}

/** `size` bytes at `offset`, which the header field at `field` refers to. */
function within(reader: ByteReader, field: number, offset: number, size: number, what: string): Uint8Array {
  if (offset + size > reader.length) {
    const place = `0x${offset.toString(16)} and ${size} bytes`;
    throw reader.error(field, `expected ${what} within the file's ${reader.length} bytes, found ${place}`);
  }
  return reader.bytes.subarray(offset, offset + size);
}

type UnnamedSection = Omit<ElfSection, 'name'> & { readonly nameOffset: number };

function readSections(reader: ByteReader, table: Table, problems: ImageError[]): UnnamedSection[] {
  return Array.from({ length: table.count }, (_, index) => {
    const at = table.offset + index * table.entrySize;
    const type = reader.u32(at + sectionHeader.type, 'sh_type');
    const offset = Number(reader.u64(at + sectionHeader.offset, 'sh_offset'));
    const size = Number(reader.u64(at + sectionHeader.fileSize, 'sh_size'));
    const stored = index === 0 || type === sectionType.noBits ? 0 : size;
    const place = stored === 0 ? 0 : offset;
    const what = `section ${index}`;
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
      data: attempt(
        problems,
        () => within(reader, at + sectionHeader.offset, place, stored, what),
        new Uint8Array(),
      ),
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
  const strings = new StringTable(reader, names.data, names.offset);
  return sections.map(({ nameOffset, ...section }) => {
    const field = table.offset + section.index * table.entrySize + sectionHeader.name;
    const what = `the name of section ${section.index}`;
    return { ...section, name: attempt(problems, () => strings.at(nameOffset, field, what), corruptName) };
  });
}
