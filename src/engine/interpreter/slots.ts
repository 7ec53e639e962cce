/**
 * The operands of a decoded instruction. A decoded entry has 16 bytes: the handler's number (u16), then the
 * operands that the handler wants, each at a place fixed per handler: register operands as u16 byte offsets
 * into their register file, immediates as i32 or i64.
 */
import type { Immediate, RegisterUse } from '../ir/nodes.js';
import type { FieldValues } from '../../isa/index.js';
import { X_SINK_SLOT, X_SP_SLOT, X_ZERO_SLOT } from '../layout.js';

/** One operand of a handler: where it goes and how it comes out of the instruction's fields. */
export interface Slot {
  /** Byte offset in the decoded entry. */
  readonly position: number;
  readonly bytes: 2 | 4 | 8;
  readonly compute: Immediate;
}

/** Register 31 per use. */
const register31: Readonly<Record<Exclude<RegisterUse, 'vector'>, number>> = {
  source: X_ZERO_SLOT,
  destination: X_SINK_SLOT,
  stack: X_SP_SLOT,
};

/** Gives each operand of one handler its place. */
export class SlotAllocator {
  readonly slots: Slot[] = [];
  private readonly registers = new Map<string, number>();
  private readonly immediates = new Map<Immediate, number>();
  private used = new Array<boolean>(16).fill(false).fill(true, 0, 2);

  /** Place of the u16 byte offset of a register. */
  register(field: string, use: RegisterUse, plus = 0): number {
    const key = `${field} ${use} ${plus}`;
    let position = this.registers.get(key);
    if (position === undefined) {
      position = this.place(2, (f) => slotOffset(f, field, use, plus));
      this.registers.set(key, position);
    }
    return position;
  }

  /** Place of an immediate. */
  immediate(compute: Immediate, type: 'i32' | 'i64'): number {
    let position = this.immediates.get(compute);
    if (position === undefined) {
      position = this.place(type === 'i32' ? 4 : 8, compute);
      this.immediates.set(compute, position);
    }
    return position;
  }

  /** Takes the first free place from the end for wide operands, from the start for registers. */
  private place(bytes: 2 | 4 | 8, compute: Immediate): number {
    const candidates = bytes === 2 ? [2, 4, 6, 14, 12, 10, 8] : bytes === 4 ? [8, 12, 4] : [8];
    const position = candidates.find((at) => !this.used.slice(at, at + bytes).includes(true));
    if (position === undefined)
      throw new Error('an instruction has more operands than a decoded entry holds');
    this.used.fill(true, position, position + bytes);
    this.slots.push({ position, bytes, compute });
    return position;
  }
}

/** Byte offset into its register file of the register that a field names. */
export function slotOffset(f: FieldValues, field: string, use: RegisterUse, plus: number): number {
  const number = f[field];
  if (number === undefined) throw new Error(`the encoding has no field '${field}'`);
  if (use === 'vector') return ((number + plus) & 31) * 16;
  return (number === 31 ? register31[use] : number) * 8;
}
