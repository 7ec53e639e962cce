/** FPRound(): from an exact or jammed significand to a format. Arm ARM J1.3.3, FPRoundBase() and FPRoundCV(). */
import type { Builder, I32, I64, Int } from '../../../ir/builder.js';
import {
  AHP,
  FZ,
  INEXACT,
  INVALID,
  NEAREST_EVEN,
  OVERFLOW,
  TOWARD_NEGATIVE,
  TOWARD_POSITIVE,
  TO_ODD,
  UNDERFLOW,
  fpcr,
  raise,
  raising,
} from './environment.js';
import { shiftRightJamming, signed, withSign, type Format } from './format.js';
import { cases, routine } from './routine.js';

/** Whether a directed mode rounds a number of that sign away from zero. */
export function roundsAway(c: Builder, sign: I32, rounding: I32): I32 {
  return c.eq(rounding, c.select(sign, c.i32(TOWARD_NEGATIVE), c.i32(TOWARD_POSITIVE)));
}

/** Sign of an exact zero sum of numbers that are not zero, or zeros of both signs: minus only toward minus. */
export function zeroSum(c: Builder, F: Format, rounding: I32): Int {
  return signed(c, F, c.eq(rounding, TOWARD_NEGATIVE), 0n);
}

/** The result of a number too large for the format: infinity, or the largest number. */
export function overflowed(c: Builder, F: Format, sign: I32, rounding: I32): Int {
  const toInfinity = c.or(c.eq(rounding, NEAREST_EVEN), roundsAway(c, sign, rounding));
  const largest = signed(c, F, sign, F.infinity - 1n);
  const result = c.add<Int>(largest, F.type === 'i64' ? c.extendU(toInfinity) : toInfinity);
  return raising(c, OVERFLOW | INEXACT, result);
}

/** What is added below the lowest kept bit before the lower `discard` bits are dropped. */
function increment(c: Builder, sign: I32, significand: I64, discard: number, rounding: I32): I64 {
  const ones = (1n << BigInt(discard)) - 1n;
  const lowest = c.and(c.shrU(significand, discard), 1);
  const nearest = c.add(lowest, ones >> 1n);
  const directed = c.select(roundsAway(c, sign, rounding), c.i64(ones), c.i64(0));
  return c.select(c.eq(rounding, NEAREST_EVEN), nearest, directed);
}

/** Biased exponent and significand, as far as they fit, to a magnitude; says how it went in FPSR. */
function pack(c: Builder, F: Format, sign: I32, biased: I32, significand: I64, rounding: I32): Int {
  const discard = 63 - F.fractionBits;
  const tiny = c.ltS(biased, 1);
  const shifted = c.variable('i64', significand);
  c.if(tiny, () => c.setVariable(shifted, shiftRightJamming(c, significand, c.sub(c.i32(1), biased))));
  const kept = c.getVariable(shifted);
  // A significand with its leading one adds 1 to the exponent field.
  const below = c.select(tiny, c.i32(0), c.sub(biased, 1));
  const sum = c.add(kept, increment(c, sign, kept, discard, rounding));
  const inexact = c.ne(c.and(kept, (1n << BigInt(discard)) - 1n), 0);
  const odd = c.and(inexact, c.eq(rounding, TO_ODD));
  const rounded = c.or(c.shrU(sum, discard), c.extendU(odd));
  const carry = c.shl(c.extendU(c.ltU(sum, kept)), F.fractionBits + 1);
  const value = c.add(c.add(c.shl(c.extendU(below), F.fractionBits), rounded), carry);
  const alternative = F.name === 'half' ? c.and(fpcr(c), AHP) : c.i32(0);
  const limit = c.select(alternative, c.i64(F.signBit), c.i64(F.infinity));
  // `value` itself means nothing once the exponent is far out of range.
  const over = c.or(c.gtS(below, F.exponentMax), c.geU(value, limit));
  return cases(
    c,
    F.type,
    [
      [() => c.and(over, c.ne(alternative, 0)), () => raising(c, INVALID, signed(c, F, sign, F.magnitude))],
      [() => over, () => overflowed(c, F, sign, rounding)],
    ],
    () => {
      c.if(inexact, () => raise(c, c.or(c.shl(tiny, Math.log2(UNDERFLOW)), INEXACT)));
      return withSign(c, F, sign, F.type === 'i64' ? value : c.wrap(value));
    },
  );
}

/**
 * The number (-1)^sign * significand * 2^(exponent - 63), significand with bit 63 set and with bit 0 set if it
 * stands for more, in the format, rounded and with the exceptions raised. Under FPCR.FZ a result that would be
 * subnormal is zero, except in half precision.
 */
export const fpRound = routine(
  'FPRound',
  ['i32', 'i32', 'i64', 'i32'],
  'F',
  (c, F, sign, exponent, significand, rounding) => {
    const biased = c.add(exponent, F.bias);
    if (F.name === 'half') return pack(c, F, sign, biased, significand, rounding);
    const flush = () => c.and(c.ltS(biased, 1), c.ne(c.and(fpcr(c), FZ), 0));
    return cases(c, F.type, [[flush, () => raising(c, UNDERFLOW, signed(c, F, sign, 0n))]], () =>
      pack(c, F, sign, biased, significand, rounding),
    );
  },
);
