/** What the kernel tells to those who watch it. Watching changes nothing. */
import type { Channel, Message } from './objects/channel.js';
import type { Dispatcher } from './objects/dispatcher.js';
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
}
