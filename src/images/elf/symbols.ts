/** An ELF file's symbols. Document: System V ABI (gABI), chapter 4, "Symbol Table". */
import type { ByteReader } from '../byte-reader.js';
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

/** Symbols of the file's `SYMTAB`, or, where it was stripped, of `DYNSYM`; entry 0 is left out. */
export function readSymbols(reader: ByteReader, sections: readonly ElfSection[]): ElfSymbol[] {
  const table =
    sections.find(({ type }) => type === sectionType.symbols) ??
    sections.find(({ type }) => type === sectionType.dynamicSymbols);
  if (table === undefined) return [];
  const linked = sections[table.link];
  if (linked === undefined || linked.type !== sectionType.strings) {
    throw reader.error(
      table.offset,
      `expected section ${table.index} linked to a string table, found section ${table.link}`,
    );
  }
  if (table.data.length % symbolEntry.size !== 0) {
    throw reader.error(
      table.offset,
      `expected a symbol table of whole 24-byte entries, found ${table.data.length} bytes`,
    );
  }
  const names = new StringTable(reader, linked.data, linked.offset);
  const symbols: ElfSymbol[] = [];
  for (
    let at = table.offset + symbolEntry.size;
    at < table.offset + table.data.length;
    at += symbolEntry.size
  ) {
    const info = reader.u8(at + symbolEntry.info, 'st_info');
    symbols.push({
      name: names.at(reader.u32(at + symbolEntry.name, 'st_name'), at, 'the name of a symbol'),
      value: reader.u64(at + symbolEntry.value, 'st_value'),
      size: reader.u64(at + symbolEntry.symbolSize, 'st_size'),
      type: info & 15,
      binding: info >> 4,
      section: reader.u16(at + symbolEntry.section, 'st_shndx'),
    });
  }
  return symbols;
}
