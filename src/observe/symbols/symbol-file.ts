/** Files that name a guest's places beside what the machine was started with: `System.map`, or an ELF file such as `vmlinux`. */
import {
  elfNames,
  ImageError,
  isElf,
  isSystemMap,
  LineTable,
  machineAArch64,
  readElf,
  readSystemMap,
  SymbolTable,
  type Elf,
} from '../../images/index.js';

export interface SymbolFile {
  readonly name: string;
  /** Places by the addresses that they are linked at. */
  readonly names: SymbolTable;
  /** The ELF file, where it is one. */
  readonly elf?: Elf;
  /** Source lines by link address, of a file that has some. */
  readonly lines?: LineTable;
}

/** @throws ImageError for a file that is neither an AArch64 ELF file nor a System.map */
export function readSymbolFile(bytes: Uint8Array, name: string): SymbolFile {
  if (isElf(bytes)) return elfSymbols(readElf(bytes, name), name);
  if (!isSystemMap(bytes)) throw new ImageError(name, 0, 'expected an ELF file or a System.map');
  return { name, names: new SymbolTable(readSystemMap(bytes, name)) };
}

/** @throws ImageError for another machine's file, or lines that are compressed in a way that is not understood */
export function elfSymbols(elf: Elf, name: string): SymbolFile {
  if (elf.machine !== machineAArch64)
    throw new ImageError(name, 18, `expected ELF machine 183 (AArch64), found ${elf.machine}`);
  const lines = LineTable.of(elf, name);
  return { name, names: new SymbolTable(elfNames(elf)), elf, ...(lines && { lines }) };
}
