/**
 * What the kernel's work takes of guest time. A hosted kernel executes no instructions, so it says how many its work
 * would have been: the core on which it works counts them as its own before it goes on (`Core.charge`). How the table was
 * made: docs/zircon-time.md.
 */

/** Instructions; nanoseconds on a core of 10^9 instructions a second. */
export const Cost = {
  /** A system call, from EL0 and back. */
  call: 1530,
  /** A fault or another exception of user code. */
  fault: 2500,
  /** An interrupt that a core acknowledges. */
  interrupt: 2000,
  /** A core changes from one thread to another, or to none. */
  contextSwitch: 2500,
  /** An object made, with its handle, and its end. */
  object: 2050,
  /** The same of a thread, with its stack in the kernel, and of a process, beside what every object costs. */
  thread: 33_000,
  process: 500_000,
  /** A message put into a channel or taken out. */
  message: 2460,
  /** 64 bytes copied between user memory and the kernel, or a VMO. */
  copy: 30,
  /** A page filled with zeros, or with another page's content. */
  pageZeroed: 1000,
  pageCopied: 2000,
  /** Cached translations dropped on all cores: those of a page, or all. */
  invalidatePage: 300,
  invalidateAll: 3000,
} as const;

/** Bytes that `Cost.copy` is for. */
const COPY_BYTES = 64;

/** Work done since somebody last took it into account. */
export class Work {
  private spent = 0;

  add(cost: number): void {
    this.spent += cost;
  }
  addCopy(bytes: number): void {
    this.spent += Math.ceil(bytes / COPY_BYTES) * Cost.copy;
  }
  /** How many instructions it is, which are the caller's to account for. */
  take(): number {
    const { spent } = this;
    this.spent = 0;
    return spent;
  }
}
