/**
 * Records the meaning of an instruction as intermediate representation. Meanings (`../semantics`) receive a
 * builder as `c` and call its methods in the order in which the instruction acts.
 *
 * Rules for a meaning: do everything that can fault or trap (loads, stores, host services) before the first
 * write of an architectural register, since a fault leaves at that point; a branch comes last. `verify.ts` checks
 * them, and whatever else a recording must keep.
 */
import type {
  AccessOptions,
  AccessSize,
  Block,
  HostName,
  Immediate,
  Node,
  Operand,
  Subroutine,
  Type,
  Variable,
} from './nodes.js';
import {
  Operations,
  type I32,
  type I64,
  type Int,
  type Loaded,
  type V128,
  type Value,
  type Width,
} from './operations.js';
import type { Cell } from '../layout.js';
import { CF, FP_TRAP, NF, SP_MASK, VF, X_SP_SLOT, ZF } from '../layout.js';

export {
  width,
  type I32,
  type I64,
  type Int,
  type Loaded,
  type V128,
  type Value,
  type Width,
} from './operations.js';

export class Builder extends Operations {
  private variables = 0;

  // Registers.

  /** X or W register; number 31 reads zero. */
  readX(operand: Operand, size: 32): I32;
  readX(operand: Operand, size?: 64): I64;
  readX(operand: Operand, size: Width): Int;
  readX(operand: Operand, size: Width = 64): Int {
    return this.add_({ kind: 'readX', type: size === 32 ? 'i32' : 'i64', operand, use: 'source' });
  }
  /** X or W register; number 31 is the current stack pointer. */
  readXorSP(operand: Operand, size: 32): I32;
  readXorSP(operand: Operand, size?: 64): I64;
  readXorSP(operand: Operand, size: Width): Int;
  readXorSP(operand: Operand, size: Width = 64): Int {
    return this.add_({ kind: 'readX', type: size === 32 ? 'i32' : 'i64', operand, use: 'stack' });
  }
  /** Writes a register, zero-extending 32-bit values; number 31 is discarded. */
  writeX(operand: Operand, value: Int): void {
    this.effect({ kind: 'writeX', operand, use: 'destination', value: this.to64(value) });
  }
  /** Writes a register, zero-extending 32-bit values; number 31 is the current stack pointer. */
  writeXorSP(operand: Operand, value: Int): void {
    this.effect({ kind: 'writeX', operand, use: 'stack', value: this.to64(value) });
  }
  /** Writes X30. */
  writeLink(value: I64): void {
    this.effect({ kind: 'writeFixedX', slot: 30, value });
  }
  /** The base address of a load or store: `readXorSP`, with the alignment check where the base is SP. */
  base(operand: Operand, isStackPointer: boolean): I64 {
    // The same slot as a write-back uses.
    if (!isStackPointer) return this.readXorSP(operand);
    const sp = this.add_({ kind: 'readFixedX', type: 'i64', slot: X_SP_SLOT } as const);
    this.if(this.and(this.wrap(sp), this.get(SP_MASK) as I32), () => this.host('stackAlignment'));
    return sp;
  }

  /**
   * Part of a vector register: `bytes` bytes at element `index` of that size; 16 is the whole. `plus` is added
   * to the register's number modulo 32 (lists of registers).
   */
  readV<B extends AccessSize>(operand: Operand, bytes: B, index = 0, plus = 0): Loaded<B> {
    const type = bytes === 16 ? 'v128' : bytes === 8 ? 'i64' : 'i32';
    return this.add_({ kind: 'readV', type, operand, plus, bytes, index }) as unknown as Loaded<B>;
  }
  /** Writes the lowest `bytes` bytes and clears the rest of the register. */
  writeV<B extends AccessSize>(operand: Operand, bytes: B, value: Loaded<B>, plus = 0): void {
    const whole = bytes === 16 ? (value as V128) : this.widen(bytes, value as Int);
    this.effect({ kind: 'writeV', operand, plus, bytes: 16, index: 0, value: whole });
  }
  /** Writes one element and keeps the rest of the register. */
  writeElement<B extends AccessSize>(
    operand: Operand,
    bytes: B,
    index: number,
    value: Loaded<B>,
    plus = 0,
  ): void {
    this.effect({ kind: 'writeV', operand, plus, bytes, index, value });
  }
  private widen(bytes: AccessSize, value: Int): V128 {
    const zero = this.v128(0n);
    if (value.type === 'i64') return this.opLane('i64x2.replace_lane', 0, zero, value);
    const name = bytes === 1 ? 'i8x16' : bytes === 2 ? 'i16x8' : 'i32x4';
    return this.opLane(`${name}.replace_lane`, 0, zero, value);
  }
  /** Takes the trap to the host if FP and SIMD are disabled. First statement of every FP and SIMD meaning. */
  requireFP(): void {
    this.if(this.get(FP_TRAP) as I32, () => this.host('floatingPointTrap'));
  }

