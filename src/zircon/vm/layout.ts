/** Sizes and places of virtual memory on arm64, and the options of its system calls: <zircon/types.h>. */

export const PAGE_SIZE = 0x1000;
export const PAGE_SHIFT = 12;

/** The part of a 48-bit address space that user code may have. */
export const USER_BASE = 0x100_0000;
export const USER_SIZE = 0xffff_fe00_0000;

/** The largest VMO: the highest page-aligned sizes are kept free, as Zircon's page lists do. */
export const VMO_SIZE_MAX = 2 ** 64 - 0x1_0000;

/** zx_vm_option_t; ZX_VM_FLAG_* of the older calls are the same bits. */
export const VmOption = {
  PERM_READ: 0x1,
  PERM_WRITE: 0x2,
  PERM_EXECUTE: 0x4,
  COMPACT: 0x8,
  SPECIFIC: 0x10,
  SPECIFIC_OVERWRITE: 0x20,
  CAN_MAP_SPECIFIC: 0x40,
  CAN_MAP_READ: 0x80,
  CAN_MAP_WRITE: 0x100,
  CAN_MAP_EXECUTE: 0x200,
  MAP_RANGE: 0x400,
  REQUIRE_NON_RESIZABLE: 0x800,
} as const;

export const PERMISSIONS = VmOption.PERM_READ | VmOption.PERM_WRITE | VmOption.PERM_EXECUTE;
export const CAN_MAP = VmOption.CAN_MAP_READ | VmOption.CAN_MAP_WRITE | VmOption.CAN_MAP_EXECUTE;
/** A CAN_MAP_* bit is its PERM_* bit moved up by this. */
export const CAN_MAP_SHIFT = 7;

/** ZX_CACHE_POLICY_*. */
export const CachePolicy = { CACHED: 0, UNCACHED: 1, UNCACHED_DEVICE: 2, WRITE_COMBINING: 3 } as const;
export type CachePolicy = (typeof CachePolicy)[keyof typeof CachePolicy];

export function isPageAligned(value: number): boolean {
  return value % PAGE_SIZE === 0;
}
/** Up to the next multiple of the page size; beyond 2^53 that is what a double can tell. */
export function roundUpToPage(value: number): number {
  return Math.ceil(value / PAGE_SIZE) * PAGE_SIZE;
}
export function roundDownToPage(value: number): number {
  return Math.floor(value / PAGE_SIZE) * PAGE_SIZE;
}
