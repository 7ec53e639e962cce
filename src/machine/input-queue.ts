/** Input that waits in line: small numbers, each of which comes and goes in bounded time, however many wait. */
export class InputQueue {
  private waiting: number[] = [];
  /** Of `waiting`, those that have gone. */
  private gone = 0;

  get length(): number {
    return this.waiting.length - this.gone;
  }

  push(entry: number): void {
    this.waiting.push(entry);
  }

  /** The first one, which leaves; undefined if there is none. */
  shift(): number | undefined {
    if (this.length === 0) return undefined;
    const entry = this.waiting[this.gone];
    this.gone += 1;
    // Moving up those that wait costs no more than those that have gone have paid for.
    if (this.gone * 2 >= this.waiting.length) {
      this.waiting = this.toArray();
      this.gone = 0;
    }
    return entry;
  }

  /** The first ones, at most `most`, which leave. */
  take(most: number): number[] {
    return Array.from({ length: Math.min(most, this.length) }, () => this.shift()!);
  }

  toArray(): number[] {
    return this.waiting.slice(this.gone);
  }

  /** In place of all that waits. */
  replace(entries: readonly number[]): void {
    this.waiting = [...entries];
    this.gone = 0;
  }
}
