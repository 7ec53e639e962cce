/** What happens in a hosted kernel, as data. */
import type { CommitReason } from '../../zircon/index.js';

/** Which events of a hosted kernel there are. */
export const kernelCategories = ['syscalls', 'objects', 'vm', 'channels', 'sched'] as const;
export type KernelCategory = (typeof kernelCategories)[number];

/** A thread and its process: names and koids. */
export interface ThreadName {
  readonly process: string;
  readonly pid: number;
  readonly thread: string;
  readonly tid: number;
}

/** A VMO: its koid, 0 for one that no process ever had, and its name. */
export interface VmoName {
  readonly koid: number;
  readonly name: string;
}

export interface SystemCallEvent {
  readonly type: 'system call';
  readonly by: ThreadName;
  readonly name: string;
  /** Each with its name, as text. */
  readonly arguments: readonly (readonly [string, string])[];
}

/** A system call returns: at once, or when it has been blocked long enough. */
export interface SystemCallReturnEvent {
  readonly type: 'system call return';
  readonly by: ThreadName;
  readonly name: string;
  /** The status by name, or another value. */
  readonly result: string;
}

export interface ObjectEvent {
  readonly type: 'object created' | 'object destroyed';
  readonly koid: number;
  /** The type, as in ZX_OBJ_TYPE_*, in lower case. */
  readonly object: string;
  /** Its name at that time, if it has one. */
  readonly name: string;
}

/** Pages of RAM that follow each other became part of a VMO: one, unless events have been joined. */
export interface PageCommitEvent {
  readonly type: 'page committed';
  readonly vmo: VmoName;
  /** Number of the first page in the VMO. */
  readonly index: number;
  readonly count: number;
  /** Physical address of the first. */
  readonly address: number;
  readonly reason: CommitReason;
  /** Its content came from the VMO that this one is a clone of. */
  readonly copied: boolean;
}

export interface PageDecommitEvent {
  readonly type: 'pages decommitted';
  readonly vmo: VmoName;
  readonly index: number;
  readonly count: number;
}

export interface MappingEvent {
  readonly type: 'mapped' | 'unmapped';
  /** Koid of the process; 0 while it has none. */
  readonly pid: number;
  readonly base: number;
  /** Bytes. */
  readonly size: number;
  /** `rwx` with a dash for what is not allowed. */
  readonly permissions: string;
  readonly vmo: VmoName;
  /** Bytes from the VMO's start. */
  readonly offset: number;
}

export interface MessageEvent {
  readonly type: 'message';
  /** Koids of the ends. */
  readonly from: number;
  readonly to: number;
  /** Bytes. */
  readonly size: number;
  /** The objects that its handles refer to. */
  readonly handles: readonly string[];
  /** What it means, or its first bytes. */
  readonly content: string;
}

export interface ContextSwitchEvent {
  readonly type: 'context switch';
  /** Undefined: the idle loop. */
  readonly from: ThreadName | undefined;
  readonly to: ThreadName | undefined;
}

export type KernelEvent =
  | SystemCallEvent
  | SystemCallReturnEvent
  | ObjectEvent
  | PageCommitEvent
  | PageDecommitEvent
  | MappingEvent
  | MessageEvent
  | ContextSwitchEvent;
