/** Code and data as they lie in memory, and what they call their places. */
import {
  isArm64Image,
  readArm64Image,
  readKallsyms,
  type LineTable,
  type SourceLine,
  SymbolTable,
} from '../../images/index.js';
import type { SymbolFile } from './symbol-file.js';

export interface NamedCode {
  readonly physical: number;
  /** Bytes of memory. */
  readonly size: number;
  /** Address that the first byte is linked at. */
  readonly linked: bigint;
  readonly names: SymbolTable;
  readonly lines?: LineTable | undefined;
  /** What the guest adds to link addresses, once it has been seen. */
  slide?: bigint;
}

/** A named place, and how far behind it an address is. */
export interface Place {
  readonly name: string;
  /** Bytes from the named place. */
  readonly distance: number;
  /** The address itself, as it is linked. */
  readonly linked: bigint;
  /** Where it comes from, where a file says so. */
  readonly source: SourceLine | undefined;
}

/** `start_kernel+0x10`. */
export function placeText({ name, distance }: Pick<Place, 'name' | 'distance'>): string {
  return distance === 0 ? name : `${name}+0x${distance.toString(16)}`;
}

export function placeIn({ names, lines }: NamedCode, linked: bigint): Place | undefined {
  const found = names.at(linked);
  if (found === undefined) return undefined;
  const distance = Number(linked - found.address);
  return { name: found.name, distance, linked, source: lines?.at(linked) };
}

/** The segments of an ELF file that was loaded where it says. */
export function codeOfElf({ elf, names, lines }: SymbolFile): NamedCode[] {
  return (elf?.segments ?? []).map(({ physicalAddress, memorySize, virtualAddress }) => ({
    physical: Number(physicalAddress),
    size: Number(memorySize),
    linked: virtualAddress,
    names,
    lines,
  }));
}

/** What a list of symbols names that is of no kernel: a program that is linked where it lies. */
export function codeOfList({ elf, names }: SymbolFile): NamedCode[] {
  const first = names.after(-1n)?.address;
  const last = names.at(HIGHEST)?.address;
  if (elf !== undefined || first === undefined || last === undefined) return [];
  return [{ physical: Number(first), size: Number(last - first) + BEHIND, linked: first, names }];
}

/** The highest physical address, and bytes that the last symbol of a list may have. */
const HIGHEST = (1n << 48n) - 1n;
const BEHIND = 0x1000;

/** What a Linux Image in memory is called by the kernel itself; undefined if it carries no names, or is none. */
export function codeOfImage(physical: number, bytes: Uint8Array, known?: SymbolFile): NamedCode | undefined {
  if (!isArm64Image(bytes)) return undefined;
  const size = Math.max(bytes.length, memoryOf(bytes));
  if (known !== undefined) {
    const linked = kernelNames.map((name) => known.names.addressOf(name)).find((each) => each !== undefined);
    if (linked !== undefined) return { physical, size, linked, names: known.names, lines: known.lines };
  }
  const own = readKallsyms(bytes);
  if (own === undefined) return undefined;
  return { physical, size, linked: own.linkAddress, names: new SymbolTable(own.symbols) };
}

/** What Linux calls the first byte of its Image. */
const kernelNames = ['_text', '_head'];

/** Whether a file names what is in a Linux Image. */
export function isOfKernel({ names }: SymbolFile): boolean {
  return kernelNames.some((name) => (names.addressOf(name) ?? 0n) >> 48n === 0xffffn);
}

/** Bytes of memory that an Image says it takes; 0 for one out of a snapshot that is damaged. */
function memoryOf(image: Uint8Array): number {
  try {
    return Number(readArm64Image(image).imageSize);
  } catch {
    return 0;
  }
}
