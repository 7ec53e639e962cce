/** The host's time as a network takes it: for networks that are in no machine. */
import type { NetworkClock } from '../../src/network/index.js';

export class HostTime implements NetworkClock {
  private readonly began = performance.now();
  private present = 1;

  /** In ns; it does not pass while something rings. */
  get now(): number {
    return this.present;
  }

  /** Looks at the clock. */
  look(): void {
    this.present = Math.max(this.present, 1 + Math.floor((performance.now() - this.began) * 1e6));
  }

  alarm(_name: string, ring: () => void) {
    let timer: NodeJS.Timeout | undefined;
    let soon: NodeJS.Immediate | undefined;
    const state = {
      deadline: Infinity,
      set: (ns: number): void => {
        clearTimeout(timer);
        clearImmediate(soon);
        state.deadline = ns;
        this.look();
        const milliseconds = (ns - this.present) / 1e6;
        if (milliseconds > 0) timer = setTimeout(due, Math.min(milliseconds, 2 ** 30));
        else soon = setImmediate(due);
      },
    };
    const due = (): void => {
      this.look();
      if (this.present < state.deadline) {
        state.set(state.deadline);
        return;
      }
      state.deadline = Infinity;
      ring();
    };
    return state;
  }
}
