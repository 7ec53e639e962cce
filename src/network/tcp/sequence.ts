/** Sequence numbers, which are modulo 2^32: RFC 9293, 3.4. */

export const plus = (sequence: number, length: number): number => (sequence + length) >>> 0;
/** From `from` to `to`, as a signed number: negative if `to` is before it. */
export const distance = (from: number, to: number): number => (to - from) | 0;
export const isBefore = (a: number, b: number): boolean => distance(a, b) > 0;
export const isAtMost = (a: number, b: number): boolean => distance(a, b) >= 0;
