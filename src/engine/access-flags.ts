/** How generated code describes a memory access to the host, in one number. */
import type { AccessOptions } from './ir/nodes.js';

/** Flags of a slow access: size in bytes, plus these, plus the alignment in bytes shifted. */
export const ACCESS_ALIGNMENT_SHIFT = 8;
export const ACCESS_UNPRIVILEGED = 0x20;
export const ACCESS_ALIGNED = 0x40;

/** Describes an access to the host: size, flags and alignment in one number. */
export function accessFlags(bytes: number, options: AccessOptions): number {
  return (
    bytes |
    (options.unprivileged === true ? ACCESS_UNPRIVILEGED : 0) |
    (options.aligned === true ? ACCESS_ALIGNED : 0) |
    ((options.alignment ?? bytes) << ACCESS_ALIGNMENT_SHIFT)
  );
}
