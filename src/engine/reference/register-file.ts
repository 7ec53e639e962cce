/**
 * Registers on which a test evaluates single instructions, without memory or host: the manual's and the standards'
 * examples are checked with it. Everything else is compared with QEMU (`conformance/`).
 */
import { assemble, type FieldValues } from '../../isa/index.js';
import type { Effect, Node } from '../ir/nodes.js';
import type { Cell } from '../layout.js';
import { shapeOf } from '../semantics/index.js';
import { Operands } from './operands.js';
import { Evaluation, type Cells, type InstructionContext, type Outcome } from './values.js';

export class RegisterFile extends Operands implements Cells, InstructionContext {
  /** X0 to X30 and the slots behind them (`layout.ts`). */
  readonly x = Array<bigint>(34).fill(0n);
  readonly v = Array<bigint>(32).fill(0n);
  private readonly cells = new Map<Cell, bigint>();
  protected fields: FieldValues = {};

  /** Executes instructions given as assembler text. */
  run(...texts: readonly string[]): this {
    for (const text of texts) this.step(assemble(text));
    return this;
  }

  private step(word: number): void {
    const { shape, fields } = shapeOf(word);
    this.fields = fields;
    new Evaluation(this, this).run(shape.block);
  }

  getCell(cell: Cell): bigint {
    return this.cells.get(cell) ?? 0n;
  }
  setCell(cell: Cell, value: bigint): void {
    this.cells.set(cell, value);
  }

  pc(): bigint {
    return 0n;
  }
  protected general(slot: number): bigint {
    return this.x[slot];
  }
  protected vector(register: number): bigint {
    return this.v[register];
  }
  load(): never {
    throw new Error('there is no memory');
  }
  effect(effect: Effect, value: (node: Node) => bigint): Outcome {
    switch (effect.kind) {
      case 'writeX':
        this.x[this.slotOf(effect)] = value(effect.value);
        return 'end';
      case 'writeV':
        this.writeV(this.vectorOf(effect), effect, value(effect.value));
        return 'end';
      default:
        throw new Error(`${effect.kind} needs more than registers`);
    }
  }
  private writeV(register: number, effect: Effect & { kind: 'writeV' }, value: bigint): void {
    const shift = BigInt(8 * effect.bytes * effect.index);
    const mask = ((1n << BigInt(8 * effect.bytes)) - 1n) << shift;
    this.v[register] = (this.v[register] & ~mask) | (value << shift);
  }
}
