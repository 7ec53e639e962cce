/** The operands of the instruction that is evaluated, read from wherever its registers are. */
import type { FieldValues } from '../../isa/index.js';
import type { Effect, Node } from '../ir/nodes.js';
import { registerSlot } from '../ir/registers.js';

type XOperand = (Node & { kind: 'readX' }) | (Effect & { kind: 'writeX' });
type VOperand = (Node & { kind: 'readV' }) | (Effect & { kind: 'writeV' });

export abstract class Operands {
  protected abstract readonly fields: FieldValues;
  /** All 64 bits of an X register, or of a slot behind them (`layout.ts`). */
  protected abstract general(slot: number): bigint;
  /** All 128 bits of a V register. */
  protected abstract vector(register: number): bigint;

  immediate({ type, compute }: Node & { kind: 'immediate' }): bigint {
    return BigInt.asUintN(widthOf(type), BigInt(compute(this.fields)));
  }
  readX(node: Node & { kind: 'readX' }): bigint {
    return BigInt.asUintN(widthOf(node.type), this.general(this.slotOf(node)));
  }
  readFixedX({ slot, type }: Node & { kind: 'readFixedX' }): bigint {
    return BigInt.asUintN(widthOf(type), this.general(slot));
  }
  readV(node: Node & { kind: 'readV' }): bigint {
    return this.element(this.vectorOf(node), node);
  }
  readFixedV(node: Node & { kind: 'readFixedV' }): bigint {
    return this.element(node.register, node);
  }

  /** The slot that a field names, and the V register. */
  protected slotOf({ operand, use }: XOperand): number {
    return registerSlot(this.fields[operand.field], use);
  }
  protected vectorOf({ operand, plus }: VOperand): number {
    return registerSlot(this.fields[operand.field], 'vector', plus);
  }

  private element(register: number, { bytes, index }: { bytes: number; index: number }): bigint {
    return BigInt.asUintN(8 * bytes, this.vector(register) >> BigInt(8 * bytes * index));
  }
}

const widthOf = (type: string): number => (type === 'i32' ? 32 : 64);
