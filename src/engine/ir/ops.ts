/**
 * The pure operations of the intermediate representation, under WebAssembly's names. Each row gives the
 * operand types, the result type, the WebAssembly encoding and what the reference evaluator computes.
 *
 * Values of the evaluator are unsigned bigints of the type's width. Floating-point operations take and give
 * bit patterns in i32 or i64; their NaN results are never relied on by meanings.
 */
import type { Type } from './nodes.js';
import { fromFloat, nearestEven, toFloat, truncateSaturating } from './float-bits.js';
import { floatVectorOps } from './float-vector-ops.js';
import { vectorOps } from './vector-ops.js';

export interface OpRow {
  readonly parameters: readonly Type[];
  readonly result: Type;
  /** Opcode bytes; SIMD opcodes start with 0xfd. */
  readonly code: readonly number[];
  /** Operands are reinterpreted as floats of the same width first. */
  readonly floatParameters?: boolean;
  /** The result is reinterpreted as an integer of the same width. */
  readonly floatResult?: boolean;
  /** Takes a lane number as its immediate. */
  readonly lane?: boolean;
  readonly evaluate: (args: readonly bigint[], lane: number) => bigint;
}

const u32 = (x: bigint): bigint => BigInt.asUintN(32, x);
const u64 = (x: bigint): bigint => BigInt.asUintN(64, x);
const s32 = (x: bigint): bigint => BigInt.asIntN(32, x);
const s64 = (x: bigint): bigint => BigInt.asIntN(64, x);

const I32: Type = 'i32';
const I64: Type = 'i64';

type Binary = (a: bigint, b: bigint) => bigint;

function clz(x: bigint, width: number): bigint {
  return BigInt(width - (x === 0n ? 0 : x.toString(2).length));
}
function ctz(x: bigint, width: number): bigint {
  return x === 0n ? BigInt(width) : BigInt((x & -x).toString(2).length - 1);
}
function popcount(x: bigint): bigint {
  return BigInt(x.toString(2).replaceAll('0', '').length);
}

