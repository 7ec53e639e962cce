/** FPMulAdd(), FPRecipStepFused(), FPRSqrtStepFused(): product and sum rounded once. Arm ARM J1.3.3. */
import type { Builder, I32, Int } from '../../../ir/builder.js';
import { invalid, operands, roundingMode } from './environment.js';
import {
  bits,
  isInfinity,
  isNaN,
  isSpecial,
  isZero,
  negated,
  powerOfTwo,
  signed,
  signOf,
  signOnly,
  unpack,
  type Format,
} from './format.js';
import { isInfinityTimesZero } from './multiply.js';
import { fpProcessNaNs, fpProcessNaNs3 } from './nan.js';
import { fpRound, zeroSum } from './round.js';
import { cases, routine } from './routine.js';
import {
  addWide,
  jammed,
  lessWide,
  multiplyWide,
  selectWide,
  shiftLeftWide,
  shiftRightJammingWide,
  subtractWide,
  type Wide,
} from './wide.js';

/** A number of 128 bits: (-1)^sign * value * 2^(exponent - 127), bit 127 set unless it is zero. */
interface WideNumber {
  readonly sign: I32;
  readonly exponent: I32;
  readonly value: Wide;
}

/** Below every exponent that a product can have. */
const VERY_SMALL = -0x4000;

function product(c: Builder, F: Format, a: Int, b: Int): WideNumber {
  const [x, y] = [unpack(c, F, a), unpack(c, F, b)];
  const value = multiplyWide(c, x.significand, y.significand);
  const shift = c.and(c.clz(value.high), 1);
  return {
    sign: c.xor(x.sign, y.sign),
    exponent: c.sub(c.add(c.add(x.exponent, y.exponent), 1), c.wrap(shift)),
    value: shiftLeftWide(c, value, shift),
  };
}

function widened(c: Builder, F: Format, a: Int): WideNumber {
  const { sign, exponent, significand } = unpack(c, F, a);
  return {
    sign,
    exponent: c.select(c.eqz(significand), c.i32(VERY_SMALL), exponent),
    value: { high: significand, low: c.i64(0) },
  };
}

/** The sum times 2^scale, rounded once. At least one is not zero. */
function roundedSum(c: Builder, F: Format, x: WideNumber, y: WideNumber, scale: number): Int {
  const xIsLarger = c.or(
    c.gtS(x.exponent, y.exponent),
    c.and(c.eq(x.exponent, y.exponent), c.eqz(lessWide(c, x.value, y.value))),
  );
  const exponent = c.select(xIsLarger, x.exponent, y.exponent);
  const sign = c.select(xIsLarger, x.sign, y.sign);
  const large = selectWide(c, xIsLarger, x.value, y.value);
  const small = selectWide(c, xIsLarger, y.value, x.value);
  const distance = c.sub(exponent, c.select(xIsLarger, y.exponent, x.exponent));
  // One bit of headroom; the lowest bits of products and significands are clear.
  const left = shiftRightJammingWide(c, large, c.i32(1));
  const right = shiftRightJammingWide(c, small, c.add(distance, 1));
  const opposite = c.ne(x.sign, y.sign);
  const sum = selectWide(c, opposite, subtractWide(c, left, right), addWide(c, left, right));
  const isZeroSum = () => c.eqz(c.or(sum.high, sum.low));
  return cases(c, F.type, [[isZeroSum, () => zeroSum(c, F, roundingMode(c))]], () => {
    const emptyHigh = c.eqz(sum.high);
    const upper = selectWide(c, emptyHigh, { high: sum.low, low: c.i64(0) }, sum);
    const shift = c.clz(upper.high);
    const significand = jammed(c, shiftLeftWide(c, upper, shift));
    const lost = c.add(c.wrap(shift), c.shl(emptyHigh, 6));
    const normal = c.sub(c.add(exponent, 1 + scale), lost);
    return fpRound(c, F, sign, normal, significand, roundingMode(c));
  });
}

