/** FPDiv() and FPSqrt(). Arm ARM J1.3.3. */
import type { Builder, I32, I64, Int } from '../../../ir/builder.js';
import { DIVIDE_BY_ZERO, invalid, operands, raising, roundingMode } from './environment.js';
import { isInfinity, isNaN, isSpecial, isZero, signed, signOf, unpack, type Format } from './format.js';
import { fpProcessNaN, fpProcessNaNs } from './nan.js';
import { fpRound } from './round.js';
import { cases, routine } from './routine.js';

/** Significand of a positive normal f64 as an integer of 53 bits. */
function integerSignificand(c: Builder, x: I64): I64 {
  return c.or(c.and(x, (1n << 52n) - 1n), 1n << 52n);
}

/**
 * The significand of an exact result of which `rounded` is the nearest of 53 bits: `remainder` has the sign of
 * exact minus rounded, and the exact result is never halfway.
 */
function corrected(c: Builder, rounded: I64, remainder: I64): I64 {
  const up = c.extendU(c.gtS(remainder, 0));
  const down = c.extendU(c.ltS(remainder, 0));
  return c.sub(c.add(c.shl(rounded, 11), up), down);
}

function finiteQuotient(c: Builder, F: Format, sign: I32, a: Int, b: Int): Int {
  const [x, y] = [unpack(c, F, a), unpack(c, F, b)];
  const [dividend, divisor] = [c.shrU(x.significand, 11), c.shrU(y.significand, 11)];
  const quotient = c.op('f64.div', c.op('f64.convert_i64_u', dividend), c.op('f64.convert_i64_u', divisor));
  const rounded = integerSignificand(c, quotient);
  // The quotient is below one exactly if the dividend is the smaller; `rounded` is scaled by one more then.
  const below = c.ltU(dividend, divisor);
  const scale = c.add(c.extendU(below), 52);
  // Less than the divisor in magnitude, so 64 bits hold it though its terms overflow.
  const remainder = c.sub(c.shl(dividend, scale), c.mul(rounded, divisor));
  const significand = corrected(c, rounded, remainder);
  const shift = c.clz(significand);
  const exponent = c.sub(c.sub(c.sub(x.exponent, y.exponent), below), c.wrap(shift));
  return fpRound(c, F, sign, exponent, c.shl(significand, shift), roundingMode(c));
}

/** FPDiv(a, b, FPCR). */
export const fpDiv = routine('FPDiv', ['F', 'F'], 'F', (c, F, given1, given2) => {
  const [a, b] = operands(c, F, given1, given2);
  const sign = c.xor(signOf(c, F, a), signOf(c, F, b));
  const bothOf = (is: typeof isZero) => c.and(is(c, F, a), is(c, F, b));
  return cases(
    c,
    F.type,
    [
      [() => c.or(isNaN(c, F, a), isNaN(c, F, b)), () => fpProcessNaNs(c, F, a, b)],
      [() => c.or(bothOf(isInfinity), bothOf(isZero)), () => invalid(c, F)],
      [() => isInfinity(c, F, a), () => signed(c, F, sign, F.infinity)],
      [() => isZero(c, F, b), () => raising(c, DIVIDE_BY_ZERO, signed(c, F, sign, F.infinity))],
      [() => c.or(isZero(c, F, a), isInfinity(c, F, b)), () => signed(c, F, sign, 0n)],
    ],
    () => finiteQuotient(c, F, sign, a, b),
  );
});

function finiteRoot(c: Builder, F: Format, a: Int): Int {
  const { exponent, significand } = unpack(c, F, a);
  // radicand * 2^(even): 53 or 54 bits.
  const odd = c.and(exponent, 1);
  const radicand = c.shl(c.shrU(significand, 11), c.extendU(odd));
  const rounded = integerSignificand(c, c.op('f64.sqrt', c.op('f64.convert_i64_u', radicand)));
  // Below 2^54 in magnitude, so 64 bits hold it though its terms overflow.
  const remainder = c.sub(c.shl(radicand, 52), c.mul(rounded, rounded));
  const root = corrected(c, rounded, remainder);
  const shift = c.clz(root);
  const half = c.sub(c.shrS(exponent, 1), c.wrap(shift));
  return fpRound(c, F, c.i32(0), half, c.shl(root, shift), roundingMode(c));
}

/** FPSqrt(a, FPCR). */
export const fpSqrt = routine('FPSqrt', ['F'], 'F', (c, F, given) => {
  const [a] = operands(c, F, given);
  return cases(
    c,
    F.type,
    [
      [() => isNaN(c, F, a), () => fpProcessNaN(c, F, a)],
      [() => isZero(c, F, a), () => a],
      [() => signOf(c, F, a), () => invalid(c, F)],
      [() => isSpecial(c, F, a), () => a],
    ],
    () => finiteRoot(c, F, a),
  );
});
