/**
 * The intermediate representation between an instruction's meaning and its executors.
 *
 * A recording is a list of statements in program order. Statements that produce a value (a register read, a
 * load) are themselves nodes; pure operations are nodes that refer to earlier ones. Every node is created once
 * and in order, so a list is in single static assignment form.
 */
import type { FieldValues } from '../../isa/index.js';
import type { Cell } from '../layout.js';
import type { OpName } from './ops/index.js';

export type Type = 'i32' | 'i64' | 'v128';

/** What an operand field's number means when it is looked up in a register file. */
export type RegisterUse = 'source' | 'destination' | 'stack' | 'vector';

/** Name of a field that holds a register number, known only when an instruction word is. */
export interface Operand {
  readonly field: string;
}

/** A number computed from the instruction's fields when it is decoded: signed, or a bigint of the node's width. */
export type Immediate = (f: FieldValues) => number | bigint;

export type AccessSize = 1 | 2 | 4 | 8 | 16;

/** How a load or store differs from the plain one. */
export interface AccessOptions {
  /** Checked with EL0's permissions when executed at EL1 (LDTR, STTR). */
  readonly unprivileged?: boolean;
  /** Unaligned addresses fault whatever SCTLR_ELx.A says (acquire, release, exclusive). */
  readonly aligned?: boolean;
  /** Alignment in bytes that SCTLR_ELx.A and Device memory ask for, where it is not the size (lists of elements). */
  readonly alignment?: AccessSize;
}

/** What a node is worth, for executors that know a shorter way to it. */
export interface Meaningful {
  /** Of 0 or 1: whether this condition code (0 to 13) holds. */
  readonly condition?: number;
}

/** A node that generated code turns into at most one value. */
export type Node =
  | { readonly kind: 'const'; readonly type: Type; readonly value: bigint }
  | ({
      readonly kind: 'op';
      readonly type: Type;
      readonly op: OpName;
      readonly lane: number;
      readonly args: readonly Node[];
    } & Meaningful)
  | {
      readonly kind: 'select';
      readonly type: Type;
      readonly args: readonly [a: Node, b: Node, condition: Node];
    }
  | {
      readonly kind: 'shuffle';
      readonly type: 'v128';
      readonly lanes: readonly number[];
      readonly args: readonly Node[];
    }
  | { readonly kind: 'immediate'; readonly type: 'i32' | 'i64'; readonly compute: Immediate }
  | { readonly kind: 'pc'; readonly type: 'i64' }
  | { readonly kind: 'parameter'; readonly type: Type; readonly index: number }
  | {
      readonly kind: 'readX';
      readonly type: 'i32' | 'i64';
      readonly operand: Operand;
      readonly use: 'source' | 'stack';
    }
  | { readonly kind: 'readFixedX'; readonly type: 'i32' | 'i64'; readonly slot: number }
  | {
      readonly kind: 'readV';
      readonly type: Type;
      readonly operand: Operand;
      readonly plus: number;
      readonly bytes: AccessSize;
      readonly index: number;
    }
  | {
      readonly kind: 'readFixedV';
      readonly type: Type;
      readonly register: number;
      readonly bytes: AccessSize;
      readonly index: number;
    }
  | ({ readonly kind: 'getCell'; readonly type: 'i32' | 'i64'; readonly cell: Cell } & Meaningful)
  | { readonly kind: 'getVariable'; readonly type: Type; readonly variable: Variable }
  | {
      readonly kind: 'load';
      readonly type: Type;
      readonly bytes: AccessSize;
      readonly address: Node;
      readonly options: AccessOptions;
    }
  | {
      readonly kind: 'call';
      readonly type: Type;
      readonly subroutine: Subroutine;
      readonly args: readonly Node[];
    };

