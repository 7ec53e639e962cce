/**
 * A walk through what cores execute, as data: what the writers of all formats are given. Addresses are virtual unless
 * they are called physical; values are unsigned.
 */
import type { MachineEvent } from '../events.js';
import type { Place } from '../symbols/index.js';
import type { EntryChange, MappedRange, TableMap } from '../translation/index.js';

/** A register that an instruction has written, by its lower case name: `x0`, `sp`, `v3`; `nzcv` has 4 bits. */
export interface RegisterValue {
  readonly name: string;
  readonly value: bigint;
  readonly before: bigint;
  /** What lies at the address that it now holds, if that has a name. */
  readonly points: string | undefined;
}

export interface MemoryAccess {
  readonly write: boolean;
  readonly address: bigint;
  /** Undefined where it is not mapped. */
  readonly physical: number | undefined;
  readonly bytes: number;
  readonly value: bigint;
  /** What lies there: `swapper_pg_dir+0x8`. */
  readonly place: string | undefined;
  /** The device that answers there, and where in it. */
  readonly device: { readonly name: string; readonly offset: number } | undefined;
}

/** A system register that MSR has written. */
export interface SystemWrite {
  readonly name: string;
  readonly value: bigint;
  /** What the register has of it; undefined where it cannot be read. */
  readonly kept: bigint | undefined;
  /** Undefined where that is not known. */
  readonly before: bigint | undefined;
  readonly points: string | undefined;
}

/** A system register that MRS has read. */
export interface SystemRead {
  readonly name: string;
  readonly value: bigint;
}

/** Where control goes from an instruction. */
export interface Flow {
  readonly kind: 'next' | 'branch' | 'call' | 'return' | 'exception';
  /** The next instruction of this core. */
  readonly to: bigint;
  /** Of a branch that depends on something: whether it is taken. */
  readonly isTaken?: boolean;
}

/** Tables that have come into use. */
export interface LiveMap {
  readonly map: TableMap;
  /** The same was told of these tables before. */
  readonly isAsBefore: boolean;
  /** Of each range, what its first byte is called. */
  readonly names: readonly (string | undefined)[];
}

/** Where an instruction is executed, or the first of several, and when. */
export interface Beginning {
  /** Instructions that all cores had executed before. */
  readonly instruction: number;
  readonly core: number;
  /** The exception level that it is executed at. */
  readonly level: number;
  readonly virtual: bigint;
  /** Undefined where it could not be fetched. */
  readonly physical: number | undefined;
  readonly place: Place | undefined;
  /** Calls and exceptions that it is inside of, as far as they have been seen. */
  readonly depth: number;
  /** Interrupts taken before it. */
  readonly interrupts: readonly MachineEvent[];
}

/** What is executed, be it one instruction or several. */
interface Executed extends Beginning {
  /** Exceptions, returns from them, calls to firmware, of a hosted kernel what it does. */
  readonly events: readonly MachineEvent[];
  readonly maps: readonly LiveMap[];
}

/** One instruction, executed. */
export interface Step extends Executed {
  readonly kind: 'step';
  readonly word: number | undefined;
  readonly text: string;
  /** What the place that it names is called: of a branch its target, of a load its literal. */
  readonly target: string | undefined;
  readonly registers: readonly RegisterValue[];
  readonly accesses: readonly MemoryAccess[];
  readonly written: SystemWrite | undefined;
  readonly read: SystemRead | undefined;
  /** What it is for, where its text does not say. */
  readonly explanation: string | undefined;
  readonly flow: Flow;
  /** What it has changed in tables in use. */
  readonly changes: readonly EntryChange[];
}

/** Memory from an address to another, which is not part of it, and what begins there is called. */
export interface StoredRange {
  readonly from: bigint;
  readonly to: bigint;
  readonly place: string | undefined;
}

/** What several instructions together have left behind. */
export interface Summary {
  /** Registers that they have written, with their last values. */
  readonly registers: readonly RegisterValue[];
  /** Memory that was stored to: ranges of virtual addresses, the end exclusive. */
  readonly stored: readonly StoredRange[];
  /** Where there are too many ranges to be told: the range that all of them are in, and how many bytes were stored. */
  readonly scattered: (StoredRange & { readonly bytes: number }) | undefined;
  /** Of devices that were accessed, how often. */
  readonly devices: readonly { readonly name: string; readonly reads: number; readonly writes: number }[];
  /** What stores to tables in use have mapped. */
  readonly mapped: readonly MappedRange[];
  readonly hasMoreMapped: boolean;
}

/** Several instructions in a row, taken together. */
interface Several extends Executed {
  readonly instructions: number;
  readonly summary: Summary;
  readonly written: readonly SystemWrite[];
}

/** A call that is not looked into. */
export interface Call extends Several {
  readonly kind: 'call';
}

/** Further passes of a loop, whose instructions have all been shown. */
export interface Loop {
  readonly kind: 'loop';
  readonly core: number;
  readonly depth: number;
  /** Its first instruction, and the one that leads back there. */
  readonly head: bigint;
  readonly back: bigint;
  readonly place: Place | undefined;
  readonly passes: number;
  readonly instructions: number;
  readonly summary: Summary;
}

/** Instructions of one function that were executed in a row. */
export interface Region extends Several {
  readonly kind: 'region';
  /** The address behind the last one that was executed in it, and the highest address behind one. */
  readonly end: bigint;
  readonly highest: bigint;
  readonly read: readonly SystemRead[];
  readonly explanations: readonly string[];
  readonly flow: Flow;
  /** What the place that control goes to is called. */
  readonly target: string | undefined;
}

/** What is walked through. */
export interface Start {
  readonly kind: 'start';
  readonly board: string;
  readonly cores: number;
  readonly cpu: string;
  /** Bytes of RAM, and where it begins. */
  readonly ram: { readonly base: number; readonly size: number };
  /** What was put into memory. */
  readonly segments: readonly { readonly name: string; readonly address: number; readonly size: number }[];
  /** Tables that are in use already. */
  readonly maps: readonly LiveMap[];
  /** Instructions that all cores had executed before. */
  readonly instruction: number;
}

/** Why the walk ends. */
export interface End {
  readonly kind: 'end';
  readonly reason: string;
  /** Instructions that all cores have executed. */
  readonly instruction: number;
}

export type WalkItem = Start | Step | Call | Loop | Region | End;
/** What a writer of steps, or of what is made of them, is given one after another. */
export type Take = (item: WalkItem) => void;
