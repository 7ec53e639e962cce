/** When pending timers will fire, so that one with slack can join another: docs/syscalls/timer_set.md. */
export class FireTimes {
  /** Virtual ns, ascending. */
  private readonly times: number[] = [];

  add(time: number): void {
    this.times.splice(this.firstAtLeast(time), 0, time);
  }
  remove(time: number): void {
    const at = this.firstAtLeast(time);
    if (this.times[at] === time) this.times.splice(at, 1);
  }

  /** The time nearest to `wanted` from `earliest` to `latest` at which a timer fires anyway, or `wanted`. */
  nearest(wanted: number, earliest: number, latest: number): number {
    const at = this.firstAtLeast(wanted);
    const before = this.times[at - 1] ?? -Infinity;
    const after = this.times[at] ?? Infinity;
    const canBefore = before >= earliest && before !== -Infinity;
    const canAfter = after <= latest && after !== Infinity;
    if (canBefore && canAfter) return wanted - before <= after - wanted ? before : after;
    if (canBefore) return before;
    return canAfter ? after : wanted;
  }

  private firstAtLeast(time: number): number {
    let low = 0;
    let high = this.times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.times[middle] < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
