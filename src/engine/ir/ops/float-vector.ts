/** The f32x4 and f64x2 rows of the operation table. NaN results are never relied on by meanings. */
import { fromFloat, fusedMultiplyAdd, nearestEven, toFloat } from './float-bits.js';
import { joinLanes, lanesOf, prefixed, simd, type OpRow } from './row.js';

/** f32x4 opcode, f64x2 opcode, meaning. */
type Entry<F> = readonly [code32: number, code64: number, f: F];

const unary = {
  ceil: [103, 116, Math.ceil],
  floor: [104, 117, Math.floor],
  trunc: [105, 122, Math.trunc],
  nearest: [106, 148, nearestEven],
  abs: [224, 236, Math.abs],
  neg: [225, 237, (a) => -a],
  sqrt: [227, 239, Math.sqrt],
} satisfies Record<string, Entry<(a: number) => number>>;

const binary = {
  add: [228, 240, (a, b) => a + b],
  sub: [229, 241, (a, b) => a - b],
  mul: [230, 242, (a, b) => a * b],
  div: [231, 243, (a, b) => a / b],
  min: [232, 244, Math.min],
  max: [233, 245, Math.max],
} satisfies Record<string, Entry<(a: number, b: number) => number>>;

/** Lanes of all ones where it holds. */
const comparison = {
  eq: [65, 71, (a, b) => a === b],
  ne: [66, 72, (a, b) => a !== b],
  lt: [67, 73, (a, b) => a < b],
  gt: [68, 74, (a, b) => a > b],
  le: [69, 75, (a, b) => a <= b],
  ge: [70, 76, (a, b) => a >= b],
} satisfies Record<string, Entry<(a: number, b: number) => boolean>>;

function ofShape<N extends 'f32x4' | 'f64x2'>(name: N) {
  const width = name === 'f32x4' ? 32 : 64;
  const code = (entry: Entry<unknown>): readonly number[] => simd(width === 32 ? entry[0] : entry[1]);
  /** Lanes of the arguments as numbers, lane by lane through `f`. */
  const lanewise =
    (f: (...lane: number[]) => bigint): OpRow['evaluate'] =>
    (args) => {
      const split = args.map((a) => lanesOf(a, width).map((lane) => toFloat(lane, width)));
      const lanes = split[0].map((_, i) => f(...split.map((arg) => arg[i])));
      return joinLanes(lanes, width);
    };
  const row = (
    parameters: number,
    entry: Entry<unknown>,
    f: (...lane: number[]) => bigint,
  ): OpRow<'v128'> => ({
    parameters: Array<'v128'>(parameters).fill('v128'),
    result: 'v128',
    code: code(entry),
    evaluate: lanewise(f),
  });
  return {
    ...prefixed(name, unary, (entry) => row(1, entry, (a) => fromFloat(entry[2](a), width))),
    ...prefixed(name, binary, (entry) => row(2, entry, (a, b) => fromFloat(entry[2](a, b), width))),
    ...prefixed(name, comparison, (entry) => row(2, entry, (a, b) => (entry[2](a, b) ? -1n : 0n))),
  };
}

function convert(code: number, from: 32 | 64, to: 32 | 64): OpRow<'v128'> {
  return {
    parameters: ['v128'],
    result: 'v128',
    code: simd(code),
    evaluate: ([a]) =>
      joinLanes(
        lanesOf(a, from)
          .slice(0, 2)
          .map((x) => fromFloat(toFloat(x, from), to)),
        to,
      ),
  };
}

export const floatVectorOps = {
  ...ofShape('f32x4'),
  ...ofShape('f64x2'),
  /** Fused where `hasFusedMultiplyAdd` says so; only there it may be recorded. */
  'f64x2.relaxed_madd': {
    parameters: ['v128', 'v128', 'v128'],
    result: 'v128',
    code: simd(0x107),
    evaluate: (args) => {
      const [a, b, c] = args.map((x) => lanesOf(x, 64).map((lane) => toFloat(lane, 64)));
      return joinLanes(
        a.map((_, i) => fromFloat(fusedMultiplyAdd(a[i], b[i], c[i]), 64)),
        64,
      );
    },
  } satisfies OpRow<'v128'>,
  'f32x4.demote_f64x2_zero': convert(94, 64, 32),
  'f64x2.promote_low_f32x4': convert(95, 32, 64),
};
