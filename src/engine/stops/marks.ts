/**
 * The instructions before which a tier leaves execution to the host, by physical address. A mark says only that somebody
 * may want to stop there: whether one does depends on the virtual address, which the host looks at then.
 */
import type { CodePages } from '../code-pages.js';

export class Marks {
  /** How many breakpoints each marked address is marked for. */
  private readonly counts = new Map<number, number>();
  /** A mark that does not count for the moment, since its instruction is to be executed. */
  private lifted: number | undefined;

  constructor(private readonly code: CodePages) {}

  /** Whether a tier must not execute the instruction at this address by itself. */
  has(physical: number): boolean {
    return this.counts.size > 0 && physical !== this.lifted && this.counts.has(physical);
  }
  add(physical: number): void {
    const count = this.counts.get(physical) ?? 0;
    this.counts.set(physical, count + 1);
    if (count === 0) this.code.renew(physical);
  }
  remove(physical: number): void {
    const count = this.counts.get(physical);
    if (count === undefined) return;
    if (count > 1) {
      this.counts.set(physical, count - 1);
      return;
    }
    this.counts.delete(physical);
    this.code.renew(physical);
  }

  /** Has the mark at an address, if there is one, not count until `settle`. */
  lift(physical: number): void {
    if (!this.has(physical)) return;
    this.lifted = physical;
    this.code.renew(physical);
  }
  /** All marks count again. */
  settle(): void {
    const { lifted } = this;
    if (lifted === undefined) return;
    this.lifted = undefined;
    this.code.renew(lifted);
  }
}
