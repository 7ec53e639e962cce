/**
 * Fused multiply-add: of doubles by WebAssembly's `relaxed_madd` where the host fuses it; else from its separate
 * operations, where FPCR is plain and the operands are of moderate size; otherwise by the routine that follows the manual. Scalars are done as vectors with equal lanes: values
 * then stay in vector registers all along.
 */
import type { Builder, I32, Int, V128 } from '../../ir/builder.js';
import { double, powerOfTwo, single, type Format } from './arithmetic/format.js';
import { fpMulAdd } from './arithmetic/fused.js';
import { cases, routine } from './arithmetic/routine.js';
import { hasFusedMultiplyAdd } from '../../wasm/fused-multiply-add.js';
import { plainModes } from './careful.js';
import { carefree, inRange, lanesInRange, unless, unlessLanes, type Operation } from './fast.js';
import { constantLanes, lane, splat } from './registers.js';

/** Results, whether they are right, and whether they are exact; `exact` is asked for only while IXC is clear. */
interface Attempt {
  readonly result: V128;
  readonly right: () => I32;
  readonly exact: () => I32;
}

const f64 = (c: Builder, name: 'add' | 'sub' | 'mul', a: V128, b: V128): V128 => c.op(`f64x2.${name}`, a, b);
const i64 = (c: Builder, name: 'ge_s' | 'lt_s' | 'ne', a: V128, b: V128): V128 => c.op(`i64x2.${name}`, a, b);
const and = (c: Builder, a: V128, b: V128): V128 => c.op('v128.and', a, b);
const constant = (c: Builder, value: bigint): V128 => constantLanes(c, double, value);
const allLanes = (c: Builder, mask: V128): I32 => c.op('i64x2.all_true', mask);
const equal = (c: Builder, a: V128, b: V128): V128 => c.op('f64x2.eq', a, b);

/** What rounding `sum` of a and b lost (Knuth's TwoSum). */
function sumError(c: Builder, a: V128, b: V128, sum: V128): V128 {
  const partOfB = f64(c, 'sub', sum, a);
  const partOfA = f64(c, 'sub', sum, partOfB);
  return f64(c, 'add', f64(c, 'sub', a, partOfA), f64(c, 'sub', b, partOfB));
}

/** The upper and the lower half of a significand (Veltkamp's splitting). */
function halves(c: Builder, x: V128): readonly [V128, V128] {
  const scaled = f64(c, 'mul', x, constant(c, powerOfTwo(double, 27) | (1n << 25n)));
  const high = f64(c, 'sub', scaled, f64(c, 'sub', scaled, x));
  return [high, f64(c, 'sub', x, high)];
}

/** What rounding `product` of a and b lost (Dekker). */
function productError(c: Builder, a: V128, b: V128, product: V128): V128 {
  const [a1, a0] = halves(c, a);
  const [b1, b0] = halves(c, b);
  const high = f64(c, 'sub', f64(c, 'mul', a1, b1), product);
  const middle = f64(c, 'add', f64(c, 'add', high, f64(c, 'mul', a1, b0)), f64(c, 'mul', a0, b1));
  return f64(c, 'add', middle, f64(c, 'mul', a0, b0));
}

/** Lanes where least <= |x| < most, of bit patterns. */
function isBetween(c: Builder, x: V128, least: bigint, most: bigint): V128 {
  const size = and(c, x, constant(c, double.magnitude));
  return and(c, i64(c, 'ge_s', size, constant(c, least)), i64(c, 'lt_s', size, constant(c, most)));
}

/**
 * The exact result is `sum` + `sumLost` + `productLost`. The last two are added to `rest`, at most 2^-53 of it off;
 * if `sum` plus a little less and plus a little more than `rest` round to the same number, that is the result.
 */
function doubleAttempt(c: Builder, addend: V128, a: V128, b: V128): Attempt {
  const product = f64(c, 'mul', a, b);
  const productLost = productError(c, a, b, product);
  const sum = f64(c, 'add', product, addend);
  const sumLost = sumError(c, product, addend, sum);
  const rest = f64(c, 'add', sumLost, productLost);
  const little = 1n << 3n;
  const more = f64(c, 'mul', rest, constant(c, powerOfTwo(double, 0) + little));
  const less = f64(c, 'mul', rest, constant(c, powerOfTwo(double, 0) - little));
  const result = f64(c, 'add', sum, more);
  const isClear = equal(c, result, f64(c, 'add', sum, less));
  const isModerate = (x: V128): V128 => isBetween(c, x, powerOfTwo(double, -400), powerOfTwo(double, 400));
  const factors = and(c, isModerate(a), isModerate(b));
  const moderate = and(c, factors, isBetween(c, addend, 0n, powerOfTwo(double, 900)));
  const right = c.and(allLanes(c, and(c, isClear, moderate)), lanesInRange(c, double, 'normal', result));
  return {
    result,
    right: () => right,
    exact: () => {
      const restLost = sumError(c, sumLost, productLost, rest);
      const lost = c.op('v128.or', restLost, sumError(c, sum, rest, result));
      return c.and(right, allLanes(c, equal(c, lost, constant(c, 0n))));
    },
  };
}

