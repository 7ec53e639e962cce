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

/** Whole numbers m and e with x = m * 2^e; x is finite. */
function parts(x: number): readonly [m: bigint, e: number] {
  const bits = fromFloat(x, 64);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const size = exponent === 0 ? fraction : fraction | (1n << 52n);
  return [bits >> 63n === 0n ? size : -size, Math.max(exponent, 1) - 1075];
}

/** a * b + c, rounded once, to nearest. */
export function fusedMultiplyAdd(a: number, b: number, c: number): number {
  if (![a, b, c].every(Number.isFinite)) return Number.isFinite(a * 0 + b * 0) ? c : a * b + c;
  const [[ma, ea], [mb, eb], [mc, ec]] = [parts(a), parts(b), parts(c)];
  const e = Math.min(ea + eb, ec);
  const sum = ((ma * mb) << BigInt(ea + eb - e)) + (mc << BigInt(ec - e));
  // Then the product is exact, and so is what this gives: a zero with its sign.
  if (sum === 0n) return a * b + c;
  const size = sum < 0n ? -sum : sum;
  const least = Math.max(e + size.toString(2).length - 53, -1074);
  const dropped = BigInt(Math.max(least - e, 0));
  const kept = (size << BigInt(Math.max(e - least, 0))) >> dropped;
  const twice = (size - (kept << dropped)) << 1n;
  const half = 1n << dropped;
  const isUp = dropped > 0n && (twice > half || (twice === half && (kept & 1n) === 1n));
  const rounded = Number(kept + (isUp ? 1n : 0n)) * 2 ** least;
  return sum < 0n ? -rounded : rounded;
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
