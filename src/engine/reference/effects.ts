/**
 * What an instruction does to registers and memory, told by its meaning: for whoever looks on. Nothing is executed: the
 * meaning is evaluated on a copy of the core's state from before the instruction.
 */
import type { FieldValues } from '../../isa/index.js';
import type { Block, Effect, Node, RegisterUse } from '../ir/nodes.js';
import { registerSlot } from '../ir/registers.js';
import {
  CF,
  EXCLUSIVE_HIGH,
  EXCLUSIVE_LOW,
  NF,
  STATE_BEGIN,
  STATE_END,
  V_BASE,
  VF,
  X_SINK_SLOT,
  X_SP_SLOT,
  ZF,
  type Cell,
} from '../layout.js';
import { shapeOf } from '../semantics/index.js';
import { CoreState } from '../state.js';
import { Operands } from './operands.js';
import { Evaluation, type Cells, type InstructionContext, type Outcome } from './values.js';

/** An access to memory that an instruction makes. */
export interface InstructionAccess {
  readonly write: boolean;
  /** Virtual. */
  readonly address: bigint;
  readonly bytes: number;
  /** What is stored or was there, unsigned; of DC ZVA 0. */
  readonly value: bigint;
}

/** Registers that an instruction writes whatever their values are. */
export interface WrittenRegisters {
  /** Numbers of X registers, ascending; 31 is the stack pointer. */
  readonly x: readonly number[];
  readonly v: readonly number[];
  /** Whether it sets flags. */
  readonly flags: boolean;
}

/** Bytes that DC ZVA zeroes on a Cortex-A53, DCZID_EL0. */
const ZERO_BLOCK = 64n;

interface Effects {
  readonly x: readonly { readonly field: string; readonly use: Exclude<RegisterUse, 'vector'> }[];
  readonly fixedX: readonly number[];
  readonly v: readonly { readonly field: string; readonly plus: number }[];
  readonly flags: boolean;
  readonly accessesMemory: boolean;
}

/** Where the flags are that meanings set. */
const flagCells: ReadonlySet<Cell> = new Set([NF, ZF, CF, VF]);

/** By block, since shapes are shared. */
const known = new WeakMap<Block, Effects>();

function effectsOf(block: Block): Effects {
  const found = known.get(block);
  if (found !== undefined) return found;
  const effects = gather(block);
  known.set(block, effects);
  return effects;
}

function gather(block: Block): Effects {
  const x: Effects['x'][number][] = [];
  const fixedX: number[] = [];
  const v: Effects['v'][number][] = [];
  let flags = false;
  let accessesMemory = false;
  const visit = (statements: Block): void => {
    for (const statement of statements) {
      if (statement.kind === 'writeX') x.push({ field: statement.operand.field, use: statement.use });
      else if (statement.kind === 'writeFixedX') fixedX.push(statement.slot);
      else if (statement.kind === 'writeV') v.push({ field: statement.operand.field, plus: statement.plus });
      else if (statement.kind === 'setCell') flags ||= flagCells.has(statement.cell);
      else if (statement.kind === 'setFlags') flags = true;
      else if (statement.kind === 'load' || statement.kind === 'store') accessesMemory = true;
      else if (statement.kind === 'host') accessesMemory ||= statement.name === 'zeroBlock';
      else if (statement.kind === 'if') [statement.then, statement.else].forEach(visit);
      else if (statement.kind === 'while') [statement.head, statement.body].forEach(visit);
    }
  };
  visit(block);
  return { x, fixedX, v, flags, accessesMemory };
}

/** The general and vector registers that the instruction writes. */
export function registersWritten(word: number): WrittenRegisters {
  const { shape, fields } = shapeOf(word);
  const effects = effectsOf(shape.block);
  const slots = [...effects.x.map(({ field, use }) => registerSlot(fields[field], use)), ...effects.fixedX];
  const numbers = slots
    .filter((slot) => slot !== X_SINK_SLOT)
    .map((slot) => (slot === X_SP_SLOT ? 31 : slot));
  const vectors = effects.v.map(({ field, plus }) => registerSlot(fields[field], 'vector', plus));
  return { x: distinct(numbers), v: distinct(vectors), flags: effects.flags };
}

const distinct = (numbers: readonly number[]): number[] => [...new Set(numbers)].sort((a, b) => a - b);

/** A copy of a core's state, taken between two instructions. */
export class StateCopy {
  readonly state = new CoreState({ buffer: new ArrayBuffer(STATE_END) });
  private readonly area = this.state.u8.subarray(STATE_BEGIN);

