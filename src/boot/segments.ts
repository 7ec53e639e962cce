/** Pieces of memory that a boot fills, and the check that they fit in RAM beside each other. */
import { BootError } from './error.js';

/** Bytes to be put into RAM at a physical address. */
export interface Segment {
  /** What it is, for messages: a file's name. */
  readonly name: string;
  /** Physical address, below 2^53. */
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Bytes of memory it takes, at least those given; the rest is zero. */
  readonly size: number;
}

export interface RamRange {
  readonly base: number;
  readonly size: number;
}

const hex = (n: number): string => `0x${n.toString(16)}`;
const range = (start: number, size: number): string => `${hex(start)}..${hex(start + size)}`;

export const alignUp = (n: number, to: number): number => Math.ceil(n / to) * to;

/**
 * Throws BootError, one line, if a segment does not lie in RAM or two of them overlap.
 */
export function checkPlacement(segments: readonly Segment[], ram: RamRange): void {
  for (const { name, address, size } of segments) {
    if (address < ram.base || address + size > ram.base + ram.size) {
      throw new BootError(
        `${name}: needs ${range(address, size)}, but RAM is ${range(ram.base, ram.size)}` +
          (address >= ram.base && address + size > ram.base + ram.size
            ? `; give the machine at least ${Math.ceil((address + size - ram.base) / 2 ** 20)} MiB`
            : ''),
      );
    }
  }
  const sorted = [...segments].sort((a, b) => a.address - b.address);
  for (let i = 1; i < sorted.length; i++) {
    const [below, above] = [sorted[i - 1], sorted[i]];
    if (below.address + below.size <= above.address) continue;
    throw new BootError(
      `${above.name}: ${range(above.address, above.size)} overlaps ${below.name} at ${range(below.address, below.size)}`,
    );
  }
}
