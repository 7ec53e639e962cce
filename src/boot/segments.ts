/** Pieces of memory that a boot fills, and the check that they fit in RAM, or in flash, beside each other. */
import type { MemoryRange } from '../engine/index.js';
import type { Board } from '../machine/index.js';
import { BootError } from './error.js';

/** Bytes to be put into memory at a physical address. */
export interface Segment {
  /** What it is, for messages: a file's name. */
  readonly name: string;
  /** Physical address, below 2^53. */
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Bytes of memory it takes, at least those given; the rest is zero. */
  readonly size: number;
}

/** Whether all of a segment is in a range of memory. */
export function liesIn({ address, size }: Segment, range: MemoryRange): boolean {
  return address >= range.base && address + size <= range.base + range.size;
}

const hex = (n: number): string => `0x${n.toString(16)}`;
const range = (start: number, size: number): string => `${hex(start)}..${hex(start + size)}`;

export const alignUp = (n: number, to: number): number => Math.ceil(n / to) * to;

/**
 * Throws BootError, one line, if a segment lies neither in RAM nor in other memory that a program may lie in, or two of
 * them overlap.
 */
export function checkPlacement(
  segments: readonly Segment[],
  ram: Board['ram'],
  others: readonly MemoryRange[],
): void {
  for (const segment of segments) {
    const { name, address, size } = segment;
    if (![ram, ...others].some((range) => liesIn(segment, range))) {
      throw new BootError(
        `${name}: needs ${range(address, size)}, but RAM is ${range(ram.base, ram.size)}` +
          (ram.isFixed !== true && address >= ram.base && address + size > ram.base + ram.size
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
