/** Flags of virtual memory's system calls: <zircon/types.h>. */
import { CachePolicy, VmFlag } from '../abi/constants.js';

export const PERMISSIONS = VmFlag.PERM_READ | VmFlag.PERM_WRITE | VmFlag.PERM_EXECUTE;
export const CAN_MAP = VmFlag.CAN_MAP_READ | VmFlag.CAN_MAP_WRITE | VmFlag.CAN_MAP_EXECUTE;
/** A CAN_MAP_* bit is its PERM_* bit moved up by this. */
export const CAN_MAP_SHIFT = 7;

/** Whether a value of a system call is one of ZX_CACHE_POLICY_*. */
export function isCachePolicy(value: number): value is CachePolicy {
  return value <= CachePolicy.WRITE_COMBINING;
}