/** Integer operations that exist alike for i32 and i64: name, i32 opcode, i64 opcode, meaning. */
function integerRows(): Record<string, OpRow> {
  const rows: Record<string, OpRow> = {};
  const binary = (
    name: string,
    code32: number,
    code64: number,
    f: (w: bigint, s: (x: bigint) => bigint) => Binary,
  ) => {
    rows[`i32.${name}`] = binaryRow(I32, I32, code32, f(32n, s32), u32);
    rows[`i64.${name}`] = binaryRow(I64, I64, code64, f(64n, s64), u64);
  };
  const compare = (
    name: string,
    code32: number,
    code64: number,
    f: (s: (x: bigint) => bigint) => (a: bigint, b: bigint) => boolean,
  ) => {
    rows[`i32.${name}`] = binaryRow(I32, I32, code32, (a, b) => BigInt(f(s32)(a, b)), u32);
    rows[`i64.${name}`] = binaryRow(I64, I32, code64, (a, b) => BigInt(f(s64)(a, b)), u32);
  };
  binary('add', 0x6a, 0x7c, () => (a, b) => a + b);
  binary('sub', 0x6b, 0x7d, () => (a, b) => a - b);
  binary('mul', 0x6c, 0x7e, () => (a, b) => a * b);
  binary('div_s', 0x6d, 0x7f, (_, s) => (a, b) => s(a) / s(b));
  binary('div_u', 0x6e, 0x80, () => (a, b) => a / b);
  binary('rem_s', 0x6f, 0x81, (_, s) => (a, b) => s(a) % s(b));
  binary('rem_u', 0x70, 0x82, () => (a, b) => a % b);
  binary('and', 0x71, 0x83, () => (a, b) => a & b);
  binary('or', 0x72, 0x84, () => (a, b) => a | b);
  binary('xor', 0x73, 0x85, () => (a, b) => a ^ b);
  binary('shl', 0x74, 0x86, (w) => (a, b) => a << (b % w));
  binary('shr_s', 0x75, 0x87, (w, s) => (a, b) => s(a) >> (b % w));
  binary('shr_u', 0x76, 0x88, (w) => (a, b) => a >> (b % w));
  binary('rotl', 0x77, 0x89, (w) => (a, b) => (a << (b % w)) | (a >> (w - (b % w))));
  binary('rotr', 0x78, 0x8a, (w) => (a, b) => (a >> (b % w)) | (a << (w - (b % w))));
  compare('eq', 0x46, 0x51, () => (a, b) => a === b);
  compare('ne', 0x47, 0x52, () => (a, b) => a !== b);
  compare('lt_s', 0x48, 0x53, (s) => (a, b) => s(a) < s(b));
  compare('lt_u', 0x49, 0x54, () => (a, b) => a < b);
  compare('gt_s', 0x4a, 0x55, (s) => (a, b) => s(a) > s(b));
  compare('gt_u', 0x4b, 0x56, () => (a, b) => a > b);
  compare('le_s', 0x4c, 0x57, (s) => (a, b) => s(a) <= s(b));
  compare('le_u', 0x4d, 0x58, () => (a, b) => a <= b);
  compare('ge_s', 0x4e, 0x59, (s) => (a, b) => s(a) >= s(b));
  compare('ge_u', 0x4f, 0x5a, () => (a, b) => a >= b);
  rows['i32.eqz'] = unaryRow(I32, I32, 0x45, (a) => BigInt(a === 0n));
  rows['i64.eqz'] = unaryRow(I64, I32, 0x50, (a) => BigInt(a === 0n));
  rows['i32.clz'] = unaryRow(I32, I32, 0x67, (a) => clz(a, 32));
  rows['i64.clz'] = unaryRow(I64, I64, 0x79, (a) => clz(a, 64));
  rows['i32.ctz'] = unaryRow(I32, I32, 0x68, (a) => ctz(a, 32));
  rows['i64.ctz'] = unaryRow(I64, I64, 0x7a, (a) => ctz(a, 64));
  rows['i32.popcnt'] = unaryRow(I32, I32, 0x69, popcount);
  rows['i64.popcnt'] = unaryRow(I64, I64, 0x7b, popcount);
  rows['i32.extend8_s'] = unaryRow(I32, I32, 0xc0, (a) => u32(BigInt.asIntN(8, a)));
  rows['i32.extend16_s'] = unaryRow(I32, I32, 0xc1, (a) => u32(BigInt.asIntN(16, a)));
  rows['i64.extend8_s'] = unaryRow(I64, I64, 0xc2, (a) => u64(BigInt.asIntN(8, a)));
  rows['i64.extend16_s'] = unaryRow(I64, I64, 0xc3, (a) => u64(BigInt.asIntN(16, a)));
  rows['i64.extend32_s'] = unaryRow(I64, I64, 0xc4, (a) => u64(BigInt.asIntN(32, a)));
  rows['i32.wrap_i64'] = unaryRow(I64, I32, 0xa7, u32);
  rows['i64.extend_i32_s'] = unaryRow(I32, I64, 0xac, (a) => u64(s32(a)));
  rows['i64.extend_i32_u'] = unaryRow(I32, I64, 0xad, (a) => a);
  return rows;
}

function unaryRow(parameter: Type, result: Type, code: number, f: (a: bigint) => bigint): OpRow {
  return { parameters: [parameter], result, code: [code], evaluate: ([a]) => f(a) };
}

function binaryRow(
  parameter: Type,
  result: Type,
  code: number,
  f: Binary,
  wrap: (x: bigint) => bigint,
): OpRow {
  return { parameters: [parameter, parameter], result, code: [code], evaluate: ([a, b]) => wrap(f(a, b)) };
}

