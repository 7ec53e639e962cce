/**
 * Ends a step early that takes too long because devices move a great deal of memory by themselves: an instruction that
 * starts such a transfer can take the host as long as a hundred million others.
 */
import type { Machine } from '../machine/index.js';

export class Brake {
  /** Host time in ms from which on a transfer ends the step. */
  private end = Infinity;
  private isPulled = false;
  private readonly leave: () => void;

  /** A step may take so many milliseconds of the host's time. */
  constructor(
    private readonly machine: Machine,
    private readonly milliseconds: number,
  ) {
    this.leave = machine.transferred.add(() => this.look());
  }

  /** Runs the machine by `step`; a step that was ended here looks like one that reached a limit. */
  during<Reason extends string>(step: () => Reason): Reason | 'limit' {
    this.end = performance.now() + this.milliseconds;
    this.isPulled = false;
    try {
      const reason = step();
      return reason === 'stopped' && this.isPulled ? 'limit' : reason;
    } finally {
      this.end = Infinity;
    }
  }

  /** Watches the machine no more. */
  release(): void {
    this.leave();
  }

  private look(): void {
    if (performance.now() < this.end) return;
    this.isPulled = true;
    this.machine.stop();
  }
}
