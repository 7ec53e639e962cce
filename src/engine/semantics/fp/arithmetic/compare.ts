/** FPCompare(), FPCompareEQ() and relatives, FPMax() and relatives. Arm ARM J1.3.3. */
import type { Builder, I32, Int } from '../../../ir/builder.js';
import { INVALID, operands, raise } from './environment.js';
import { bits, isNaN, isSignallingNaN, isZero, signOf, type Format } from './format.js';
import { fpProcessNaNs } from './nan.js';
import { cases, routine } from './routine.js';

/** Whether a < b; neither is a NaN. */
function isLess(c: Builder, F: Format, a: Int, b: Int): I32 {
  return c.op(F.bits === 64 ? 'f64.lt' : 'f32.lt', a, b);
}

function isEqual(c: Builder, F: Format, a: Int, b: Int): I32 {
  return c.op(F.bits === 64 ? 'f64.eq' : 'f32.eq', a, b);
}

function eitherIs(c: Builder, F: Format, is: typeof isNaN, a: Int, b: Int): I32 {
  return c.or(is(c, F, a), is(c, F, b));
}

const LESS = 0x8000_0000;
const EQUAL = 0x6000_0000;
const GREATER = 0x2000_0000;
const UNORDERED = 0x3000_0000;

/** FPCompare(a, b, signal_nans, FPCR): N, Z, C, V at bits 31 to 28. `signals`: quiet NaNs are invalid too. */
export const fpCompare = routine('FPCompare', ['F', 'F', 'i32'], 'i32', (c, F, given1, given2, signals) => {
  const [a, b] = operands(c, F, given1, given2);
  return cases(
    c,
    'i32',
    [
      [
        () => eitherIs(c, F, isNaN, a, b),
        () => {
          c.if(c.or(signals, eitherIs(c, F, isSignallingNaN, a, b)), () => raise(c, INVALID));
          return c.i32(UNORDERED);
        },
      ],
      [() => isLess(c, F, a, b), () => c.i32(LESS)],
      [() => isEqual(c, F, a, b), () => c.i32(EQUAL)],
    ],
    () => c.i32(GREATER),
  ) as I32;
});

function comparison(
  name: string,
  quietNaNsAreInvalid: boolean,
  holds: (c: Builder, F: Format, a: Int, b: Int) => I32,
) {
  return routine(name, ['F', 'F'], 'i32', (c, F, given1, given2) => {
    const [a, b] = operands(c, F, given1, given2);
    const unordered = () => {
      if (quietNaNsAreInvalid) raise(c, INVALID);
      else c.if(eitherIs(c, F, isSignallingNaN, a, b), () => raise(c, INVALID));
      return c.i32(0);
    };
    return cases(c, 'i32', [[() => eitherIs(c, F, isNaN, a, b), unordered]], () => holds(c, F, a, b)) as I32;
  });
}

/** FPCompareEQ(a, b, FPCR): 0 or 1. */
export const fpCompareEQ = comparison('FPCompareEQ', false, isEqual);
/** FPCompareGE(a, b, FPCR): 0 or 1. */
export const fpCompareGE = comparison('FPCompareGE', true, (c, F, a, b) => c.eqz(isLess(c, F, a, b)));
/** FPCompareGT(a, b, FPCR): 0 or 1. */
export const fpCompareGT = comparison('FPCompareGT', true, (c, F, a, b) => isLess(c, F, b, a));

/** The greater or the lesser of two operands that are not NaNs; zeros are ordered by sign. */
function chosen(c: Builder, F: Format, a: Int, b: Int, greater: boolean): Int {
  const bothZero = c.and(isZero(c, F, a), isZero(c, F, b));
  const less = c.select(bothZero, c.gtU(signOf(c, F, a), signOf(c, F, b)), isLess(c, F, a, b));
  const [whenLess, otherwise] = greater ? [b, a] : [a, b];
  return c.select(less, whenLess as I32, otherwise as I32);
}

function extreme(name: string, greater: boolean) {
  return routine(name, ['F', 'F'], 'F', (c, F, given1, given2) => {
    const [a, b] = operands(c, F, given1, given2);
    const unordered = () => eitherIs(c, F, isNaN, a, b);
    return cases(c, F.type, [[unordered, () => fpProcessNaNs(c, F, a, b)]], () =>
      chosen(c, F, a, b, greater),
    );
  });
}

/** FPMax(a, b, FPCR). */
export const fpMax = extreme('FPMax', true);
/** FPMin(a, b, FPCR). */
export const fpMin = extreme('FPMin', false);

/** One quiet NaN counts as the infinity that loses. */
function numberExtreme(name: string, greater: boolean) {
  const plain = greater ? fpMax : fpMin;
  return routine(name, ['F', 'F'], 'F', (c, F, a, b) => {
    const isQuiet = (x: Int) => c.and(isNaN(c, F, x), c.ne<Int>(c.and<Int>(x, F.quietBit), 0));
    const loser = () => bits(c, F, greater ? F.infinity | F.signBit : F.infinity);
    return cases(
      c,
      F.type,
      [
        [() => c.and(isQuiet(a), c.eqz(isQuiet(b))), () => plain(c, F, loser(), b)],
        [() => c.and(isQuiet(b), c.eqz(isQuiet(a))), () => plain(c, F, a, loser())],
      ],
      () => plain(c, F, a, b),
    );
  });
}

/** FPMaxNum(a, b, FPCR). */
export const fpMaxNum = numberExtreme('FPMaxNum', true);
/** FPMinNum(a, b, FPCR). */
export const fpMinNum = numberExtreme('FPMinNum', false);
