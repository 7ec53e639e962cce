/** Arithmetic on 64-bit values in two signed 32-bit halves, and their conversion to numbers. */

/** Value of an unsigned 64-bit number as a double: exact below 2^53. */
export function toNumber(low: number, high: number): number {
  return (high >>> 0) * 0x1_0000_0000 + (low >>> 0);
}

/** Bits 48 to 0 of a virtual address, which are compared: as a number. The top byte may be a tag. */
export function comparable(low: number, high: number): number {
  return (high & 0x0001_ffff) * 0x1_0000_0000 + (low >>> 0);
}

/** High half of a non-negative number below 2^53. */
export function highHalf(value: number): number {
  return Math.floor(value / 0x1_0000_0000) | 0;
}

/** Low half of a non-negative number below 2^53. */
export function lowHalf(value: number): number {
  return (value % 0x1_0000_0000) | 0;
}

/** High half of a + b, given its low half. */
export function addHigh(aLow: number, aHigh: number, bHigh: number, sumLow: number): number {
  return (aHigh + bHigh + (sumLow >>> 0 < aLow >>> 0 ? 1 : 0)) | 0;
}

/** High half of a - b. */
export function subtractHigh(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  return (aHigh - bHigh - (aLow >>> 0 < bLow >>> 0 ? 1 : 0)) | 0;
}

/** Whether a < b, both unsigned. */
export function lessThan(aLow: number, aHigh: number, bLow: number, bHigh: number): boolean {
  return aHigh === bHigh ? aLow >>> 0 < bLow >>> 0 : aHigh >>> 0 < bHigh >>> 0;
}

/** Bits `shift` to `shift + width - 1` of a value; at most 31 of them. */
export function bits(low: number, high: number, shift: number, width: number): number {
  const mask = (1 << width) - 1;
  if (shift >= 32) return (high >>> (shift - 32)) & mask;
  if (shift === 0) return low & mask;
  return ((low >>> shift) | (high << (32 - shift))) & mask;
}
