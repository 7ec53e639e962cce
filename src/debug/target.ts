/**
 * What a debugger acts on: inferiors with threads, their registers and memory. Of a machine with a guest kernel its
 * cores are the threads of one inferior; of a hosted kernel its processes are inferiors, with their threads.
 */
import type { Step } from '../engine/index.js';
import type { TableRange } from '../observe/index.js';
import type { RegisterValues } from './registers.js';

/** Numbers by which a debugger calls a thread: the inferior's, and its own. Both are 1 or more. */
export interface ThreadId {
  readonly inferior: number;
  readonly thread: number;
}

export interface ThreadInfo extends ThreadId {
  readonly name: string;
  /** What it is doing: `running`, `waiting for interrupt`. */
  readonly state: string;
  /** The core that it is on, if it is on one. */
  readonly core?: number | undefined;
}

/** Memory as somebody sees it. */
export interface DebugMemory {
  /** A copy of what is at an address: as many of `length` bytes, from the first on, as can be read. */
  read(address: bigint, length: number): Uint8Array;
  /** False, and nothing written, if not all of it can be. */
  write(address: bigint, bytes: Uint8Array): boolean;
}

export interface Target {
  /** Whether a thread is a core, and all of its registers its own. */
  readonly isOfCores: boolean;
  /** By inferior, and in each by thread. */
  threads(): readonly ThreadInfo[];
  /** The thread that a core executes; undefined if it executes none. */
  threadOn(core: number): ThreadId | undefined;
  /** Throws TargetError for a thread that there is not. */
  registers(thread: ThreadId): RegisterValues;
  /** By virtual addresses as a thread of the inferior sees them. Throws TargetError for a thread that there is not. */
  memory(thread: ThreadId): DebugMemory;
  /** The translation tables by which a thread sees memory; none while there are none. */
  tables(thread: ThreadId): readonly TableRange[];
  /** Whether breakpoints of an inferior hold for what a core executes now; undefined: they always do. */
  holds(inferior: number): ((core: number) => boolean) | undefined;
  /** What to ask the machine for so that a thread steps. */
  step(thread: ThreadId): Pick<Step, 'core' | 'holds'>;
}

/** What a debugger asks for that cannot be had: one line. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
}

export const sameThread = (a: ThreadId, b: ThreadId): boolean =>
  a.inferior === b.inferior && a.thread === b.thread;
