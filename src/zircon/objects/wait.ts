/** What a blocked thread waits for. */
import type { Queued } from '../sched/queue.js';
import type { Thread } from './thread.js';
import type { Signed } from '../state/field-types.js';
import type { Inspector } from '../state/inspector.js';

/**
 * One blocking call of one thread. The call that blocks makes it, `Thread.block` joins it to the thread; whoever
 * ends the wait calls `Thread.unblock` with a status.
 */
export abstract class Wait implements Queued {
  thread!: Thread;
  /** Among those who wait for the same. */
  queuePlace: Signed = -1;
  /** ZX_THREAD_STATE_BLOCKED_*, for ZX_INFO_THREAD. */
  abstract readonly state: number;

  /** Whether the thread goes on with the registers that it has, rather than with a result in X0. */
  readonly keepsRegisters: boolean = false;

  /** Whether a thread that is suspended leaves the call, with INTERNAL_INTR_RETRY, and comes back to it later. */
  readonly isInterruptible: boolean = false;

  /** Takes the wait out of whatever queue or object holds it. Called once, before `finish`. */
  abstract detach(): void;

  /**
   * The wait has ended with this status: writes results to the caller's memory and returns the call's status.
   * The thread's address space need not be the active one.
   */
  finish(status: number): number {
    return status;
  }

  /** The thread has left the call and ends: it will not come back. */
  abandon(): void {
    this.detach();
  }

  audit(inspector: Inspector): void {
    inspector.note('waits', this, -1);
    inspector.ensure(this.isFound, 'a wait is where its end is looked for');
  }
  /** Whether what it waits for knows of it. */
  protected abstract get isFound(): boolean;
}
