/** Sizes and places of virtual memory on arm64. */

export const PAGE_SIZE = 0x1000;
export const PAGE_SHIFT = 12;

/** The part of a 48-bit address space that user code may have. */
export const USER_BASE = 0x100_0000;
export const USER_SIZE = 0xffff_fe00_0000;

/** The largest VMO: the highest page-aligned sizes are kept free, as Zircon's page lists do. */
export const VMO_SIZE_MAX = 2 ** 64 - 0x1_0000;

export function isPageAligned(value: number): boolean {
  return value % PAGE_SIZE === 0;
}
/** The same for all of 64 bits, where a number would have lost the low ones. */
export function isWholePages(value: bigint): boolean {
  return (value & BigInt(PAGE_SIZE - 1)) === 0n;
}
/** Up to the next multiple of the page size; beyond 2^53 that is what a double can tell. */
export function roundUpToPage(value: number): number {
  return Math.ceil(value / PAGE_SIZE) * PAGE_SIZE;
}
export function roundDownToPage(value: number): number {
  return Math.floor(value / PAGE_SIZE) * PAGE_SIZE;
}