  /** Takes over the state that a core has now. */
  take({ present }: { readonly present: CoreState }): void {
    this.area.set(present.u8.subarray(STATE_BEGIN, STATE_END));
  }

  /** Which of X0 to X30 and SP, which is 31, a later state has other values of. */
  changedX(later: CoreState): number[] {
    const changed: number[] = [];
    for (let number = 0; number <= 31; number++) {
      const slot = number === 31 ? X_SP_SLOT : number;
      if (this.state.xLow(slot) !== later.xLow(slot) || this.state.xHigh(slot) !== later.xHigh(slot))
        changed.push(number);
    }
    return changed;
  }

  /** Which of V0 to V31. */
  changedV(later: CoreState): number[] {
    const changed: number[] = [];
    for (let number = 0; number < 32; number++) {
      const at = (V_BASE >> 2) + 4 * number;
      for (let word = at; word < at + 4; word++) {
        if (this.state.i32[word] === later.i32[word]) continue;
        changed.push(number);
        break;
      }
    }
    return changed;
  }

  /**
   * The accesses to memory that the instruction makes, if it takes no exception.
   * @param read what is in memory behind the instruction, unsigned; undefined where it cannot be read
   * @param later the state behind it, which says whether a store exclusive has stored
   */
  accesses(
    word: number,
    later: CoreState,
    read: (address: bigint, bytes: number) => bigint | undefined,
  ): InstructionAccess[] {
    const { shape, fields } = shapeOf(word);
    if (!effectsOf(shape.block).accessesMemory) return [];
    const isExclusiveStore = /^ST\w*X/.test(shape.encoding.name);
    const stored = isExclusiveStore && later.x(fields.Rs) === 0n;
    const account = new Account(this.state, fields, read, isExclusiveStore ? stored : undefined);
    new Evaluation(account, account).run(shape.block);
    return account.accesses;
  }
}

/** Evaluates one instruction on a state that it leaves as it is. */
class Account extends Operands implements Cells, InstructionContext {
  readonly accesses: InstructionAccess[] = [];
  private readonly view: DataView;
  /** Cells that the instruction has set before it reads them. */
  private readonly cells = new Map<Cell, bigint>();

  constructor(
    private readonly state: CoreState,
    protected readonly fields: FieldValues,
    private readonly read: (address: bigint, bytes: number) => bigint | undefined,
    /** Of a store exclusive, whether it has stored: its comparison with memory comes after that. */
    private readonly hasStored: boolean | undefined,
  ) {
    super();
    this.view = new DataView(state.memory.buffer);
  }

  getCell(cell: Cell): bigint {
    const set = this.cells.get(cell);
    if (set !== undefined) return set;
    const { address, type } = cell;
    return type === 'i32'
      ? BigInt(this.view.getUint32(address, true))
      : this.view.getBigUint64(address, true);
  }
  setCell(cell: Cell, value: bigint): void {
    this.cells.set(cell, value);
  }

  pc(): bigint {
    return this.state.pc;
  }
  protected general(slot: number): bigint {
    return this.state.x(slot);
  }
  protected vector(register: number): bigint {
    return this.state.v(register);
  }

  load({ bytes }: Node & { kind: 'load' }, address: bigint): bigint | undefined {
    if (this.hasStored !== undefined) return this.expected(bytes);
    const value = this.read(address, bytes) ?? 0n;
    this.accesses.push({ write: false, address, bytes, value });
    return value;
  }
  /** What a store exclusive finds where it is allowed to store, or something else. */
  private expected(bytes: number): bigint {
    const whole = (this.getCell(EXCLUSIVE_HIGH) << 64n) | this.getCell(EXCLUSIVE_LOW);
    return BigInt.asUintN(8 * bytes, this.hasStored === true ? whole : ~whole);
  }

  effect(effect: Effect, value: (node: Node) => bigint): Outcome {
    if (effect.kind === 'store') {
      const { bytes } = effect;
      const stored = BigInt.asUintN(8 * bytes, value(effect.value));
      this.accesses.push({ write: true, address: value(effect.address), bytes, value: stored });
    } else if (effect.kind === 'host') {
      if (effect.name !== 'zeroBlock') return 'left';
      const address = value(effect.args[0]) & -ZERO_BLOCK;
      this.accesses.push({
        write: true,
        address: BigInt.asUintN(64, address),
        bytes: Number(ZERO_BLOCK),
        value: 0n,
      });
    }
    return 'end';
  }
}