  get(cell: Cell & { type: 'i64' }): I64;
  get(cell: Cell): Int;
  get(cell: Cell): Int {
    return this.add_({ kind: 'getCell', type: cell.type, cell });
  }
  set(cell: Cell, value: Int): void {
    if (cell.type !== value.type)
      throw new Error(`cell ${cell.name} is ${cell.type}, value is ${value.type}`);
    this.effect({ kind: 'setCell', cell, value });
  }

  // Flags.

  /**
   * Sets N and Z by an operation's result, C by `carry` and V by the sign of `overflow`. Where the flags are those of a
   * comparison, `compared` are its operands.
   */
  setFlags(result: Int, carry: I32, overflow: Int, compared?: readonly [Int, Int]): void {
    this.effect({
      kind: 'setFlags',
      result: result.type === 'i32' ? this.extendS(result) : result,
      carry,
      overflow: overflow.type === 'i32' ? this.extendS(overflow) : overflow,
      compared,
    });
  }
  /** Sets all flags from an NZCV value with N at bit 31 to V at bit 28. */
  setNZCV(nzcv: I32): void {
    this.set(NF, this.extendS(nzcv));
    this.set(ZF, this.extendU(this.and(this.not(nzcv), 0x4000_0000)));
    this.set(CF, this.and(this.shrU(nzcv, 29), 1));
    this.set(VF, this.extendS(this.shl(nzcv, 3)));
  }
  /** The flags with N at bit 31 to V at bit 28. */
  nzcv(): I32 {
    const n = this.shl(this.flag('N'), 31);
    const z = this.shl(this.flag('Z'), 30);
    const c = this.shl(this.flag('C'), 29);
    const v = this.shl(this.flag('V'), 28);
    return this.or(this.or(n, z), this.or(c, v));
  }
  /** One flag, 0 or 1. */
  flag(name: 'N' | 'Z' | 'C' | 'V'): I32 {
    if (name === 'C') return this.get(CF) as I32;
    if (name === 'Z') return this.eqz(this.get(ZF));
    return this.ltS(this.get(name === 'N' ? NF : VF) as I64, 0);
  }
  /** Whether condition code `cond` (0 to 15) holds: 0 or 1. Arm ARM, ConditionHolds(). */
  condition(cond: number): I32 {
    const holds = this.recordCondition(cond);
    const isOdd = (cond & 1) === 1 && cond !== 15;
    const node = isOdd ? this.eqz(holds) : holds;
    return cond < 14 ? this.meaning(node, { condition: cond }) : node;
  }
  private recordCondition(cond: number): I32 {
    return [
      () => this.flag('Z'),
      () => this.flag('C'),
      () => this.flag('N'),
      () => this.flag('V'),
      () => this.and(this.flag('C'), this.ne(this.get(ZF) as I64, 0)),
      () => this.geS(this.xor(this.get(NF) as I64, this.get(VF) as I64), 0),
      () =>
        this.and(
          this.geS(this.xor(this.get(NF) as I64, this.get(VF) as I64), 0),
          this.ne(this.get(ZF) as I64, 0),
        ),
      () => this.i32(1),
    ][cond >> 1]();
  }

  // Memory.

