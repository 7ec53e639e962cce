/** An ELF file's symbols. Document: System V ABI (gABI), chapter 4, "Symbol Table". */
import type { ByteReader } from '../byte-reader.js';
import { ImageError } from '../error.js';
import { sectionType, symbolEntry } from './constants.js';
import { StringTable } from '../string-table.js';
import type { ElfSection } from './reader.js';

export interface ElfSymbol {
  readonly name: string;
  readonly value: bigint;
  readonly size: bigint;
  /** Low half of `st_info`, see `symbolTypeNames`. */
  readonly type: number;
  /** High half of `st_info`, see `symbolBindingNames`. */
  readonly binding: number;
  /** `st_shndx`: a section's index, 0 undefined, 0xfff1 absolute. */
  readonly section: number;
}

/** What `readelf` shows for a name outside its table. */
export const corruptName = '<corrupt>';

/**
 * Symbols of the file's `SYMTAB`, or, where it was stripped, of `DYNSYM`; entry 0 is left out. What is wrong with them is
 * added to `problems`.
 */
export function readSymbols(
  reader: ByteReader,
  sections: readonly ElfSection[],
  problems: ImageError[],
): ElfSymbol[] {
  const table =
    sections.find(({ type }) => type === sectionType.symbols) ??
    sections.find(({ type }) => type === sectionType.dynamicSymbols);
  if (table === undefined || table.data.length === 0) return [];
  const linked = sections[table.link];
  if (linked === undefined || linked.type !== sectionType.strings) {
    const expected = `expected section ${table.index} linked to a string table, found section ${table.link}`;
    problems.push(reader.error(table.dataOffset, expected));
  }
  const size = table.data.length;
  if (size % symbolEntry.size !== 0) {
    const expected = `expected a symbol table of whole 24-byte entries, found ${size} bytes`;
    problems.push(reader.error(table.dataOffset, expected));
  }
  const names = new StringTable(reader, linked?.data ?? new Uint8Array(), linked?.dataOffset ?? 0);
  const symbols: ElfSymbol[] = [];
  const end = table.dataOffset + size;
  for (let at = table.dataOffset + symbolEntry.size; at + symbolEntry.size <= end; at += symbolEntry.size) {
    const info = reader.u8(at + symbolEntry.info, 'st_info');
    symbols.push({
      name: nameOf(reader, names, at, problems),
      value: reader.u64(at + symbolEntry.value, 'st_value'),
      size: reader.u64(at + symbolEntry.symbolSize, 'st_size'),
      type: info & 15,
      binding: info >> 4,
      section: reader.u16(at + symbolEntry.section, 'st_shndx'),
    });
  }
  return symbols;
}

function nameOf(reader: ByteReader, names: StringTable, at: number, problems: ImageError[]): string {
  try {
    return names.at(reader.u32(at + symbolEntry.name, 'st_name'), at, 'the name of a symbol');
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    problems.push(error);
    return corruptName;
  }
}
