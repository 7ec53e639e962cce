/** The f32 and f64 rows of the operation table: IEEE operations in round-to-nearest-even, on bit patterns. */
import { fromFloat, nearestEven, toFloat, truncateSaturating } from './float-bits.js';
import { prefixed, type OpRow } from './row.js';

/** A float type, its width, and the integer type that holds its bit patterns. */
interface FloatType<N extends 'f32' | 'f64', B extends 'i32' | 'i64'> {
  readonly name: N;
  readonly bits: B;
  readonly width: 32 | 64;
}
const f32 = { name: 'f32', bits: 'i32', width: 32 } as const;
const f64 = { name: 'f64', bits: 'i64', width: 64 } as const;

/** f32 opcode, f64 opcode, meaning. */
type Entry<F> = readonly [code32: number, code64: number, f: F];

const binary = {
  add: [0x92, 0xa0, (a, b) => a + b],
  sub: [0x93, 0xa1, (a, b) => a - b],
  mul: [0x94, 0xa2, (a, b) => a * b],
  div: [0x95, 0xa3, (a, b) => a / b],
  min: [0x96, 0xa4, Math.min],
  max: [0x97, 0xa5, Math.max],
} satisfies Record<string, Entry<(a: number, b: number) => number>>;

const unary = {
  abs: [0x8b, 0x99, Math.abs],
  ceil: [0x8d, 0x9b, Math.ceil],
  floor: [0x8e, 0x9c, Math.floor],
  trunc: [0x8f, 0x9d, Math.trunc],
  nearest: [0x90, 0x9e, nearestEven],
  sqrt: [0x91, 0x9f, Math.sqrt],
} satisfies Record<string, Entry<(a: number) => number>>;

const comparison = {
  eq: [0x5b, 0x61, (a, b) => a === b],
  ne: [0x5c, 0x62, (a, b) => a !== b],
  lt: [0x5d, 0x63, (a, b) => a < b],
  gt: [0x5e, 0x64, (a, b) => a > b],
  le: [0x5f, 0x65, (a, b) => a <= b],
  ge: [0x60, 0x66, (a, b) => a >= b],
} satisfies Record<string, Entry<(a: number, b: number) => boolean>>;

/** Toward zero, what is out of range to the nearest: source, whether signed, last byte of the opcode for i32. */
const truncation = {
  trunc_sat_f32_s: [f32, true, 0],
  trunc_sat_f32_u: [f32, false, 1],
  trunc_sat_f64_s: [f64, true, 2],
  trunc_sat_f64_u: [f64, false, 3],
} as const;

/** Names of the operations that both float types have, without the type. */
export type FloatArithmetic = keyof typeof binary | keyof typeof unary;
export type FloatComparison = keyof typeof comparison;

function ofType<N extends 'f32' | 'f64', B extends 'i32' | 'i64'>({ name, bits, width }: FloatType<N, B>) {
  const code = (entry: Entry<unknown>): number[] => [width === 32 ? entry[0] : entry[1]];
  const arithmetic = { result: bits, floatParameters: true, floatResult: true } as const;
  return {
    ...prefixed(name, binary, (entry): OpRow<B> => {
      const evaluate: OpRow['evaluate'] = ([a, b]) =>
        fromFloat(entry[2](toFloat(a, width), toFloat(b, width)), width);
      return { ...arithmetic, parameters: [bits, bits], code: code(entry), evaluate };
    }),
    ...prefixed(name, unary, (entry): OpRow<B> => {
      const evaluate: OpRow['evaluate'] = ([a]) => fromFloat(entry[2](toFloat(a, width)), width);
      return { ...arithmetic, parameters: [bits], code: code(entry), evaluate };
    }),
    ...prefixed(name, comparison, (entry): OpRow<'i32'> => {
      const evaluate: OpRow['evaluate'] = ([a, b]) => BigInt(entry[2](toFloat(a, width), toFloat(b, width)));
      const parameters = [bits, bits];
      return { parameters, result: 'i32', code: code(entry), floatParameters: true, evaluate };
    }),
  };
}

function truncationsTo<T extends 'i32' | 'i64'>(type: T) {
  const [width, first] = type === 'i32' ? [32, 0] : [64, 4];
  return prefixed(type, truncation, ([source, isSigned, opcode]): OpRow<T> => {
    const evaluate: OpRow['evaluate'] = ([a]) =>
      truncateSaturating(toFloat(a, source.width), width, isSigned);
    const code = [0xfc, first + opcode];
    return { parameters: [source.bits], result: type, code, floatParameters: true, evaluate };
  });
}

function conversion<B extends 'i32' | 'i64'>(
  parameter: 'i32' | 'i64',
  { bits, width }: FloatType<'f32' | 'f64', B>,
  code: number,
  f: (a: bigint) => number,
): OpRow<B> {
  const evaluate: OpRow['evaluate'] = ([a]) => fromFloat(f(a), width);
  return { parameters: [parameter], result: bits, code: [code], floatResult: true, evaluate };
}
const signed = (width: 32 | 64) => (a: bigint) => Number(BigInt.asIntN(width, a));

export const floatOps = {
  ...ofType(f32),
  ...ofType(f64),
  ...truncationsTo('i32'),
  ...truncationsTo('i64'),
  'f64.promote_f32': { ...conversion('i32', f64, 0xbb, (a) => toFloat(a, 32)), floatParameters: true },
  'f32.demote_f64': { ...conversion('i64', f32, 0xb6, (a) => toFloat(a, 64)), floatParameters: true },
  // Number() of a bigint rounds to nearest even; that to f32 would round twice, so meanings use these two only for
  // values of at most 24 bits.
  'f32.convert_i32_s': conversion('i32', f32, 0xb2, signed(32)),
  'f32.convert_i32_u': conversion('i32', f32, 0xb3, Number),
  'f64.convert_i32_s': conversion('i32', f64, 0xb7, signed(32)),
  'f64.convert_i32_u': conversion('i32', f64, 0xb8, Number),
  'f64.convert_i64_s': conversion('i64', f64, 0xb9, signed(64)),
  'f64.convert_i64_u': conversion('i64', f64, 0xba, Number),
} as const;
