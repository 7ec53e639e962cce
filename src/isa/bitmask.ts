/**
 * The bitmask immediates of the logical instructions: a run of ones, rotated within an element of 2 to 64
 * bits, repeated over the register. `DecodeBitMasks` of the Arm ARM's shared pseudocode.
 */

/** log2 of the element's size in bits, 1 to 6; 0 or less where the encoding is reserved. */
function elementBits(N: number, imms: number): number {
  return 31 - Math.clz32((N << 6) | (~imms & 0x3f));
}

/** Says whether `N:imms` describes a bitmask for a 64-bit (`sf` 1) or 32-bit (`sf` 0) register. */
export function isLogicalImmediate(N: number, imms: number, sf: number): boolean {
  if (sf === 0 && N === 1) return false;
  const len = elementBits(N, imms);
  const levels = (1 << len) - 1;
  return len >= 1 && (imms & levels) !== levels;
}

/** The `width`-bit (32 or 64) mask of an allocated `N:immr:imms`. */
export function decodeLogicalImmediate(N: number, immr: number, imms: number, width: number): bigint {
  const size = 1 << elementBits(N, imms);
  const ones = (1n << BigInt((imms & (size - 1)) + 1)) - 1n;
  const rotation = BigInt(immr & (size - 1));
  const element = ((ones >> rotation) | (ones << (BigInt(size) - rotation))) & ((1n << BigInt(size)) - 1n);
  let mask = 0n;
  for (let at = 0; at < width; at += size) mask |= element << BigInt(at);
  return mask;
}

/** The smallest element that, repeated, makes up `mask`: its size in bits. */
function elementSize(mask: bigint, width: number): number {
  let size = width;
  while (size > 2) {
    const half = BigInt(size / 2);
    if (BigInt.asUintN(Number(half), mask) !== BigInt.asUintN(Number(half), mask >> half)) break;
    size /= 2;
  }
  return size;
}

/** `N`, `immr` and `imms` of a `width`-bit mask, the smallest rotation; undefined where none describes it. */
export function encodeLogicalImmediate(
  mask: bigint,
  width: number,
): { N: number; immr: number; imms: number } | undefined {
  const size = elementSize(mask, width);
  const element = BigInt.asUintN(size, mask);
  const ones = [...element.toString(2)].filter((bit) => bit === '1').length;
  if (ones === 0 || ones === size) return undefined;
  const N = size === 64 ? 1 : 0;
  const imms = (~(size * 2 - 1) & 0x3f) | (ones - 1);
  for (let immr = 0; immr < size; immr++) {
    if (decodeLogicalImmediate(N, immr, imms, size) === element) return { N, immr, imms };
  }
  return undefined;
}
