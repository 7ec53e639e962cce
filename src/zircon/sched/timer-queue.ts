/** What a core has to do at given times, earliest first. */

export interface TimerEntry {
  /** Virtual ns. */
  readonly deadline: number;
  /** Order of entry, among equal deadlines. */
  readonly order: number;
  readonly target: TimerTarget;
}

/** Somebody who wants to hear of a time. */
export interface TimerTarget {
  onTimer(entry: TimerEntry): void;
}

export class TimerQueue {
  /** A binary heap. */
  private readonly heap: TimerEntry[] = [];
  private nextOrder = 0;

  /** Earliest deadline, or Infinity. */
  get deadline(): number {
    return this.heap.length === 0 ? Infinity : this.heap[0].deadline;
  }
  get size(): number {
    return this.heap.length;
  }

  add(deadline: number, target: TimerTarget): TimerEntry {
    const entry = { deadline, order: this.nextOrder, target };
    this.nextOrder += 1;
    this.heap.push(entry);
    this.up(this.heap.length - 1);
    return entry;
  }

  /** Takes an entry out; harmless if it is out already. */
  remove(entry: TimerEntry): void {
    const at = this.heap.indexOf(entry);
    if (at < 0) return;
    const last = this.heap.pop() as TimerEntry;
    if (at === this.heap.length) return;
    this.heap[at] = last;
    this.up(at);
    this.down(at);
  }

  /** Takes out the first entry that is due at `now`. */
  pop(now: number): TimerEntry | undefined {
    const first = this.heap.at(0);
    if (first === undefined || first.deadline > now) return undefined;
    this.remove(first);
    return first;
  }

  private before(a: number, b: number): boolean {
    const x = this.heap[a];
    const y = this.heap[b];
    return x.deadline < y.deadline || (x.deadline === y.deadline && x.order < y.order);
  }
  private swap(a: number, b: number): void {
    [this.heap[a], this.heap[b]] = [this.heap[b], this.heap[a]];
  }
  private up(at: number): void {
    for (let i = at; i > 0 && this.before(i, (i - 1) >> 1); i = (i - 1) >> 1) this.swap(i, (i - 1) >> 1);
  }
  private down(at: number): void {
    for (let i = at; ;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < this.heap.length && this.before(child, least)) least = child;
      }
      if (least === i) return;
      this.swap(i, least);
      i = least;
    }
  }
}
