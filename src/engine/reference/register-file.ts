/**
 * Registers on which a test evaluates single instructions, without memory or host: the manual's and the standards'
 * examples are checked with it. Everything else is compared with QEMU (`conformance/`).
 */
import { assemble, decode } from '../../isa/index.js';
import { EncodingShapes } from '../interpreter/shapes.js';
import { slotOffset } from '../interpreter/slots.js';
import type { Effect, Node } from '../ir/nodes.js';
import type { Cell } from '../layout.js';
import { Evaluation, type Cells, type InstructionContext, type Outcome } from './values.js';
import type { FieldValues } from '../../isa/index.js';
import { semanticsOf } from '../semantics/index.js';

export class RegisterFile implements Cells, InstructionContext {
  /** X0 to X30 and the slots behind them (`layout.ts`). */
  readonly x = Array<bigint>(34).fill(0n);
  readonly v = Array<bigint>(32).fill(0n);
  private readonly cells = new Map<Cell, bigint>();
  private fields: FieldValues = {};

  /** Executes instructions given as assembler text. */
  run(...texts: readonly string[]): this {
    for (const text of texts) this.step(assemble(text));
    return this;
  }

  private step(word: number): void {
    const encoding = decode(word);
    const semantics = encoding === undefined ? undefined : semanticsOf(encoding.name);
    if (encoding === undefined || semantics === undefined) throw new Error('the word has no meaning');
    const { shape, fields } = new EncodingShapes(encoding, semantics).of(word, 0);
    this.fields = fields;
    new Evaluation(this, this).run(shape.block);
  }

  getCell(cell: Cell): bigint {
    return this.cells.get(cell) ?? 0n;
  }
  setCell(cell: Cell, value: bigint): void {
    this.cells.set(cell, value);
  }

  immediate(node: Node & { kind: 'immediate' }): bigint {
    return BigInt.asUintN(node.type === 'i32' ? 32 : 64, BigInt(node.compute(this.fields)));
  }
  pc(): bigint {
    return 0n;
  }
  private slot(node: { operand: { field: string }; use: 'source' | 'destination' | 'stack' }): number {
    return slotOffset(this.fields, node.operand.field, node.use, 0) / 8;
  }
  private vector(node: { operand: { field: string }; plus: number }): number {
    return slotOffset(this.fields, node.operand.field, 'vector', node.plus) / 16;
  }
  readX(node: Node & { kind: 'readX' }): bigint {
    return BigInt.asUintN(node.type === 'i32' ? 32 : 64, this.x[this.slot(node)]);
  }
  readFixedX(slot: number): bigint {
    return this.x[slot];
  }
  readV(node: Node & { kind: 'readV' }): bigint {
    return BigInt.asUintN(8 * node.bytes, this.v[this.vector(node)] >> BigInt(8 * node.bytes * node.index));
  }
  load(): never {
    throw new Error('there is no memory');
  }
  effect(effect: Effect, value: (node: Node) => bigint): Outcome {
    if (effect.kind === 'writeX') this.x[this.slot(effect)] = value(effect.value);
    else if (effect.kind === 'writeV') this.writeV(effect, value(effect.value));
    else throw new Error(`${effect.kind} needs more than registers`);
    return 'end';
  }
  private writeV(effect: Effect & { kind: 'writeV' }, value: bigint): void {
    const register = this.vector(effect);
    const shift = BigInt(8 * effect.bytes * effect.index);
    const mask = ((1n << BigInt(8 * effect.bytes)) - 1n) << shift;
    this.v[register] = (this.v[register] & ~mask) | (value << shift);
  }
}
