/** Conversions as the scalar and the vector instructions use them, fast where nothing is to be recorded. */
import type { Builder, I32, I64, Int } from '../../ir/builder.js';
import { fpConvert } from './arithmetic/convert.js';
import {
  NEAREST_AWAY,
  NEAREST_EVEN,
  TOWARD_NEGATIVE,
  TOWARD_POSITIVE,
  TOWARD_ZERO,
  roundingMode,
} from './arithmetic/environment.js';
import { fpToFixed, signedToFP, unsignedToFP } from './arithmetic/fixed.js';
import { double, single, type Format } from './arithmetic/format.js';
import { carefree, inRange, keepsSubnormals, unless } from './fast.js';
import { native } from './registers.js';

/** Rounding by the letter in FCVT<letter>S. */
export const roundings = {
  N: NEAREST_EVEN,
  P: TOWARD_POSITIVE,
  M: TOWARD_NEGATIVE,
  Z: TOWARD_ZERO,
  A: NEAREST_AWAY,
} as const;

interface IntegerType {
  readonly bits: 32 | 64;
  readonly unsigned: boolean;
}

/** FPConvert() by FPCR's rounding mode. */
export function convert(c: Builder, from: Format, to: Format, x: Int): Int {
  const slow = () => fpConvert(c, from, to, x, roundingMode(c));
  if (from === single && to === double) {
    const mayUse = c.and(keepsSubnormals(c), c.op('f32.eq', x, x));
    return unless(c, mayUse, c.op('f64.promote_f32', x), slow);
  }
  if (from === double && to === single) {
    const fast = c.op('f32.demote_f64', x);
    return unless(c, c.and(carefree(c), inRange(c, to, 'normal', fast)), fast, slow);
  }
  return slow();
}

/** FPToFixed(); only the low `to.bits` bits count. */
export function toFixed(
  c: Builder,
  F: Format,
  to: IntegerType,
  x: Int,
  fractionBits: I32,
  rounding: number,
): I64 {
  return fpToFixed(c, F, to, x, fractionBits, c.i32(rounding));
}

/** The f64 with the value of a power of two. */
const f64Power = (exponent: number): bigint => BigInt(exponent + 1023) << 52n;

/** FPToFixed() without fraction bits; only the low `to.bits` bits count. */
export function toInteger(c: Builder, F: Format, to: IntegerType, x: Int, rounding: number): I64 {
  const slow = () => toFixed(c, F, to, x, c.i32(0), rounding);
  if (rounding !== TOWARD_ZERO) return slow();
  const wide = F === single ? c.op('f64.promote_f32', x) : (x as I64);
  const suffix = to.unsigned ? 'u' : 's';
  const fast = c.op(`i64.trunc_sat_f64_${suffix}`, wide);
  const size = to.unsigned ? wide : c.and(wide, double.magnitude);
  const limit = c.i64(f64Power(to.unsigned ? to.bits : to.bits - 1));
  const within = c.and(c.op('f64.lt', size, limit), to.unsigned ? c.op('f64.ge', wide, c.i64(0)) : c.i32(1));
  // The way back is exact exactly if the way there was.
  const integral = c.op('f64.eq', c.op(`f64.convert_i64_${suffix}`, fast), wide);
  return unless(c, c.and(within, c.or(integral, carefree(c))), fast, slow) as I64;
}

/** FixedToFP(). */
export function fixedToFP(
  c: Builder,
  F: Format,
  value: Int,
  unsigned: boolean,
  fractionBits: I32,
  rounding: I32,
): Int {
  if (unsigned) return unsignedToFP(c, F, c.to64(value), fractionBits, rounding);
  const wide = value.type === 'i64' ? value : c.extendS(value);
  return signedToFP(c, F, wide, fractionBits, rounding);
}

/** FixedToFP() without fraction bits, by FPCR's rounding mode. */
export function integerToFP(c: Builder, F: Format, value: Int, unsigned: boolean): Int {
  const slow = () => fixedToFP(c, F, value, unsigned, c.i32(0), roundingMode(c));
  const bits = value.type === 'i64' ? 64 : 32;
  if (bits > F.bits) return slow();
  const suffix = unsigned ? 'u' : 's';
  const fast =
    value.type === 'i64'
      ? c.op(`f64.convert_i64_${suffix}`, value)
      : c.op(native(F, `convert_i32_${suffix}`), value);
  if (bits < F.bits) return fast;
  const integers = F.leastNormal * 2n;
  const isExact = unsigned
    ? c.leU<Int>(value, integers)
    : c.leU<Int>(c.add<Int>(value, integers), integers * 2n);
  return unless(c, c.or(isExact, carefree(c)), fast, slow);
}
