/** Where a program may have its heap and its stack: SYS_HEAPINFO. */
import type { GuestRam } from '../../engine/index.js';
import type { Segment } from '../firmware.js';

/** The largest part of RAM that nothing was loaded into, as QEMU 7.2 looks for it: the last of those of one size. */
export function largestGap(
  { base, size }: Pick<GuestRam, 'base' | 'size'>,
  segments: readonly Pick<Segment, 'address' | 'bytes' | 'size'>[],
): { readonly base: number; readonly limit: number } {
  const end = base + size;
  const taken = segments
    .map(({ address, bytes, size: length = bytes.length }) => [address, address + length] as const)
    .filter(([from, to]) => from < end && to > base)
    .sort(([a], [b]) => a - b);
  let largest = { base, limit: base };
  let free = base;
  for (const [from, to] of [...taken, [end, end] as const]) {
    if (from - free > largest.limit - largest.base) largest = { base: free, limit: from };
    free = Math.max(free, to);
  }
  return largest;
}
