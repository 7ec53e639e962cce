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

/** The gaps of a VMAR that have room for `size` bytes, lowest first. */
function* gaps(whole: Extent, regions: readonly Extent[], size: number): Generator<Extent> {
  let base = whole.base;
  for (const region of regions) {
    if (region.base - base >= size) yield { base, size: region.base - base };
    base = region.base + region.size;
  }
  const room = whole.base + whole.size - base;
  if (room >= size) yield { base, size: room };
}

/** The lowest place for `size` bytes, or -1. */
export function lowestPlace(whole: Extent, regions: readonly Extent[], size: number): number {
  for (const gap of gaps(whole, regions, size)) return gap.base;
  return -1;
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

/** ZX_VM_COMPACT: at random if the VMAR is empty, else right behind another region, or right before the first. */
export function compactPlace(
  whole: Extent,
  regions: readonly Extent[],
  size: number,
  random: Random,
): number {
  if (regions.length === 0) return randomPlace(whole, regions, size, random);
  let before = -1;
  for (const gap of gaps(whole, regions, size)) {
    if (gap.base > whole.base || regions[0].base === whole.base) return gap.base;
    before = gap.base + gap.size - size;
  }
  return before;
}