/** FPMulAdd(addend, a, b, FPCR): addend + a * b. */
export const fpMulAdd = routine('FPMulAdd', ['F', 'F', 'F'], 'F', (c, F, ...given) => {
  const [addend, a, b] = operands(c, F, ...given);
  const sign = c.xor(signOf(c, F, a), signOf(c, F, b));
  const anyOf = (is: typeof isNaN, values: readonly Int[]): I32 =>
    values.map((x) => is(c, F, x)).reduce((any, one) => c.or(any, one));
  const opposite = () => c.ne(sign, signOf(c, F, addend));
  const quietAddend = () => c.and(isNaN(c, F, addend), c.ne<Int>(c.and<Int>(addend, F.quietBit), 0));
  const special = () =>
    cases(
      c,
      F.type,
      [
        [() => c.and(isInfinityTimesZero(c, F, a, b), quietAddend()), () => invalid(c, F)],
        [() => anyOf(isNaN, [addend, a, b]), () => fpProcessNaNs3(c, F, addend, a, b)],
        [() => isInfinityTimesZero(c, F, a, b), () => invalid(c, F)],
        [
          () => c.and(c.and(isInfinity(c, F, addend), anyOf(isInfinity, [a, b])), opposite()),
          () => invalid(c, F),
        ],
        [() => isInfinity(c, F, addend), () => addend],
      ],
      () => signed(c, F, sign, F.infinity),
    );
  return cases(
    c,
    F.type,
    [
      [() => anyOf(isSpecial, [addend, a, b]), special],
      [
        () => anyOf(isZero, [a, b]),
        () => cases(c, F.type, [[() => isZero(c, F, addend), () => zeros(c, F, sign, addend)]], () => addend),
      ],
    ],
    () => roundedSum(c, F, widened(c, F, addend), product(c, F, a, b), 0),
  );
});

/** A zero product with a sign, plus a zero. */
function zeros(c: Builder, F: Format, sign: I32, addend: Int): Int {
  const same = () => c.eq(sign, signOf(c, F, addend));
  return cases(c, F.type, [[same, () => addend]], () => zeroSum(c, F, roundingMode(c)));
}

/** (constant - a * b) * 2^scale, where infinity times zero counts as zero. */
function step(name: string, constant: (F: Format) => bigint, scale: number, atZero: (F: Format) => bigint) {
  return routine(name, ['F', 'F'], 'F', (c, F, given1, given2) => {
    const [a, b] = operands(c, F, negated(c, F, given1), given2);
    const sign = c.xor(signOnly(c, F, a), signOnly(c, F, b));
    const positive = (value: bigint): Int => bits(c, F, value);
    return cases(
      c,
      F.type,
      [
        [() => c.or(isNaN(c, F, a), isNaN(c, F, b)), () => fpProcessNaNs(c, F, a, b)],
        [() => isInfinityTimesZero(c, F, a, b), () => positive(atZero(F))],
        [() => c.or(isInfinity(c, F, a), isInfinity(c, F, b)), () => c.or<Int>(sign, F.infinity)],
        [() => c.or(isZero(c, F, a), isZero(c, F, b)), () => positive(atZero(F))],
      ],
      () => roundedSum(c, F, widened(c, F, positive(constant(F))), product(c, F, a, b), scale),
    );
  });
}

const two = (F: Format): bigint => powerOfTwo(F, 1);
const oneAndAHalf = (F: Format): bigint => powerOfTwo(F, 0) | F.quietBit;
const three = (F: Format): bigint => powerOfTwo(F, 1) | F.quietBit;

/** FPRecipStepFused(a, b): 2 - a * b. */
export const fpRecipStepFused = step('FPRecipStepFused', two, 0, two);

/** FPRSqrtStepFused(a, b): (3 - a * b) / 2. */
export const fpRSqrtStepFused = step('FPRSqrtStepFused', three, -1, oneAndAHalf);
