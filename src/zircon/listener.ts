/** What the kernel tells to those who watch it. Watching changes nothing. */
import type { Channel, Message } from './objects/channel.js';
import type { Dispatcher } from './objects/dispatcher.js';
import type { Process } from './objects/process.js';
import type { Thread } from './objects/thread.js';

export interface KernelListener {
  /** A thread has made a system call: its number, and X0 to X7. */
  callEntered(thread: Thread, number: number, registers: readonly bigint[]): void;
  /** It returns, maybe after it was blocked: X0. */
  callReturned(thread: Thread, number: number, result: bigint): void;
  /** An object is being made: its fields are not all there yet. */
  objectCreated(object: Dispatcher): void;
  objectDestroyed(object: Dispatcher): void;
  /** A message was written at one end of a channel. */
  messageWritten(from: Channel, message: Message): void;
  /** A core goes from one thread to another; undefined is the idle loop. */
  switched(core: number, from: Thread | undefined, to: Thread | undefined): void;

  // What only some want to know.

  /** A thread begins; `isFirst`: its process begins with it. */
  threadStarted?(thread: Thread, isFirst: boolean): void;
  threadEnded?(thread: Thread): void;
  processEnded?(process: Process): void;
  /** A message that waited at this end of a channel, or that a call waited for, has been taken. */
  messageRead?(at: Channel, message: Message): void;
  /** The active core takes an interrupt, by the controller's number, and has done with it. */
  interruptTaken?(number: number): void;
  interruptEnded?(number: number): void;
  /** The thread on the active core has touched a page that it cannot, and that has been looked at. */
  faultTaken?(address: number, flags: number): void;
  faultEnded?(address: number, flags: number): void;
}

/** Of a page fault. */
export const FaultFlag = { WRITE: 1, USER: 2, INSTRUCTION: 4, NOT_PRESENT: 8 } as const;
