/** Floating-point values in vector registers: single elements, vectors of them, lanes. */
import type { Builder, Int, V128 } from '../../ir/builder.js';
import type { Operand } from '../../ir/nodes.js';
import type { FloatArithmetic, FloatComparison } from '../../ir/ops/index.js';
import { double, half, single, type Format } from './arithmetic/format.js';

/** The format that `ftype` (or FCVT's `opc`) selects: 00, 01, 11. */
export function formatOf(ftype: number): Format {
  const found = [single, double, undefined, half][ftype];
  if (found === undefined) throw new RangeError('ftype 10 is reserved');
  return found;
}

/** The format that `sz` selects. */
export function vectorFormat(sz: number): Format {
  return sz === 1 ? double : single;
}

/** Element `index` of a register. */
export function readFP(c: Builder, F: Format, operand: Operand, index = 0, plus = 0): Int {
  return c.readV<Format['bytes']>(operand, F.bytes, index, plus);
}

/** Writes element 0 and clears the rest. */
export function writeFP(c: Builder, F: Format, operand: Operand, value: Int): void {
  c.writeV(operand, F.bytes, value);
}

/** A vector register; with Q = 0 its lower half in both halves, so that every lane counts. */
export function readVector(c: Builder, operand: Operand, Q: number): V128 {
  return Q === 1 ? c.readV(operand, 16) : c.op('i64x2.splat', c.readV(operand, 8));
}

/** Writes a vector register; with Q = 0 the lower half, and clears the rest. */
export function writeVector(c: Builder, operand: Operand, Q: number, value: V128): void {
  if (Q === 1) c.writeV(operand, 16, value);
  else c.writeV(operand, 8, c.opLane('i64x2.extract_lane', 0, value));
}

/** WebAssembly's integer lanes of the format's width. */
export function integerShape(F: Format): 'i16x8' | 'i32x4' | 'i64x2' {
  return F.bits === 64 ? 'i64x2' : F.bits === 32 ? 'i32x4' : 'i16x8';
}

/** WebAssembly's floating-point lanes. */
export function floatShape(F: Format): 'f32x4' | 'f64x2' {
  return F.bits === 64 ? 'f64x2' : 'f32x4';
}

/** WebAssembly's scalar operation of the format. */
export function native<N extends FloatArithmetic | FloatComparison | 'convert_i32_s' | 'convert_i32_u'>(
  F: Format,
  name: N,
): `f64.${N}` | `f32.${N}` {
  return F.bits === 64 ? `f64.${name}` : `f32.${name}`;
}

/** One lane of a vector. */
export function lane(c: Builder, F: Format, vector: V128, index: number): Int {
  if (F.bits === 16) return c.opLane('i16x8.extract_lane_u', index, vector);
  return c.opLane(F.bits === 32 ? 'i32x4.extract_lane' : 'i64x2.extract_lane', index, vector);
}

/** A vector with the same value in every lane. */
export function splat(c: Builder, F: Format, value: Int): V128 {
  return c.op(`${integerShape(F)}.splat`, value);
}

/** A constant vector with the same bit pattern in every lane. */
export function constantLanes(c: Builder, F: Format, value: bigint): V128 {
  let all = 0n;
  for (let at = 0; at < 128; at += F.bits) all |= BigInt.asUintN(F.bits, value) << BigInt(at);
  return c.v128(all);
}

/** Lanes 0 to count - 1 from a function of the lane's number, the others zero. */
export function fromLanes(c: Builder, F: Format, count: number, value: (index: number) => Int): V128 {
  let result = c.v128(0n);
  for (let i = 0; i < count; i++) {
    result = c.opLane(`${integerShape(F)}.replace_lane`, i, result, value(i));
  }
  return result;
}

/** Lanes in a vector of Q. */
export function laneCount(F: Format, Q: number): number {
  return (Q === 1 ? 128 : 64) / F.bits;
}
