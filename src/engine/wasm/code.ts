/** A WebAssembly function body under construction: instructions by name, labels instead of depths, locals. */
import type { AccessSize, Type } from '../ir/nodes.js';
import { ops, type OpName } from '../ir/ops/index.js';
import { Bytes, typeCodes, type BranchHint, type FunctionCode, type LocalType } from './binary.js';

/** Memory accesses: opcode bytes. */
const accessCodes = {
  'i32.load': [0x28],
  'i64.load': [0x29],
  'i32.load8_u': [0x2d],
  'i32.load16_u': [0x2f],
  'i32.store': [0x36],
  'i64.store': [0x37],
  'i32.store8': [0x3a],
  'i32.store16': [0x3b],
  'f32.load': [0x2a],
  'f64.load': [0x2b],
  'f32.store': [0x38],
  'f64.store': [0x39],
  'v128.load': [0xfd, 0],
  'v128.store': [0xfd, 11],
} as const;
export type AccessName = keyof typeof accessCodes;

/** Accesses by the bytes they move; narrow values are i32, loads of them zero-extended. */
export const loadNames = {
  1: 'i32.load8_u',
  2: 'i32.load16_u',
  4: 'i32.load',
  8: 'i64.load',
  16: 'v128.load',
} as const satisfies Record<AccessSize, AccessName>;
/** Accesses that move a float. */
export const floatAccesses = {
  4: { load: 'f32.load', store: 'f32.store' },
  8: { load: 'f64.load', store: 'f64.store' },
} as const satisfies Partial<Record<AccessSize, Record<string, AccessName>>>;
export const storeNames = {
  1: 'i32.store8',
  2: 'i32.store16',
  4: 'i32.store',
  8: 'i64.store',
  16: 'v128.store',
} as const satisfies Record<AccessSize, AccessName>;

/** A point that branches can name: the end of a block or the start of a loop. */
export interface Label {
  readonly depth: number;
}

export class Code implements FunctionCode {
  readonly bytes = new Bytes();
  readonly hints: BranchHint[] = [];
  private depth = 0;
  private readonly locals: LocalType[];
  private readonly free: Record<LocalType, number[]> = { i32: [], i64: [], f32: [], f64: [], v128: [] };
  private readonly scratch: { type: LocalType; index: number }[] = [];

  constructor(private readonly parameters: readonly Type[]) {
    this.locals = [];
  }

  /** Types of the locals behind the parameters. */
  get localTypes(): readonly LocalType[] {
    return this.locals;
  }
  /** A local for the rest of the function. */
  local(type: LocalType): number {
    this.locals.push(type);
    return this.parameters.length + this.locals.length - 1;
  }
  /** A local until `releaseTemporaries`. */
  temporary(type: LocalType): number {
    const index = this.free[type].pop() ?? this.local(type);
    this.scratch.push({ type, index });
    return index;
  }
  /** Gives all temporaries back. */
  releaseTemporaries(): void {
    for (const { type, index } of this.scratch.reverse()) this.free[type].push(index);
    this.scratch.length = 0;
  }

