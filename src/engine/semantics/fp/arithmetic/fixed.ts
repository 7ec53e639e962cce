/** FPToFixed(), FixedToFP(), FPRoundInt(). Arm ARM J1.3.3. */
import type { Builder, I32, I64, Int } from '../../../ir/builder.js';
import { INEXACT, INVALID, NEAREST_AWAY, NEAREST_EVEN, operands, raise, raising } from './environment.js';
import {
  isNaN,
  isSpecial,
  isZero,
  magnitude,
  powerOfTwo,
  signOf,
  unpack,
  withSign,
  type Format,
} from './format.js';
import { fpProcessNaN } from './nan.js';
import { fpRound, roundsAway } from './round.js';
import { cases, routine } from './routine.js';

const HALF = 1n << 63n;

/** Whether an integer with a fraction of 64 bits behind it is rounded up in magnitude: 0 or 1. */
function roundsUp(c: Builder, sign: I32, integer: I64, fraction: I64, rounding: I32): I32 {
  const odd = c.wrap(c.and(integer, 1));
  const even = c.or(c.gtU(fraction, HALF), c.and(c.eq(fraction, HALF), odd));
  const away = c.geU(fraction, HALF);
  const directed = c.and(c.ne(fraction, 0), roundsAway(c, sign, rounding));
  const nearest = c.select(c.eq(rounding, NEAREST_EVEN), even, c.and(away, c.eq(rounding, NEAREST_AWAY)));
  return c.or(nearest, directed);
}

/** Integer part and the fraction behind it, jammed to 64 bits; `exponent` is below 64. */
function split(c: Builder, exponent: I32, significand: I64): { integer: I64; fraction: I64 } {
  const shift = c.sub(c.i32(63), exponent);
  const count = c.extendU(shift);
  const within = c.ltU(shift, 64);
  const integer = c.select(within, c.shrU(significand, count), c.i64(0));
  // Shifted left by 64 - shift, in two steps because that can be 64.
  const partial = c.shl(c.shl(significand, 1), c.sub(c.i64(63), count));
  const below = c.select(c.eq(shift, 64), significand, c.extendU(c.ne(significand, 0)));
  return { integer, fraction: c.select(within, partial, below) };
}

/** Makes a magnitude an integer of `bits` bits, or the nearest with Invalid Operation. */
function saturated(c: Builder, bits: 32 | 64, unsigned: boolean, sign: I32, value: I64, inexact: I32): I64 {
  const most = unsigned ? (1n << BigInt(bits)) - 1n : (1n << BigInt(bits - 1)) - 1n;
  const least = unsigned ? 0n : most + 1n;
  const limit = c.select(sign, c.i64(least), c.i64(most));
  const result = c.variable('i64', value);
  c.if(
    c.gtU(value, limit),
    () => {
      raise(c, INVALID);
      c.setVariable(result, limit);
    },
    () => c.if(inexact, () => raise(c, INEXACT)),
  );
  const saturatedValue = c.getVariable(result);
  return c.select(sign, c.neg(saturatedValue), saturatedValue);
}

function toFixed(bits: 32 | 64, unsigned: boolean) {
  const name = `FPTo${unsigned ? 'Unsigned' : 'Signed'}${bits}`;
  return routine(name, ['F', 'i32', 'i32'], 'i64', (c, F, given, fractionBits, rounding) => {
    const [x] = operands(c, F, given);
    const number = () => {
      const unpacked = unpack(c, F, x);
      const exponent = c.add(unpacked.exponent, fractionBits);
      const huge = c.or(c.geS(exponent, 64), isSpecial(c, F, x));
      const { integer, fraction } = split(c, exponent, unpacked.significand);
      const up = roundsUp(c, unpacked.sign, integer, fraction, rounding);
      const inexact = c.ne(fraction, 0);
      const rounded = c.add(integer, c.extendU(up));
      const value = cases(c, 'i64', [[() => huge, () => beyond(c, bits, unsigned, unpacked.sign)]], () =>
        saturated(c, bits, unsigned, unpacked.sign, rounded, inexact),
      );
      return value;
    };
    return cases(
      c,
      'i64',
      [
        [() => isZero(c, F, x), () => c.i64(0)],
        [() => isNaN(c, F, x), () => raising(c, INVALID, c.i64(0))],
      ],
      number,
    ) as I64;
  });
}

/** The nearest integer to a number that not even 64 bits hold. */
function beyond(c: Builder, bits: 32 | 64, unsigned: boolean, sign: I32): I64 {
  const most = unsigned ? (1n << BigInt(bits)) - 1n : (1n << BigInt(bits - 1)) - 1n;
  const least = unsigned ? 0n : -most - 1n;
  raise(c, INVALID);
  return c.select(sign, c.i64(least), c.i64(most));
}

