/** Sets of registers as the bits of a number: X0 to X30 and, as bit 31, SP; or V0 to V31. */
import { X_SP_SLOT } from '../layout.js';

export function bitOfX(slot: number): number {
  return 1 << (slot === X_SP_SLOT ? 31 : slot);
}

/** The bits that are set, ascending. */
export function bitsOf(set: number): number[] {
  return Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => (set & (1 << bit)) !== 0);
}

/** The X slots that a set names. */
export function slotsOf(set: number): number[] {
  return bitsOf(set).map((bit) => (bit === 31 ? X_SP_SLOT : bit));
}
