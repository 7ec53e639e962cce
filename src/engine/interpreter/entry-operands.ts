/**
 * The operands of a decoded instruction. A decoded entry has 16 bytes: the handler's number (u16), then the
 * operands that the shape leaves open, each at a place fixed per shape: register operands as u16 byte offsets
 * into their register file, immediates as i32 or i64.
 */
import type { FieldValues } from '../../isa/index.js';
import type { Block, Immediate, Operand, RegisterUse, Statement } from '../ir/nodes.js';
import { registerSlot } from '../ir/registers.js';
import type { Shape } from '../ir/shapes.js';
import { countUses, isEffect } from '../ir/uses.js';
import { DECODED_ENTRY_SIZE } from '../layout.js';
import type { Code } from '../wasm/code.js';
import type { Operands } from '../wasm/site.js';

type Bytes = 2 | 4 | 8;

/** One operand: where it goes in the entry, and how it comes out of the instruction's fields. */
interface Place {
  readonly position: number;
  readonly bytes: Bytes;
  readonly compute: Immediate;
}

/** Bytes 0 and 1 are the handler's number. Wide operands lie aligned, from the end; registers fill what is left. */
const candidates: Readonly<Record<Bytes, readonly number[]>> = {
  8: [8],
  4: [8, 12, 4],
  2: [2, 4, 6, 14, 12, 10, 8],
};

/** Where the operands of a recording lie in a decoded entry. */
export class EntryOperands {
  private readonly places = new Map<string | Immediate, Place>();

  constructor(block: Block) {
    const wanted = wantedBy(block);
    const used = new Array<boolean>(DECODED_ENTRY_SIZE).fill(false).fill(true, 0, 2);
    // The widest first: the others fit around them.
    for (const [key, { bytes, compute }] of [...wanted].sort(([, a], [, b]) => b.bytes - a.bytes)) {
      const position = candidates[bytes].find((at) => !used.slice(at, at + bytes).includes(true));
      if (position === undefined) {
        throw new Error('an instruction has more operands than a decoded entry holds');
      }
      used.fill(true, position, position + bytes);
      this.places.set(key, { position, bytes, compute });
    }
  }

  /** Byte of the entry at which the u16 byte offset of a register is. */
  register({ field }: Operand, use: RegisterUse, plus: number): number {
    return this.at(registerKey(field, use, plus));
  }
  /** Byte of the entry at which an immediate is. */
  immediate(compute: Immediate): number {
    return this.at(compute);
  }
  private at(key: string | Immediate): number {
    const place = this.places.get(key);
    if (place === undefined) throw new Error('an operand that is not in the recording');
    return place.position;
  }

  /** Puts the operands of a word with these fields into the decoded entry at a byte of memory. */
  write(view: DataView, entry: number, fields: FieldValues): void {
    for (const { position, bytes, compute } of this.places.values()) {
      const at = entry + position;
      const value = compute(fields);
      if (bytes === 2) view.setUint16(at, Number(value), true);
      else if (typeof value === 'bigint') {
        if (bytes === 8) view.setBigUint64(at, BigInt.asUintN(64, value), true);
        else view.setInt32(at, Number(BigInt.asIntN(32, value)), true);
      } else {
        view.setInt32(at, value | 0, true);
        if (bytes === 8) view.setInt32(at + 4, Math.floor(value / 2 ** 32), true);
      }
    }
  }
}

const known = new Map<Shape, EntryOperands>();

/** Where the operands of a shape lie. */
export function operandsOf(shape: Shape): EntryOperands {
  let operands = known.get(shape);
  if (operands === undefined) {
    operands = new EntryOperands(shape.block);
    known.set(shape, operands);
  }
  return operands;
}

interface Wanted {
  readonly bytes: Bytes;
  readonly compute: Immediate;
}

const registerKey = (field: string, use: RegisterUse, plus: number): string => `${field} ${use} ${plus}`;

/** The operands that the living statements of a recording leave open. */
function wantedBy(block: Block): ReadonlyMap<string | Immediate, Wanted> {
  const uses = countUses(block);
  const wanted = new Map<string | Immediate, Wanted>();
  const register = ({ field }: Operand, use: RegisterUse, plus: number): void => {
    const scale = use === 'vector' ? 16 : 8;
    const compute = (f: FieldValues): number => registerSlot(f[field], use, plus) * scale;
    wanted.set(registerKey(field, use, plus), { bytes: 2, compute });
  };
  const visit = (statement: Statement): void => {
    if (!isEffect(statement) && !uses.has(statement)) return;
    switch (statement.kind) {
      case 'immediate':
        wanted.set(statement.compute, {
          bytes: statement.type === 'i32' ? 4 : 8,
          compute: statement.compute,
        });
        return;
      case 'branchRelative':
        wanted.set(statement.offset, { bytes: 4, compute: statement.offset });
        return;
      case 'readX':
      case 'writeX':
        register(statement.operand, statement.use, 0);
        return;
      case 'readV':
      case 'writeV':
        register(statement.operand, 'vector', statement.plus);
        return;
      case 'if':
        statement.then.forEach(visit);
        statement.else.forEach(visit);
        return;
      case 'while':
        statement.head.forEach(visit);
        statement.body.forEach(visit);
        return;
      default:
        return;
    }
  };
  block.forEach(visit);
  return wanted;
}

/** Operands that are read from the decoded entry whose address is in a local. */
export class DecodedOperands implements Operands {
  constructor(
    private readonly code: Code,
    private readonly entry: number,
    private readonly places: EntryOperands,
  ) {}

  pushRegister(operand: Operand, use: RegisterUse, plus: number): void {
    this.code.get(this.entry);
    this.code.access('i32.load16_u', this.places.register(operand, use, plus));
  }
  pushImmediate(compute: Immediate, type: 'i32' | 'i64'): void {
    this.code.get(this.entry);
    this.code.access(`${type}.load`, this.places.immediate(compute));
  }
}