/** By the host's own instruction, where it has one. Whether the result is exact, the operations above say. */
function fusedAttempt(c: Builder, addend: V128, a: V128, b: V128): Attempt {
  const result = c.op('f64x2.relaxed_madd', a, b, addend);
  return {
    result,
    right: () => lanesInRange(c, double, 'normal', result),
    exact: () => doubleAttempt(c, addend, a, b).exact(),
  };
}

function attemptDouble(c: Builder, ...args: readonly [V128, V128, V128]): Attempt {
  return hasFusedMultiplyAdd() ? fusedAttempt(c, ...args) : doubleAttempt(c, ...args);
}

/**
 * Two singles: their product is exact in double precision; rounding the sum to double and then to single errs
 * only if the double is halfway between two singles.
 */
function pairAttempt(c: Builder, addend: V128, a: V128, b: V128): Attempt {
  const [wideAddend, wideA, wideB] = [addend, a, b].map((x) => c.op('f64x2.promote_low_f32x4', x));
  const product = f64(c, 'mul', wideA, wideB);
  const sum = f64(c, 'add', product, wideAddend);
  const result = c.op('f32x4.demote_f64x2_zero', sum);
  const dropped = BigInt(double.fractionBits - single.fractionBits);
  return {
    result,
    right: () => {
      const low = and(c, sum, constant(c, (1n << dropped) - 1n));
      return allLanes(c, i64(c, 'ne', low, constant(c, 1n << (dropped - 1n))));
    },
    exact: () => {
      const isSum = equal(c, sumError(c, product, wideAddend, sum), constant(c, 0n));
      const isResult = equal(c, c.op('f64x2.promote_low_f32x4', result), sum);
      return allLanes(c, and(c, isSum, isResult));
    },
  };
}

const LOW_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const UPPER_HALF_TWICE = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];

function singleAttempt(c: Builder, ...args: readonly [V128, V128, V128]): Attempt {
  const [addend, a, b] = args.map((x) => c.shuffle(x, x, UPPER_HALF_TWICE));
  const low = pairAttempt(c, ...args);
  const high = pairAttempt(c, addend, a, b);
  const result = c.shuffle(low.result, high.result, LOW_HALVES);
  const normal = lanesInRange(c, single, 'normal', result);
  return {
    result,
    right: () => c.and(normal, c.and(low.right(), high.right())),
    exact: () => c.and(normal, c.and(low.exact(), high.exact())),
  };
}

/** One single in all lanes. */
function oneSingleAttempt(c: Builder, addend: V128, a: V128, b: V128): Attempt {
  const { result, right, exact } = pairAttempt(c, addend, a, b);
  const both = c.shuffle(result, result, LOW_HALVES);
  const normal = lanesInRange(c, single, 'normal', both);
  return { result, right: () => c.and(normal, right()), exact: () => c.and(normal, exact()) };
}

function mayUse(c: Builder, { right, exact }: Attempt): I32 {
  return cases(
    c,
    'i32',
    [
      [() => carefree(c), right],
      [() => plainModes(c), exact],
    ],
    () => c.i32(0),
  ) as I32;
}

const scalarMultiplyAdd = routine('fusedMultiplyAdd', ['F', 'F', 'F'], 'F', (c, F, addend, a, b) => {
  const [addends, as, bs] = [addend, a, b].map((x) => splat(c, F, x));
  const attempt = (F === double ? attemptDouble : oneSingleAttempt)(c, addends, as, bs);
  const result = lane(c, F, attempt.result, 0);
  return unless(c, mayUse(c, attempt), result, () => fpMulAdd(c, F, addend, a, b));
});

/** By the host's own instruction in line: it is a vector's, of which one lane is used. */
function fusedMultiplyAdd(c: Builder, ...args: readonly [Int, Int, Int]): Int {
  const [addend, a, b] = args.map((x) => splat(c, double, x));
  const result = lane(c, double, c.op('f64x2.relaxed_madd', a, b, addend), 0);
  const mayUseIt = c.and(carefree(c), inRange(c, double, 'normal', result));
  return unless(c, mayUseIt, result, () => scalarMultiplyAdd(c, double, ...args));
}

/** FPMulAdd(addend, a, b, FPCR): addend + a * b. */
export const multiplyAdd: Operation = {
  scalar: (c, F, addend, a, b) =>
    F === double && hasFusedMultiplyAdd()
      ? fusedMultiplyAdd(c, addend, a, b)
      : scalarMultiplyAdd(c, F, addend, a, b),
  lanes: (c: Builder, F: Format, count: number, ...args: readonly V128[]) => {
    const [addend, a, b] = args;
    const attempt = (F === double ? attemptDouble : singleAttempt)(c, addend, a, b);
    return unlessLanes(c, F, count, mayUse(c, attempt), attempt.result, (i) =>
      fpMulAdd(c, F, lane(c, F, addend, i), lane(c, F, a, i), lane(c, F, b, i)),
    );
  },
};
