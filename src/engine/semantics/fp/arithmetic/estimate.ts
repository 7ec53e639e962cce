/** Reciprocal and reciprocal square root estimates, FPRecpX(). Arm ARM J1.3.3. */
import type { Builder, I32, Int } from '../../../ir/builder.js';
import {
  DIVIDE_BY_ZERO,
  FZ,
  UNDERFLOW,
  fpcr,
  invalid,
  operands,
  raising,
  roundingMode,
} from './environment.js';
import {
  bits,
  isInfinity,
  isNaN,
  isZero,
  magnitude,
  signed,
  signOf,
  unpack,
  withSign,
  type Format,
} from './format.js';
import { fpProcessNaN } from './nan.js';
import { overflowed } from './round.js';
import { cases, routine } from './routine.js';

/** RecipEstimate(a): a from 256 to 511, result from 256 to 511. */
function recipEstimate(c: Builder, a: I32): I32 {
  const b = c.divU(c.i32(1 << 19), c.add(c.shl(a, 1), 1));
  return c.shrU(c.add(b, 1), 1);
}

/**
 * RecipSqrtEstimate(a): a from 128 to 511, result from 256 to 511. The manual searches the largest b with
 * a * b * b < 2^28; the root of the exactly rounded quotient is never near an integer that it does not equal.
 */
function recipSqrtEstimate(c: Builder, a: I32): I32 {
  const small = c.add(c.shl(a, 1), 1);
  const large = c.shl(c.add(c.and(a, -2), 1), 1);
  const scaled = c.op('f64.convert_i32_u', c.select(c.ltU(a, 256), small, large));
  const quotient = c.op('f64.div', c.i64(0x41b0_0000_0000_0000n), scaled);
  const root = c.op('f64.ceil', c.op('f64.sqrt', quotient));
  const b = c.sub(c.op('i32.trunc_sat_f64_u', root), 1);
  return c.shrU(c.add(b, 1), 1);
}

function widthOf(c: Builder, F: Format, value: I32): Int {
  return F.type === 'i64' ? c.extendU(value) : value;
}

/** Exponent field and an estimate from 256 to 511 (1.0 to 2.0) to a number. */
function assembled(c: Builder, F: Format, sign: I32, exponent: I32, estimate: I32): Int {
  const fraction = c.shl<Int>(widthOf(c, F, c.and(estimate, 0xff)), F.fractionBits - 8);
  return withSign(c, F, sign, c.or<Int>(c.shl<Int>(widthOf(c, F, exponent), F.fractionBits), fraction));
}

function finiteRecipEstimate(c: Builder, F: Format, x: Int): Int {
  const { sign, exponent, significand } = unpack(c, F, x);
  const estimate = recipEstimate(c, c.wrap(c.shrU(significand, 55)));
  // 0 and -1 give a subnormal result.
  const resultExponent = c.sub(c.i32(F.bias - 1), exponent);
  const subnormal = () => {
    const shift = c.sub(c.i32(1), resultExponent);
    const fraction = c.shl<Int>(widthOf(c, F, estimate), F.fractionBits - 8);
    return withSign(c, F, sign, c.shrU<Int>(fraction, widthOf(c, F, shift)));
  };
  return cases(c, F.type, [[() => c.ltS(resultExponent, 1), subnormal]], () =>
    assembled(c, F, sign, resultExponent, estimate),
  );
}

/** FPRecipEstimate(x, FPCR). */
export const fpRecipEstimate = routine('FPRecipEstimate', ['F'], 'F', (c, F, given) => {
  const [x] = operands(c, F, given);
  const sign = signOf(c, F, x);
  // 2^-(bias + 1): reciprocals of less overflow. 2^(bias - 1): those of no less are subnormal.
  const least = F.leastNormal >> 2n;
  const most = BigInt(F.exponentMax - 2) << BigInt(F.fractionBits);
  const becomesSubnormal = () => c.and(c.geU<Int>(magnitude(c, F, x), most), c.ne(c.and(fpcr(c), FZ), 0));
  return cases(
    c,
    F.type,
    [
      [() => isNaN(c, F, x), () => fpProcessNaN(c, F, x)],
      [() => isInfinity(c, F, x), () => signed(c, F, sign, 0n)],
      [() => isZero(c, F, x), () => raising(c, DIVIDE_BY_ZERO, signed(c, F, sign, F.infinity))],
      [() => c.ltU<Int>(magnitude(c, F, x), least), () => overflowed(c, F, sign, roundingMode(c))],
      [becomesSubnormal, () => raising(c, UNDERFLOW, signed(c, F, sign, 0n))],
    ],
    () => finiteRecipEstimate(c, F, x),
  );
});

function positiveRSqrtEstimate(c: Builder, F: Format, x: Int): Int {
  const { exponent, significand } = unpack(c, F, x);
  // The operand is scaled to 0.25 to 1.0: an odd biased exponent, an even true one, takes one bit less.
  const shift = c.extendU(c.sub(c.i32(56), c.and(exponent, 1)));
  const estimate = recipSqrtEstimate(c, c.wrap(c.shrU(significand, shift)));
  const resultExponent = c.sub(c.i32(F.bias - 1), c.shrS(exponent, 1));
  return assembled(c, F, c.i32(0), resultExponent, estimate);
}

/** FPRSqrtEstimate(x, FPCR). */
export const fpRSqrtEstimate = routine('FPRSqrtEstimate', ['F'], 'F', (c, F, given) => {
  const [x] = operands(c, F, given);
  const sign = signOf(c, F, x);
  return cases(
    c,
    F.type,
    [
      [() => isNaN(c, F, x), () => fpProcessNaN(c, F, x)],
      [() => isZero(c, F, x), () => raising(c, DIVIDE_BY_ZERO, signed(c, F, sign, F.infinity))],
      [() => sign, () => invalid(c, F)],
      [() => isInfinity(c, F, x), () => bits(c, F, 0n)],
    ],
    () => positiveRSqrtEstimate(c, F, x),
  );
});

/** FPRecpX(x, FPCR): the exponent's reciprocal. */
export const fpRecpX = routine('FPRecpX', ['F'], 'F', (c, F, given) => {
  const [x] = operands(c, F, given);
  const exponent = c.and<Int>(x, F.infinity);
  const largest = BigInt(F.exponentMax - 1) << BigInt(F.fractionBits);
  const result = c.select(
    c.eqz(exponent),
    bits(c, F, largest) as I32,
    c.xor<Int>(exponent, F.infinity) as I32,
  );
  return cases(c, F.type, [[() => isNaN(c, F, x), () => fpProcessNaN(c, F, x)]], () =>
    withSign(c, F, signOf(c, F, x), result),
  );
});

/** UnsignedRecipEstimate(x), x an i32: 0.5 and above as a fraction of 2^32, below all ones. */
export const unsignedRecipEstimate = routine('UnsignedRecipEstimate', ['i32'], 'i32', (c, _, x) => {
  const estimate = () => c.shl(recipEstimate(c, c.shrU(x, 23)), 23);
  return cases(c, 'i32', [[() => c.geS(x, 0), () => c.i32(-1)]], estimate) as I32;
});

/** UnsignedRSqrtEstimate(x), x an i32: 0.25 and above as a fraction of 2^32, below all ones. */
export const unsignedRSqrtEstimate = routine('UnsignedRSqrtEstimate', ['i32'], 'i32', (c, _, x) => {
  const estimate = () => c.shl(recipSqrtEstimate(c, c.shrU(x, 23)), 23);
  return cases(c, 'i32', [[() => c.ltU(x, 0x4000_0000), () => c.i32(-1)]], estimate) as I32;
});
