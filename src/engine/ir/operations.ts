/** Values and pure operations: the part of the builder (`builder.ts`) that touches no state. */
import type { AccessSize, Block, Effect, Immediate, Meaningful, Node, Statement, Type } from './nodes.js';
import {
  ops,
  type IntegerBinary,
  type IntegerComparison,
  type IntegerUnary,
  type OpName,
  type ResultOf,
} from './ops/index.js';

export type Value<T extends Type = Type> = Node & { readonly type: T };
export type I32 = Value<'i32'>;
export type I64 = Value<'i64'>;
export type V128 = Value<'v128'>;
/** A value of either integer width. */
export type Int = I32 | I64;
/** Width of an operation on general registers. */
export type Width = 32 | 64;

/** Type that a load of so many bytes gives. */
export type Loaded<B extends AccessSize> = B extends 16 ? V128 : B extends 8 ? I64 : I32;

/** The width that a one-bit field `sf` selects. */
export function width(sf: number): Width {
  return sf === 0 ? 32 : 64;
}
/** The recording, and everything in it that is a pure function of values. */
export class Operations {
  protected statements: Statement[] = [];

  /** What has been recorded. */
  get block(): Block {
    return this.statements;
  }

  protected add_<T extends Node>(node: T): T {
    this.statements.push(node);
    return node;
  }
  /** Says what the last node is worth: the node to use instead. */
  protected meaning<T extends Node>(last: T, meaning: Meaningful): T {
    const node = { ...last, ...meaning };
    this.statements[this.statements.length - 1] = node;
    return node;
  }
  protected effect(effect: Effect): void {
    this.statements.push(effect);
  }

  // Constants and what decoding knows.

  i32(value: number): I32 {
    return this.add_({ kind: 'const', type: 'i32', value: BigInt.asUintN(32, BigInt(value)) });
  }
  i64(value: number | bigint): I64 {
    return this.add_({ kind: 'const', type: 'i64', value: BigInt.asUintN(64, BigInt(value)) });
  }
  v128(value: bigint): V128 {
    return this.add_({ kind: 'const', type: 'v128', value: BigInt.asUintN(128, value) });
  }
  /** A constant of the type of `like`. */
  same<T extends Int>(like: T, value: number | bigint): T {
    return (like.type === 'i32' ? this.i32(Number(value)) : this.i64(value)) as T;
  }
  /** A constant of `size` bits. */
  constant(size: Width, value: number | bigint): Int {
    return size === 32 ? this.i32(Number(BigInt.asIntN(32, BigInt(value)))) : this.i64(value);
  }
  /** A number that decoding computes from the fields: an operand, not part of the handler's shape. */
  imm32(compute: Immediate): I32 {
    return this.add_({ kind: 'immediate', type: 'i32', compute });
  }
  imm64(compute: Immediate): I64 {
    return this.add_({ kind: 'immediate', type: 'i64', compute });
  }
  imm(size: Width, compute: Immediate): Int {
    return size === 32 ? this.imm32(compute) : this.imm64(compute);
  }
  /** Address of the instruction. */
  pc(): I64 {
    return this.add_({ kind: 'pc', type: 'i64' });
  }

  // Pure operations.