/** IEEE operations in round-to-nearest-even, on bit patterns: name, f32 opcode, f64 opcode, meaning. */
function floatRows(): Record<string, OpRow> {
  const rows: Record<string, OpRow> = {};
  const arithmetic = (
    name: string,
    code32: number,
    code64: number,
    arity: number,
    f: (...a: number[]) => number,
  ) => {
    for (const [prefix, type, code, width] of [
      ['f32', I32, code32, 32],
      ['f64', I64, code64, 64],
    ] as const) {
      rows[`${prefix}.${name}`] = {
        parameters: Array<Type>(arity).fill(type),
        result: type,
        code: [code],
        floatParameters: true,
        floatResult: true,
        evaluate: (args) => fromFloat(f(...args.map((a) => toFloat(a, width))), width),
      };
    }
  };
  const compare = (name: string, code32: number, code64: number, f: (a: number, b: number) => boolean) => {
    for (const [prefix, type, code, width] of [
      ['f32', I32, code32, 32],
      ['f64', I64, code64, 64],
    ] as const) {
      rows[`${prefix}.${name}`] = {
        parameters: [type, type],
        result: I32,
        code: [code],
        floatParameters: true,
        evaluate: ([a, b]) => BigInt(f(toFloat(a, width), toFloat(b, width))),
      };
    }
  };
  arithmetic('add', 0x92, 0xa0, 2, (a, b) => a + b);
  arithmetic('sub', 0x93, 0xa1, 2, (a, b) => a - b);
  arithmetic('mul', 0x94, 0xa2, 2, (a, b) => a * b);
  arithmetic('div', 0x95, 0xa3, 2, (a, b) => a / b);
  arithmetic('sqrt', 0x91, 0x9f, 1, Math.sqrt);
  arithmetic('abs', 0x8b, 0x99, 1, Math.abs);
  arithmetic('ceil', 0x8d, 0x9b, 1, Math.ceil);
  arithmetic('floor', 0x8e, 0x9c, 1, Math.floor);
  arithmetic('trunc', 0x8f, 0x9d, 1, Math.trunc);
  arithmetic('nearest', 0x90, 0x9e, 1, nearestEven);
  arithmetic('min', 0x96, 0xa4, 2, Math.min);
  arithmetic('max', 0x97, 0xa5, 2, Math.max);
  compare('eq', 0x5b, 0x61, (a, b) => a === b);
  compare('ne', 0x5c, 0x62, (a, b) => a !== b);
  compare('lt', 0x5d, 0x63, (a, b) => a < b);
  compare('gt', 0x5e, 0x64, (a, b) => a > b);
  compare('le', 0x5f, 0x65, (a, b) => a <= b);
  compare('ge', 0x60, 0x66, (a, b) => a >= b);
  rows['f64.promote_f32'] = {
    parameters: [I32],
    result: I64,
    code: [0xbb],
    floatParameters: true,
    floatResult: true,
    evaluate: ([a]) => fromFloat(toFloat(a, 32), 64),
  };
  rows['f32.demote_f64'] = {
    parameters: [I64],
    result: I32,
    code: [0xb6],
    floatParameters: true,
    floatResult: true,
    evaluate: ([a]) => fromFloat(toFloat(a, 64), 32),
  };
  for (const [i, target] of (['i32', 'i64'] as const).entries()) {
    for (const [j, source] of (['f32', 'f64'] as const).entries()) {
      for (const [k, sign] of (['s', 'u'] as const).entries()) {
        rows[`${target}.trunc_sat_${source}_${sign}`] = {
          parameters: [source === 'f32' ? I32 : I64],
          result: target,
          code: [0xfc, 4 * i + 2 * j + k],
          floatParameters: true,
          evaluate: ([a]) =>
            truncateSaturating(toFloat(a, source === 'f32' ? 32 : 64), i === 0 ? 32 : 64, sign === 's'),
        };
      }
    }
  }
  const convert = (name: string, parameter: Type, result: Type, code: number, f: (a: bigint) => number) => {
    const width = result === I32 ? 32 : 64;
    rows[name] = {
      parameters: [parameter],
      result,
      code: [code],
      floatResult: true,
      evaluate: ([a]) => fromFloat(f(a), width),
    };
  };
  // Number() of a bigint rounds to nearest even; that to f32 would round twice, so meanings use these two only for values of at most 24 bits.
  convert('f32.convert_i32_s', I32, I32, 0xb2, (a) => Number(s32(a)));
  convert('f32.convert_i32_u', I32, I32, 0xb3, (a) => Number(a));
  convert('f64.convert_i32_s', I32, I64, 0xb7, (a) => Number(s32(a)));
  convert('f64.convert_i32_u', I32, I64, 0xb8, (a) => Number(a));
  convert('f64.convert_i64_s', I64, I64, 0xb9, (a) => Number(s64(a)));
  convert('f64.convert_i64_u', I64, I64, 0xba, (a) => Number(a));
  return rows;
}

/** Every operation by name. */
export const ops: Readonly<Record<string, OpRow>> = {
  ...integerRows(),
  ...floatRows(),
  ...vectorOps(),
  ...floatVectorOps(),
};

/** Name of a row of `ops`. */
export type OpName = string;
