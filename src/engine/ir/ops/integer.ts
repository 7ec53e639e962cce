/** The integer rows of the operation table. */
import { prefixed, type OpRow } from './row.js';

export type IntegerType = 'i32' | 'i64';

/** An integer type's width, and its values as signed numbers. */
interface Width {
  readonly bits: bigint;
  readonly signed: (x: bigint) => bigint;
  readonly unsigned: (x: bigint) => bigint;
}
const widths: Readonly<Record<IntegerType, Width>> = {
  i32: { bits: 32n, signed: (x) => BigInt.asIntN(32, x), unsigned: (x) => BigInt.asUintN(32, x) },
  i64: { bits: 64n, signed: (x) => BigInt.asIntN(64, x), unsigned: (x) => BigInt.asUintN(64, x) },
};

/** i32 opcode, i64 opcode, meaning. */
type Entry<F> = readonly [code32: number, code64: number, f: F];

const binary = {
  add: [0x6a, 0x7c, (a, b) => a + b],
  sub: [0x6b, 0x7d, (a, b) => a - b],
  mul: [0x6c, 0x7e, (a, b) => a * b],
  div_s: [0x6d, 0x7f, (a, b, { signed }) => signed(a) / signed(b)],
  div_u: [0x6e, 0x80, (a, b) => a / b],
  rem_s: [0x6f, 0x81, (a, b, { signed }) => signed(a) % signed(b)],
  rem_u: [0x70, 0x82, (a, b) => a % b],
  and: [0x71, 0x83, (a, b) => a & b],
  or: [0x72, 0x84, (a, b) => a | b],
  xor: [0x73, 0x85, (a, b) => a ^ b],
  shl: [0x74, 0x86, (a, b, { bits }) => a << (b % bits)],
  shr_s: [0x75, 0x87, (a, b, { bits, signed }) => signed(a) >> (b % bits)],
  shr_u: [0x76, 0x88, (a, b, { bits }) => a >> (b % bits)],
  rotl: [0x77, 0x89, (a, b, { bits }) => (a << (b % bits)) | (a >> (bits - (b % bits)))],
  rotr: [0x78, 0x8a, (a, b, { bits }) => (a >> (b % bits)) | (a << (bits - (b % bits)))],
} satisfies Record<string, Entry<(a: bigint, b: bigint, width: Width) => bigint>>;

const comparison = {
  eq: [0x46, 0x51, (a, b) => a === b],
  ne: [0x47, 0x52, (a, b) => a !== b],
  lt_s: [0x48, 0x53, (a, b, { signed }) => signed(a) < signed(b)],
  lt_u: [0x49, 0x54, (a, b) => a < b],
  gt_s: [0x4a, 0x55, (a, b, { signed }) => signed(a) > signed(b)],
  gt_u: [0x4b, 0x56, (a, b) => a > b],
  le_s: [0x4c, 0x57, (a, b, { signed }) => signed(a) <= signed(b)],
  le_u: [0x4d, 0x58, (a, b) => a <= b],
  ge_s: [0x4e, 0x59, (a, b, { signed }) => signed(a) >= signed(b)],
  ge_u: [0x4f, 0x5a, (a, b) => a >= b],
} satisfies Record<string, Entry<(a: bigint, b: bigint, width: Width) => boolean>>;

const bitLength = (x: bigint): number => (x === 0n ? 0 : x.toString(2).length);
const signExtend =
  (bits: number) =>
  (a: bigint): bigint =>
    BigInt.asIntN(bits, a);

const unary = {
  clz: [0x67, 0x79, (a, { bits }) => bits - BigInt(bitLength(a))],
  ctz: [0x68, 0x7a, (a, { bits }) => (a === 0n ? bits : BigInt(bitLength(a & -a) - 1))],
  popcnt: [0x69, 0x7b, (a) => BigInt(a.toString(2).replaceAll('0', '').length)],
  extend8_s: [0xc0, 0xc2, signExtend(8)],
  extend16_s: [0xc1, 0xc3, signExtend(16)],
} satisfies Record<string, Entry<(a: bigint, width: Width) => bigint>>;

/** Names of the operations that both integer types have, without the type. */
export type IntegerBinary = keyof typeof binary;
export type IntegerComparison = keyof typeof comparison;
export type IntegerUnary = keyof typeof unary;

function ofType<T extends IntegerType>(type: T) {
  const width = widths[type];
  const code = (entry: Entry<unknown>): number[] => [type === 'i32' ? entry[0] : entry[1]];
  return {
    ...prefixed(type, binary, (entry): OpRow<T> => {
      const evaluate: OpRow['evaluate'] = ([a, b]) => width.unsigned(entry[2](a, b, width));
      return { parameters: [type, type], result: type, code: code(entry), evaluate };
    }),
    ...prefixed(type, comparison, (entry): OpRow<'i32'> => {
      const evaluate: OpRow['evaluate'] = ([a, b]) => BigInt(entry[2](a, b, width));
      return { parameters: [type, type], result: 'i32', code: code(entry), evaluate };
    }),
    ...prefixed(type, unary, (entry): OpRow<T> => {
      const evaluate: OpRow['evaluate'] = ([a]) => width.unsigned(entry[2](a, width));
      return { parameters: [type], result: type, code: code(entry), evaluate };
    }),
    ...prefixed(type, { eqz: [0x45, 0x50, undefined] } as const, (entry): OpRow<'i32'> => {
      return { parameters: [type], result: 'i32', code: code(entry), evaluate: ([a]) => BigInt(a === 0n) };
    }),
  };
}

function convert<R extends IntegerType>(
  parameter: IntegerType,
  result: R,
  code: number,
  f: (a: bigint) => bigint,
): OpRow<R> {
  const { unsigned } = widths[result];
  return { parameters: [parameter], result, code: [code], evaluate: ([a]) => unsigned(f(a)) };
}

export const integerOps = {
  ...ofType('i32'),
  ...ofType('i64'),
  'i64.extend32_s': convert('i64', 'i64', 0xc4, signExtend(32)),
  'i32.wrap_i64': convert('i64', 'i32', 0xa7, (a) => a),
  'i64.extend_i32_s': convert('i32', 'i64', 0xac, signExtend(32)),
  'i64.extend_i32_u': convert('i32', 'i64', 0xad, (a) => a),
};