  /** Any row of the operation table. */
  op<N extends OpName>(name: N, ...args: readonly Node[]): Value<ResultOf<N>> {
    return this.opLane(name, 0, ...args);
  }
  /** A row of the operation table that takes a lane number. */
  opLane<N extends OpName>(name: N, lane: number, ...args: readonly Node[]): Value<ResultOf<N>> {
    const row = ops[name];
    if (row.parameters.length !== args.length || row.parameters.some((p, i) => p !== args[i].type)) {
      throw new Error(
        `${name}(${row.parameters.join(', ')}) is given (${args.map((a) => a.type).join(', ')})`,
      );
    }
    return this.add_({ kind: 'op', type: row.result, op: name, lane, args });
  }
  /** i8x16.shuffle: byte i of the result is byte `lanes[i]` of a (0 to 15) or of b (16 to 31). */
  shuffle(a: V128, b: V128, lanes: readonly number[]): V128 {
    return this.add_({ kind: 'shuffle', type: 'v128', lanes, args: [a, b] });
  }
  private same2<T extends Int>(name: IntegerBinary, a: T, b: T | number | bigint): T {
    const right = typeof b === 'object' ? b : this.same(a, b);
    return this.op(`${a.type}.${name}`, a, right) as Int as T;
  }
  private compare2<T extends Int>(name: IntegerComparison, a: T, b: T | number | bigint): I32 {
    const right = typeof b === 'object' ? b : this.same(a, b);
    return this.op(`${a.type}.${name}`, a, right);
  }
  private unary<T extends Int>(name: IntegerUnary, a: T): T {
    return this.op(`${a.type}.${name}`, a) as Int as T;
  }
  add<T extends Int>(a: T, b: T | number | bigint): T {
    return this.same2('add', a, b);
  }
  sub<T extends Int>(a: T, b: T | number | bigint): T {
    return this.same2('sub', a, b);
  }
  mul<T extends Int>(a: T, b: T | number | bigint): T {
    return this.same2('mul', a, b);
  }
  /** Traps on division by zero and on overflow: guard with `if`. */
  divS<T extends Int>(a: T, b: T): T {
    return this.same2('div_s', a, b);
  }
  /** Traps on division by zero: guard with `if`. */
  divU<T extends Int>(a: T, b: T): T {
    return this.same2('div_u', a, b);
  }
  and<T extends Int>(a: T, b: T | number | bigint): T {
    return this.same2('and', a, b);
  }
  or<T extends Int>(a: T, b: T | number | bigint): T {
    return this.same2('or', a, b);
  }
  xor<T extends Int>(a: T, b: T | number | bigint): T {
    return this.same2('xor', a, b);
  }
  not<T extends Int>(a: T): T {
    return this.same2('xor', a, -1);
  }
  neg<T extends Int>(a: T): T {
    return this.same2('sub', this.same(a, 0), a);
  }
  /** Shift amounts are taken modulo the width, here and below. */
  shl<T extends Int>(a: T, b: T | number | bigint): T {
    return this.same2('shl', a, b);
  }
  shrU<T extends Int>(a: T, b: T | number | bigint): T {
    return this.same2('shr_u', a, b);
  }
  shrS<T extends Int>(a: T, b: T | number | bigint): T {
    return this.same2('shr_s', a, b);
  }
  rotr<T extends Int>(a: T, b: T | number | bigint): T {
    return this.same2('rotr', a, b);
  }
  eq<T extends Int>(a: T, b: T | number | bigint): I32 {
    return this.compare2('eq', a, b);
  }
  ne<T extends Int>(a: T, b: T | number | bigint): I32 {
    return this.compare2('ne', a, b);
  }
  ltU<T extends Int>(a: T, b: T | number | bigint): I32 {
    return this.compare2('lt_u', a, b);
  }
  ltS<T extends Int>(a: T, b: T | number | bigint): I32 {
    return this.compare2('lt_s', a, b);
  }
  leU<T extends Int>(a: T, b: T | number | bigint): I32 {
    return this.compare2('le_u', a, b);
  }
  leS<T extends Int>(a: T, b: T | number | bigint): I32 {
    return this.compare2('le_s', a, b);
  }
  gtU<T extends Int>(a: T, b: T | number | bigint): I32 {
    return this.compare2('gt_u', a, b);
  }
  gtS<T extends Int>(a: T, b: T | number | bigint): I32 {
    return this.compare2('gt_s', a, b);
  }
  geU<T extends Int>(a: T, b: T | number | bigint): I32 {
    return this.compare2('ge_u', a, b);
  }
  geS<T extends Int>(a: T, b: T | number | bigint): I32 {
    return this.compare2('ge_s', a, b);
  }
  eqz(a: Int): I32 {
    return this.op(`${a.type}.eqz`, a);
  }
  clz<T extends Int>(a: T): T {
    return this.unary('clz', a);
  }
  ctz<T extends Int>(a: T): T {
    return this.unary('ctz', a);
  }
  popcount<T extends Int>(a: T): T {
    return this.unary('popcnt', a);
  }
  wrap(a: I64): I32 {
    return this.op('i32.wrap_i64', a);
  }
  extendU(a: I32): I64 {
    return this.op('i64.extend_i32_u', a);
  }
  extendS(a: I32): I64 {
    return this.op('i64.extend_i32_s', a);
  }
  /** Zero-extends to 64 bits, or leaves a 64-bit value. */
  to64(a: Int): I64 {
    return a.type === 'i32' ? this.extendU(a) : a;
  }
  /** Low 32 bits, or leaves a 32-bit value. */
  to32(a: Int): I32 {
    return a.type === 'i64' ? this.wrap(a) : a;
  }
  /** Sign-extends the low 8 or 16 bits of a value within its type. */
  signExtend<T extends Int>(a: T, bits: 8 | 16): T {
    return this.unary(bits === 8 ? 'extend8_s' : 'extend16_s', a);
  }
  /** a if condition is not zero, else b. Both are evaluated. */
  select<T extends Type>(condition: I32, a: Value<T>, b: Value<T>): Value<T> {
    return this.add_({ kind: 'select', type: a.type, args: [a, b, condition] });
  }
}
