/** The floating-point formats and the parts of their bit patterns. Arm ARM A1.4.2 to A1.4.4. */
import type { Builder, I32, I64, Int } from '../../../ir/builder.js';

/** A binary interchange format. Half precision is carried in the low 16 bits of an i32. */
export interface Format {
  readonly name: 'half' | 'single' | 'double';
  readonly bits: 16 | 32 | 64;
  readonly bytes: 2 | 4 | 8;
  readonly type: 'i32' | 'i64';
  readonly fractionBits: number;
  /** Largest biased exponent: infinity and NaNs. */
  readonly exponentMax: number;
  readonly bias: number;
  readonly signBit: bigint;
  /** All bits but the sign. */
  readonly magnitude: bigint;
  /** All bits of the fraction. */
  readonly fraction: bigint;
  readonly infinity: bigint;
  /** Smallest normal number. */
  readonly leastNormal: bigint;
  /** The bit that tells a quiet NaN. */
  readonly quietBit: bigint;
  readonly defaultNaN: bigint;
}

function format(name: Format['name'], bits: 16 | 32 | 64, exponentBits: number): Format {
  const fractionBits = bits - 1 - exponentBits;
  const exponentMax = 2 ** exponentBits - 1;
  const infinity = BigInt(exponentMax) << BigInt(fractionBits);
  const quietBit = 1n << BigInt(fractionBits - 1);
  return {
    name,
    bits,
    bytes: (bits / 8) as 2 | 4 | 8,
    type: bits === 64 ? 'i64' : 'i32',
    fractionBits,
    exponentMax,
    bias: 2 ** (exponentBits - 1) - 1,
    signBit: 1n << BigInt(bits - 1),
    magnitude: (1n << BigInt(bits - 1)) - 1n,
    fraction: (1n << BigInt(fractionBits)) - 1n,
    infinity,
    leastNormal: 1n << BigInt(fractionBits),
    quietBit,
    defaultNaN: infinity | quietBit,
  };
}

export const half = format('half', 16, 5);
export const single = format('single', 32, 8);
export const double = format('double', 64, 11);

/** The bit pattern of 1.0 times two to the `exponent`. */
export function powerOfTwo(F: Format, exponent: number): bigint {
  return BigInt(exponent + F.bias) << BigInt(F.fractionBits);
}

/** A constant of the format. */
export function bits(c: Builder, F: Format, value: bigint): Int {
  return c.constant(F.bits === 64 ? 64 : 32, value);
}

/** All bits but the sign. */
export function magnitude(c: Builder, F: Format, x: Int): Int {
  return c.and<Int>(x, F.magnitude);
}

/** Just the sign bit, in place. */
export function signOnly(c: Builder, F: Format, x: Int): Int {
  return c.and<Int>(x, F.signBit);
}

/** The sign, 0 or 1. */
export function signOf(c: Builder, F: Format, x: Int): I32 {
  return c.to32(c.shrU<Int>(x, F.bits - 1));
}

/** FPNeg(). */
export function negated(c: Builder, F: Format, x: Int): Int {
  return c.xor<Int>(x, F.signBit);
}

export function isNaN(c: Builder, F: Format, x: Int): I32 {
  return c.gtU<Int>(magnitude(c, F, x), F.infinity);
}

export function isSignallingNaN(c: Builder, F: Format, x: Int): I32 {
  return c.and(isNaN(c, F, x), c.eqz(c.and<Int>(x, F.quietBit)));
}

export function isInfinity(c: Builder, F: Format, x: Int): I32 {
  return c.eq<Int>(magnitude(c, F, x), F.infinity);
}

/** Infinity or a NaN. */
export function isSpecial(c: Builder, F: Format, x: Int): I32 {
  return c.geU<Int>(magnitude(c, F, x), F.infinity);
}

export function isZero(c: Builder, F: Format, x: Int): I32 {
  return c.eqz(magnitude(c, F, x));
}

/** `value` (positive) with the sign 0 or 1. */
export function withSign(c: Builder, F: Format, sign: I32, value: Int): Int {
  const wide = F.type === 'i64' ? c.extendU(sign) : sign;
  return c.or<Int>(c.shl<Int>(wide, F.bits - 1), value);
}

/** A constant (positive) with the sign 0 or 1: FPZero(), FPInfinity(), FPMaxNormal(), FPTwo(). */
export function signed(c: Builder, F: Format, sign: I32, value: bigint): Int {
  return withSign(c, F, sign, bits(c, F, value));
}

/** A number as FPUnpack() gives it: (-1)^sign * significand * 2^(exponent - 63). */
export interface Unpacked {
  readonly sign: I32;
  readonly exponent: I32;
  /** Bit 63 is set unless the number is zero. */
  readonly significand: I64;
}

/** Splits a finite number, normalizing subnormal ones. Zero has significand 0 and an exponent of no meaning. */
export function unpack(c: Builder, F: Format, x: Int): Unpacked {
  const wide = c.to64(x);
  const fraction = c.and(wide, F.fraction);
  const biased = c.and(c.wrap(c.shrU(wide, F.fractionBits)), F.exponentMax);
  const shift = c.clz(fraction);
  const subnormal = c.eqz(biased);
  const significand = c.select(
    subnormal,
    c.shl(fraction, shift),
    c.shl(c.or(fraction, F.leastNormal), 63 - F.fractionBits),
  );
  const exponent = c.select(
    subnormal,
    c.sub(c.i32(64 - F.bias - F.fractionBits), c.wrap(shift)),
    c.sub(biased, F.bias),
  );
  return { sign: signOf(c, F, x), exponent, significand };
}

/** Shifts right by `count` (unsigned, any) and keeps in bit 0 whether ones were shifted out. */
export function shiftRightJamming(c: Builder, x: I64, count: I32): I64 {
  const n = c.extendU(c.select(c.gtU(count, 63), c.i32(63), count));
  const lost = c.and(x, c.sub(c.shl(c.i64(1), n), 1));
  return c.or(c.shrU(x, n), c.extendU(c.ne(lost, 0)));
}