  /** Reads guest memory: 1, 2 and 4 bytes give a zero-extended i32, 8 an i64, 16 a v128. May fault. */
  load<B extends AccessSize>(bytes: B, address: I64, options: AccessOptions = {}): Loaded<B> {
    const type = bytes === 16 ? 'v128' : bytes === 8 ? 'i64' : 'i32';
    return this.add_({ kind: 'load', type, bytes, address, options }) as unknown as Loaded<B>;
  }
  /** Writes guest memory. Narrow values are taken from the low bits. May fault. */
  store<B extends AccessSize>(bytes: B, address: I64, value: Loaded<B>, options: AccessOptions = {}): void {
    this.effect({ kind: 'store', bytes, address, value, options });
  }

  // Control.

  variable<T extends Type>(type: T, initial: Value<T>): Variable & { type: T } {
    const variable = { type, id: this.variables };
    this.variables += 1;
    this.setVariable(variable, initial);
    return variable;
  }
  getVariable<T extends Type>(variable: Variable & { type: T }): Value<T> {
    return this.add_({ kind: 'getVariable', type: variable.type, variable });
  }
  setVariable<T extends Type>(variable: Variable & { type: T }, value: Value<T>): void {
    this.effect({ kind: 'setVariable', variable, value });
  }
  /** Statements under a condition. Values created inside must not be used outside. */
  if(condition: I32, then: () => void, otherwise?: () => void): void {
    this.effect({
      kind: 'if',
      condition,
      then: this.nested(then),
      else: otherwise === undefined ? [] : this.nested(otherwise),
    });
  }
  /** Evaluates `condition`; while it is not zero, runs `body` and starts again. */
  while(condition: () => I32, body: () => void): void {
    let test: I32 | undefined;
    const head = this.nested(() => {
      test = condition();
    });
    if (test === undefined) throw new Error('a loop needs a condition');
    this.effect({ kind: 'while', head, condition: test, body: this.nested(body) });
  }
  private nested(record: () => void): Block {
    const outer = this.statements;
    this.statements = [];
    record();
    const inner = this.statements;
    this.statements = outer;
    return inner;
  }
  call<T extends Type>(subroutine: Subroutine & { readonly result: T }, ...args: readonly Node[]): Value<T> {
    if (
      subroutine.parameters.length !== args.length ||
      subroutine.parameters.some((p, i) => p !== args[i].type)
    ) {
      throw new Error(
        `${subroutine.name}(${subroutine.parameters.join(', ')}) is given (${args.map((a) => a.type).join(', ')})`,
      );
    }
    return this.add_({ kind: 'call', type: subroutine.result, subroutine, args });
  }
  /** A parameter of the subroutine that is being recorded. */
  parameter<T extends Type>(type: T, index: number): Value<T> {
    return this.add_({ kind: 'parameter', type, index });
  }
  /** Calls the host; if the host redirects execution, the instruction ends here. Not inside subroutines. */
  host(name: HostName, ...args: readonly Node[]): void {
    this.effect({ kind: 'host', name, args });
  }
  /** Branches to an address, if `condition` is not zero. */
  branch(target: I64, condition?: I32): void {
    this.effect({ kind: 'branch', target, condition });
  }
  /** Branches to the instruction's address plus an offset in bytes, if `condition` is not zero. */
  branchRelative(offset: Immediate, condition?: I32): void {
    this.effect({ kind: 'branchRelative', offset, condition });
  }
}

type ParameterValues<P extends readonly Type[]> = { [K in keyof P]: Value<P[K]> };

/** Defines a subroutine. `record` receives a builder and one value per parameter and returns the result. */
export function subroutine<const P extends readonly Type[], R extends Type>(
  name: string,
  parameters: P,
  result: R,
  record: (c: Builder, ...args: ParameterValues<P>) => Value<R>,
): Subroutine & { readonly result: R } {
  let recorded: { body: Block; result: Node } | undefined;
  return {
    name,
    parameters,
    result,
    record: () => {
      if (recorded === undefined) {
        const c = new Builder();
        const args = parameters.map((type, index) =>
          c.parameter(type, index),
        ) as unknown as ParameterValues<P>;
        const value = record(c, ...args);
        recorded = { body: c.block, result: value };
      }
      return recorded;
    },
  };
}