const toFixedRoutines = {
  signed: { 32: toFixed(32, false), 64: toFixed(64, false) },
  unsigned: { 32: toFixed(32, true), 64: toFixed(64, true) },
};

/**
 * FPToFixed(x, fractionBits, unsigned, FPCR, rounding) to an integer of 32 or 64 bits, in an i64 of which only
 * the low `bits` bits count.
 */
export function fpToFixed(
  c: Builder,
  F: Format,
  to: { bits: 32 | 64; unsigned: boolean },
  x: Int,
  fractionBits: I32,
  rounding: I32,
): I64 {
  return toFixedRoutines[to.unsigned ? 'unsigned' : 'signed'][to.bits](c, F, x, fractionBits, rounding);
}

function fromFixed(name: string, unsigned: boolean) {
  return routine(name, ['i64', 'i32', 'i32'], 'F', (c, F, value, fractionBits, rounding) => {
    const sign = unsigned ? c.i32(0) : c.ltS(value, 0);
    const absolute = c.select(sign, c.neg(value), value);
    const shift = c.clz(absolute);
    const exponent = c.sub(c.sub(c.i32(63), c.wrap(shift)), fractionBits);
    return cases(c, F.type, [[() => c.eqz(value), () => (F.type === 'i64' ? c.i64(0) : c.i32(0))]], () =>
      fpRound(c, F, sign, exponent, c.shl(absolute, shift), rounding),
    );
  });
}

/** FixedToFP(value, fractionBits, unsigned = FALSE, FPCR, rounding). */
export const signedToFP = fromFixed('SignedToFP', false);
/** FixedToFP(value, fractionBits, unsigned = TRUE, FPCR, rounding). */
export const unsignedToFP = fromFixed('UnsignedToFP', true);

/** A number below one in magnitude, not zero, to zero or one. */
function fractionToIntegral(c: Builder, F: Format, sign: I32, x: Int, rounding: I32): Int {
  const halfway = powerOfTwo(F, -1);
  const even = c.and(c.gtU<Int>(magnitude(c, F, x), halfway), c.eq(rounding, NEAREST_EVEN));
  const away = c.and(c.geU<Int>(magnitude(c, F, x), halfway), c.eq(rounding, NEAREST_AWAY));
  const up = c.or(c.or(even, away), roundsAway(c, sign, rounding));
  const one = c.mul<Int>(F.type === 'i64' ? c.extendU(up) : up, powerOfTwo(F, 0));
  return withSign(c, F, sign, one);
}

/** A number from one up with `exponent` below the width of the fraction. A carry grows the exponent by itself. */
function mixedToIntegral(c: Builder, F: Format, sign: I32, x: Int, exponent: Int, rounding: I32): Int {
  const fraction = c.shrU<Int>(c.same<Int>(exponent, F.fraction), exponent);
  const lowest = c.and<Int>(c.shrU<Int>(x, c.sub<Int>(c.same<Int>(exponent, F.fractionBits), exponent)), 1);
  const halfway = c.sub<Int>(fraction, c.shrU<Int>(fraction, 1));
  const even = c.add<Int>(c.sub<Int>(halfway, 1), lowest);
  const increment = cases(
    c,
    F.type,
    [
      [() => c.eq(rounding, NEAREST_EVEN), () => even],
      [() => c.eq(rounding, NEAREST_AWAY), () => halfway],
      [() => roundsAway(c, sign, rounding), () => fraction],
    ],
    () => c.same<Int>(fraction, 0),
  );
  return c.and<Int>(c.add<Int>(x, increment), c.not<Int>(fraction));
}

/** FPRoundInt(x, FPCR, rounding, exact): to an integral number; `exact` not zero raises Inexact. */
export const fpRoundInt = routine('FPRoundInt', ['F', 'i32', 'i32'], 'F', (c, F, given, rounding, exact) => {
  const [x] = operands(c, F, given);
  const sign = signOf(c, F, x);
  const exponent = c.sub<Int>(c.shrU<Int>(magnitude(c, F, x), F.fractionBits), F.bias);
  const result = cases(
    c,
    F.type,
    [
      [() => isNaN(c, F, x), () => fpProcessNaN(c, F, x)],
      [() => c.or(isZero(c, F, x), c.geS<Int>(exponent, F.fractionBits)), () => x],
      [() => c.ltS<Int>(exponent, 0), () => fractionToIntegral(c, F, sign, x, rounding)],
    ],
    () => mixedToIntegral(c, F, sign, x, exponent, rounding),
  );
  const changed = c.and(c.ne<Int>(result, x), c.eqz(isNaN(c, F, x)));
  c.if(c.and(changed, c.ne(exact, 0)), () => raise(c, INEXACT));
  return result;
});
