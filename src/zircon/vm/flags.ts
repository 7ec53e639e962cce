/** Flags of virtual memory's system calls: <zircon/types.h>. */

/** zx_vm_option_t; ZX_VM_FLAG_* of the older calls are the same bits. */
export const VmFlag = {
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

export const PERMISSIONS = VmFlag.PERM_READ | VmFlag.PERM_WRITE | VmFlag.PERM_EXECUTE;
export const CAN_MAP = VmFlag.CAN_MAP_READ | VmFlag.CAN_MAP_WRITE | VmFlag.CAN_MAP_EXECUTE;
/** A CAN_MAP_* bit is its PERM_* bit moved up by this. */
export const CAN_MAP_SHIFT = 7;

/** ZX_CACHE_POLICY_*. */
export const CachePolicy = { CACHED: 0, UNCACHED: 1, UNCACHED_DEVICE: 2, WRITE_COMBINING: 3 } as const;
export type CachePolicy = (typeof CachePolicy)[keyof typeof CachePolicy];

/** Whether a value of a system call is one of ZX_CACHE_POLICY_*. */
export function isCachePolicy(value: number): value is CachePolicy {
  return value <= CachePolicy.WRITE_COMBINING;
}
