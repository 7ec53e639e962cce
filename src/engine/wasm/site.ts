/**
 * Where the code of a recording stands: where its open operands come from, what is around it, and how it ends. The
 * emitter knows of no tier; each tier has a site for every kind of place that it puts code in.
 */
import type {
  AccessOptions,
  AccessSize,
  Effect,
  HostName,
  Immediate,
  Node,
  Operand,
  RegisterUse,
  Subroutine,
} from '../ir/nodes.js';
import type { Cell } from '../layout.js';

export interface Site {
  readonly operands: Operands;
  readonly context: Context;
  readonly control: Control;
}

/** Where the operands that a recording leaves open come from. A bound recording asks for none. */
export interface Operands {
  /** Pushes the byte offset (i32) of a register in its register file. */
  pushRegister(operand: Operand, use: RegisterUse, plus: number): void;
  pushImmediate(compute: Immediate, type: 'i32' | 'i64'): void;
}

/** Where the core's state is while the code runs. What is not open has its place here. */
export interface GuestState {
  pushX(slot: number, type: 'i32' | 'i64'): void;
  /** Sets an X register to the i64 that `push` pushes. */
  setX(slot: number, push: () => void): void;
  pushV(register: number, bytes: AccessSize, index: number): void;
  /** Pushes an element of a V register as an f32 or an f64. */
  pushFloatV(register: number, bytes: 4 | 8, index: number): void;
  setV(register: number, bytes: AccessSize, index: number, push: () => void): void;
  pushCell(cell: Cell): void;
  setCell(cell: Cell, push: () => void): void;
  /** Sets the flags of an effect, whose nodes `push` pushes. */
  setFlags(flags: SetFlags, push: (node: Node) => void): void;
  /** Pushes whether a condition code holds, where `Shortcuts` say that it can. */
  pushCondition?(condition: number): void;
}
export type SetFlags = Effect & { kind: 'setFlags' };

export interface Context {
  readonly state: GuestState;
  /** Pushes the instruction's address (i64). */
  pushPc(): void;
  /** Pushes the byte address (i32) of the data TLB. */
  pushTlb(): void;
}

/** What an access moves, and how. */
export interface Access {
  readonly bytes: AccessSize;
  readonly options: AccessOptions;
}

/** How control leaves the code, for good or to the host. Locals are given by number. */
export interface Control {
  /** The TLB does not answer for the address (i64): puts what is there into `result`, or leaves. */
  slowLoad(access: Access, address: number, result: number): void;
  slowStore(access: Access, address: number, value: number): void;
  /** Does it instead of these two, if there is one: has the TLB answer, and pushes the byte address in memory; or leaves. */
  readonly fillTlb?: (access: Access, address: number, kind: 'read' | 'write') => void;
  /** Has the host do a service, of the two i32 that `push` pushes, and leaves if the host has redirected execution. */
  service(name: HostName, push: () => void): void;
  /** Branches to the address (i64). Ends the instruction. */
  branch(target: number): void;
  /** Branches by the distance in bytes (i32) that `push` pushes. Ends the instruction. */
  branchRelative(push: () => void): void;
  /** Branches by a distance in bytes. Ends the instruction. */
  branchFixed(offset: number): void;
}

/** The subroutines of a module. */
export interface Subroutines {
  /** Function index. */
  indexOf(subroutine: Subroutine): number;
}