/** A statement without a value. */
export type Effect =
  | {
      readonly kind: 'writeX';
      readonly operand: Operand;
      readonly use: 'destination' | 'stack';
      readonly value: Node;
    }
  | { readonly kind: 'writeFixedX'; readonly slot: number; readonly value: Node }
  | {
      readonly kind: 'writeV';
      readonly operand: Operand;
      readonly plus: number;
      readonly bytes: AccessSize;
      readonly index: number;
      readonly value: Node;
    }
  | {
      readonly kind: 'writeFixedV';
      readonly register: number;
      readonly bytes: AccessSize;
      readonly index: number;
      readonly value: Node;
    }
  | { readonly kind: 'setCell'; readonly cell: Cell; readonly value: Node }
  /** Sets the cells of N and Z to `result`, that of C to `carry` and that of V to `overflow`. */
  | {
      readonly kind: 'setFlags';
      readonly result: Node;
      readonly carry: Node;
      readonly overflow: Node;
      /** The two values of one type that are compared, if that is where the flags come from. */
      readonly compared: readonly [Node, Node] | undefined;
    }
  | { readonly kind: 'setVariable'; readonly variable: Variable; readonly value: Node }
  | {
      readonly kind: 'store';
      readonly bytes: AccessSize;
      readonly address: Node;
      readonly value: Node;
      readonly options: AccessOptions;
    }
  | { readonly kind: 'host'; readonly name: HostName; readonly args: readonly Node[] }
  | { readonly kind: 'if'; readonly condition: Node; readonly then: Block; readonly else: Block }
  | { readonly kind: 'while'; readonly head: Block; readonly condition: Node; readonly body: Block }
  | { readonly kind: 'branch'; readonly target: Node; readonly condition: Node | undefined }
  | { readonly kind: 'branchRelative'; readonly offset: Immediate; readonly condition: Node | undefined }
  | { readonly kind: 'branchFixed'; readonly offset: number; readonly condition: Node | undefined };

export type Statement = Node | Effect;
export type Block = readonly Statement[];

/** A mutable local of one recording. */
export interface Variable {
  readonly type: Type;
  readonly id: number;
}

/** A function of values, compiled once and called from many meanings. It may read and set cells. */
export interface Subroutine {
  readonly name: string;
  readonly parameters: readonly Type[];
  readonly result: Type;
  /** Recorded at its first use. */
  readonly record: () => { readonly body: Block; readonly result: Node };
}

/** What a meaning can ask of the host. */
export interface HostService {
  /** Types of the values that it is given. */
  readonly parameters: readonly 'i64'[];
  /** Whether code behind the instruction is executed after it, at once or some time later. */
  readonly comesBack: boolean;
}

/**
 * Services of the host (TypeScript) that a meaning can call. The host finds the instruction's address and word
 * by itself. A service answers whether the instruction completes normally; otherwise the host has redirected
 * execution (an exception was taken, the core's context changed) and set PC itself.
 */
export const hostServices = {
  /** The word is unallocated, or undefined in the current state. */
  undefined: { parameters: [], comesBack: false },
  /** SVC, HVC, SMC, BRK, HLT: the exception that the word asks for. */
  exceptionGenerating: { parameters: [], comesBack: true },
  /** ERET, DRPS. */
  exceptionReturn: { parameters: [], comesBack: false },
  /** MRS, MSR (register, immediate), SYS, SYSL that generated code does not do itself. */
  system: { parameters: [], comesBack: true },
  /** WFI, WFE, SEV, SEVL, YIELD. */
  hint: { parameters: [], comesBack: true },
  /** FP_TRAP was set when an FP or SIMD instruction started. */
  floatingPointTrap: { parameters: [], comesBack: true },
  /** The base register SP was misaligned. */
  stackAlignment: { parameters: [], comesBack: true },
  /** A load or store exclusive to an address that is not aligned, or other alignment fault at an address. */
  alignmentFault: { parameters: ['i64'], comesBack: true },
  /** DC ZVA at an address. */
  zeroBlock: { parameters: ['i64'], comesBack: true },
} as const satisfies Record<string, HostService>;
export type HostName = keyof typeof hostServices;
/** Their names, in order: generated code names a service by its place. */
export const hostNames = Object.keys(hostServices) as readonly HostName[];
