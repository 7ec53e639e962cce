/** Where in a VMAR a new region goes if the caller does not say. Zircon's docs/objects/vm_address_region.md. */
import type { Random } from '../random.js';
import { PAGE_SIZE } from './layout.js';

interface Extent {
  readonly base: number;
  readonly size: number;
}

/** Tries at random before all gaps are counted. */
const ATTEMPTS = 8;

/** Index of the first region that ends above `address`, of regions in order of their addresses. */
export function firstEndingAbove(regions: readonly Extent[], address: number): number {
  let low = 0;
  let high = regions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (regions[middle].base + regions[middle].size > address) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Whether nothing lies in a range. */
export function isFree(regions: readonly Extent[], base: number, size: number): boolean {
  const next = firstEndingAbove(regions, base);
  return next === regions.length || regions[next].base >= base + size;
}

/** The gaps of a VMAR that have room for `size` bytes and do not begin below `from`, lowest first. */
function* gaps(
  whole: Extent,
  regions: readonly Extent[],
  size: number,
  from = whole.base,
): Generator<Extent> {
  let base = from;
  for (let i = firstEndingAbove(regions, from); i < regions.length; i++) {
    const region = regions[i];
    if (region.base - base >= size) yield { base, size: region.base - base };
    base = region.base + region.size;
  }
  const room = whole.base + whole.size - base;
  if (room >= size) yield { base, size: room };
}

/** Where to begin to look for the lowest gap of a VMAR, so that the regions below it are not gone through each time. */
export class LowestGaps {
  /** By n: no gap of 2^n pages or more begins below this address, other than one in front of all regions. */
  private readonly floors = new Map<number, number>();

  /**
   * The lowest gap with room for `size` bytes, or undefined.
   * @param from the VMAR's base, or its first region's end
   */
  find(whole: Extent, regions: readonly Extent[], size: number, from: number): Extent | undefined {
    const order = Math.floor(Math.log2(size / PAGE_SIZE));
    let floor: number | undefined;
    const start = Math.max(from, this.floors.get(order) ?? whole.base);
    for (const gap of gaps(whole, regions, 2 ** order * PAGE_SIZE, start)) {
      floor ??= gap.base;
      if (gap.size < size) continue;
      this.floors.set(order, floor);
      return gap;
    }
    return undefined;
  }

  /** A gap begins at `base` that did not before, or has become larger. */
  opened(base: number): void {
    for (const [order, floor] of this.floors) if (base < floor) this.floors.set(order, base);
  }

  /** Whether all that is remembered can be true of a VMAR. */
  areOf(whole: Extent): boolean {
    const orders = Math.log2(whole.size / PAGE_SIZE);
    return [...this.floors].every(
      ([order, floor]) =>
        Number.isInteger(order) &&
        order >= 0 &&
        order <= orders &&
        floor >= whole.base &&
        floor < whole.base + whole.size,
    );
  }
}

/** A place for `size` bytes, every possible one as likely as any other; or -1. */
export function randomPlace(whole: Extent, regions: readonly Extent[], size: number, random: Random): number {
  if (size > whole.size) return -1;
  const all = (whole.size - size) / PAGE_SIZE + 1;
  for (let i = 0; i < ATTEMPTS; i++) {
    const base = whole.base + random.below(all) * PAGE_SIZE;
    if (isFree(regions, base, size)) return base;
  }
  let places = 0;
  for (const gap of gaps(whole, regions, size)) places += (gap.size - size) / PAGE_SIZE + 1;
  if (places === 0) return -1;
  let chosen = random.below(places);
  for (const gap of gaps(whole, regions, size)) {
    const here = (gap.size - size) / PAGE_SIZE + 1;
    if (chosen < here) return gap.base + chosen * PAGE_SIZE;
    chosen -= here;
  }
  return -1;
}

/** The lowest place for `size` bytes, or -1. */
export function lowestPlace(
  whole: Extent,
  regions: readonly Extent[],
  size: number,
  lowest: LowestGaps,
): number {
  const front = regions.length > 0 ? regions[0].base - whole.base : 0;
  if (front >= size) return whole.base;
  return lowest.find(whole, regions, size, whole.base)?.base ?? -1;
}

/** ZX_VM_COMPACT: at random if the VMAR is empty, else right behind another region, or right before the first. */
export function compactPlace(
  whole: Extent,
  regions: readonly Extent[],
  size: number,
  lowest: LowestGaps,
  random: Random,
): number {
  if (regions.length === 0) return randomPlace(whole, regions, size, random);
  const [first] = regions;
  const gap = lowest.find(whole, regions, size, first.base + first.size);
  if (gap !== undefined) return gap.base;
  return first.base - whole.base >= size ? first.base - size : -1;
}