  get(local: number): void {
    this.bytes.byte(0x20);
    this.bytes.unsigned(local);
  }
  set(local: number): void {
    this.bytes.byte(0x21);
    this.bytes.unsigned(local);
  }
  tee(local: number): void {
    this.bytes.byte(0x22);
    this.bytes.unsigned(local);
  }
  i32(value: number): void {
    this.bytes.byte(0x41);
    this.bytes.signed(value);
  }
  i64(value: bigint): void {
    this.bytes.byte(0x42);
    this.bytes.signed64(value);
  }
  v128(value: bigint): void {
    this.bytes.bytes([0xfd, 12]);
    for (let i = 0n; i < 128n; i += 8n) this.bytes.byte(Number((value >> i) & 0xffn));
  }
  access(name: AccessName, offset: number): void {
    this.bytes.bytes(accessCodes[name]);
    this.bytes.byte(0);
    this.bytes.unsigned(offset);
  }
  /** Reads a place of fixed address. */
  loadFrom(type: 'i32' | 'i64', address: number): void {
    this.i32(0);
    this.access(`${type}.load`, address);
  }
  /** Writes a place of fixed address. */
  storeTo(type: 'i32' | 'i64', address: number, value: () => void): void {
    this.i32(0);
    value();
    this.access(`${type}.store`, address);
  }
  /** A pure operation on what is on the stack. */
  op(name: OpName, lane = 0): void {
    const row = ops[name];
    this.bytes.bytes(row.code);
    if (row.lanes !== undefined) this.bytes.byte(lane);
  }
  /** The same with a float as the lane: see `OpRow.floatCode`. */
  floatLane(name: OpName, lane: number): void {
    const { floatCode, lanes } = ops[name];
    if (floatCode === undefined) throw new Error(`${name} has no lane that is a float`);
    this.bytes.bytes(floatCode);
    if (lanes !== undefined) this.bytes.byte(lane);
  }
  /** Of what is on the stack, the first value if the third, an i32, is not zero, else the second. */
  select(): void {
    this.bytes.byte(0x1b);
  }
  shuffle(lanes: readonly number[]): void {
    this.bytes.bytes([0xfd, 13]);
    this.bytes.bytes(lanes);
  }
  raw(...bytes: number[]): void {
    this.bytes.bytes(bytes);
  }

  call(index: number): void {
    this.bytes.byte(0x10);
    this.bytes.unsigned(index);
  }
  callIndirect(type: number): void {
    this.bytes.byte(0x11);
    this.bytes.unsigned(type);
    this.bytes.byte(0);
  }
  /** Returns what the called function returns, leaving nothing on the host's stack. */
  returnCall(index: number): void {
    this.bytes.byte(0x12);
    this.bytes.unsigned(index);
  }
  returnCallIndirect(type: number): void {
    this.bytes.byte(0x13);
    this.bytes.unsigned(type);
    this.bytes.byte(0);
  }
  return(): void {
    this.bytes.byte(0x0f);
  }
  unreachable(): void {
    this.bytes.byte(0x00);
  }

  /** `block`: branching to the label leaves it. */
  openBlock(): Label {
    this.bytes.bytes([0x02, 0x40]);
    this.depth += 1;
    return { depth: this.depth };
  }
  /** `loop`: branching to the label starts it again. */
  openLoop(): Label {
    this.bytes.bytes([0x03, 0x40]);
    this.depth += 1;
    return { depth: this.depth };
  }
  close(): void {
    this.bytes.byte(0x0b);
    this.depth -= 1;
  }
  /** Says of the `if` or `br_if` that comes next how its condition will mostly be. */
  expect(isLikely: boolean): void {
    this.hints.push({ at: this.bytes.length, isLikely });
  }
  /** `if` on the i32 on the stack. */
  if(then: () => void, otherwise?: () => void): void {
    this.bytes.bytes([0x04, 0x40]);
    this.depth += 1;
    then();
    if (otherwise !== undefined) {
      this.bytes.byte(0x05);
      otherwise();
    }
    this.close();
  }
  /** `if` on the i32 on the stack, each of whose sides pushes a value. */
  ifValue(type: Type, then: () => void, otherwise: () => void): void {
    this.bytes.bytes([0x04, typeCodes[type]]);
    this.depth += 1;
    then();
    this.bytes.byte(0x05);
    otherwise();
    this.close();
  }
  br(label: Label): void {
    this.bytes.byte(0x0c);
    this.bytes.unsigned(this.depth - label.depth);
  }
  brIf(label: Label): void {
    this.bytes.byte(0x0d);
    this.bytes.unsigned(this.depth - label.depth);
  }
  brTable(labels: readonly Label[], otherwise: Label): void {
    this.bytes.byte(0x0e);
    this.bytes.unsigned(labels.length);
    for (const label of labels) this.bytes.unsigned(this.depth - label.depth);
    this.bytes.unsigned(this.depth - otherwise.depth);
  }
}
