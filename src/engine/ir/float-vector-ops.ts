/** The f32x4 and f64x2 rows of the operation table. NaN results are never relied on by meanings. */
import type { Type } from './nodes.js';
import { fromFloat, nearestEven, toFloat } from './float-bits.js';
import type { OpRow } from './ops.js';

const V: Type = 'v128';

interface Shape {
  readonly name: 'f32x4' | 'f64x2';
  readonly width: 32 | 64;
}
const shapes: readonly Shape[] = [
  { name: 'f32x4', width: 32 },
  { name: 'f64x2', width: 64 },
];

/** LEB128 encoding of a SIMD opcode behind its 0xfd prefix. */
const simd = (code: number): number[] =>
  code < 0x80 ? [0xfd, code] : [0xfd, (code & 0x7f) | 0x80, code >> 7];

function lanes(value: bigint, width: number): bigint[] {
  return Array.from({ length: 128 / width }, (_, i) => BigInt.asUintN(width, value >> BigInt(i * width)));
}

function join(values: readonly bigint[], width: number): bigint {
  return values.reduce((sum, lane, i) => sum | (BigInt.asUintN(width, lane) << BigInt(i * width)), 0n);
}

/** Name, f32x4 opcode, f64x2 opcode, meaning. */
const arithmetic: readonly [string, number, number, (...a: number[]) => number][] = [
  ['ceil', 103, 116, Math.ceil],
  ['floor', 104, 117, Math.floor],
  ['trunc', 105, 122, Math.trunc],
  ['nearest', 106, 148, nearestEven],
  ['abs', 224, 236, Math.abs],
  ['neg', 225, 237, (a) => -a],
  ['sqrt', 227, 239, Math.sqrt],
  ['add', 228, 240, (a, b) => a + b],
  ['sub', 229, 241, (a, b) => a - b],
  ['mul', 230, 242, (a, b) => a * b],
  ['div', 231, 243, (a, b) => a / b],
  ['min', 232, 244, Math.min],
  ['max', 233, 245, Math.max],
];
const unary = new Set(['ceil', 'floor', 'trunc', 'nearest', 'abs', 'neg', 'sqrt']);

/** Lanes of all ones where it holds. */
const comparisons: readonly [string, number, number, (a: number, b: number) => boolean][] = [
  ['eq', 65, 71, (a, b) => a === b],
  ['ne', 66, 72, (a, b) => a !== b],
  ['lt', 67, 73, (a, b) => a < b],
  ['gt', 68, 74, (a, b) => a > b],
  ['le', 69, 75, (a, b) => a <= b],
  ['ge', 70, 76, (a, b) => a >= b],
];

/** Builds the rows. */
export function floatVectorOps(): Record<string, OpRow> {
  const rows: Record<string, OpRow> = {};
  for (const { name: shape, width } of shapes) {
    const lanewise = (f: (...a: number[]) => bigint): OpRow['evaluate'] => {
      return (args) => {
        const split = args.map((a) => lanes(a, width).map((lane) => toFloat(lane, width)));
        return join(
          split[0].map((_, i) => f(...split.map((arg) => arg[i]))),
          width,
        );
      };
    };
    const code = (f32x4: number, f64x2: number) => simd(width === 32 ? f32x4 : f64x2);
    for (const [name, f32x4, f64x2, f] of arithmetic) {
      rows[`${shape}.${name}`] = {
        parameters: unary.has(name) ? [V] : [V, V],
        result: V,
        code: code(f32x4, f64x2),
        evaluate: lanewise((...a) => fromFloat(f(...a), width)),
      };
    }
    for (const [name, f32x4, f64x2, f] of comparisons) {
      rows[`${shape}.${name}`] = {
        parameters: [V, V],
        result: V,
        code: code(f32x4, f64x2),
        evaluate: lanewise((a, b) => (f(a, b) ? -1n : 0n)),
      };
    }
  }
  rows['f32x4.demote_f64x2_zero'] = {
    parameters: [V],
    result: V,
    code: simd(94),
    evaluate: ([a]) =>
      join(
        lanes(a, 64).map((x) => fromFloat(toFloat(x, 64), 32)),
        32,
      ),
  };
  rows['f64x2.promote_low_f32x4'] = {
    parameters: [V],
    result: V,
    code: simd(95),
    evaluate: ([a]) =>
      join(
        lanes(a, 32)
          .slice(0, 2)
          .map((x) => fromFloat(toFloat(x, 32), 64)),
        64,
      ),
  };
  for (const [name, code, width] of [
    ['i8x16', 99, 8],
    ['i16x8', 131, 16],
    ['i32x4', 163, 32],
    ['i64x2', 195, 64],
  ] as const) {
    rows[`${name}.all_true`] = {
      parameters: [V],
      result: 'i32',
      code: simd(code),
      evaluate: ([a]) => BigInt(lanes(a, width).every((lane) => lane !== 0n)),
    };
  }
  return rows;
}
