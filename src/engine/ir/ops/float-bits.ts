/** Floats and their bit patterns, for the reference evaluation of floating-point operations. */

const scratch = new DataView(new ArrayBuffer(8));
/** The number that a bit pattern stands for. */
export function toFloat(bits: bigint, width: 32 | 64): number {
  scratch.setBigUint64(0, bits);
  return width === 64 ? scratch.getFloat64(0) : scratch.getFloat32(4);
}
/** The bit pattern of a number, rounded to the nearest of `width` bits. */
export function fromFloat(value: number, width: 32 | 64): bigint {
  scratch.setBigUint64(0, 0n);
  if (width === 64) scratch.setFloat64(0, value);
  else scratch.setFloat32(4, value);
  return scratch.getBigUint64(0);
}

/** The nearest integer, of two the even one; zeros keep their sign. */
export function nearestEven(x: number): number {
  if (Number.isNaN(x) || Math.abs(x) >= 2 ** 52) return x;
  const magnitude = Math.abs(x) + 2 ** 52 - 2 ** 52;
  return x < 0 || Object.is(x, -0) ? -magnitude : magnitude;
}

/** A float to an integer of `width` bits, rounded toward zero; out of range to the nearest, NaN to zero. */
export function truncateSaturating(x: number, width: number, signed: boolean): bigint {
  if (Number.isNaN(x)) return 0n;
  const most = 2n ** BigInt(signed ? width - 1 : width) - 1n;
  const least = signed ? -most - 1n : 0n;
  if (x <= Number(least)) return BigInt.asUintN(width, least);
  if (x >= Number(most)) return most;
  return BigInt.asUintN(width, BigInt(Math.trunc(x)));
}
