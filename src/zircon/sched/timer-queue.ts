/** What a core has to do at given times, earliest first. */
import type { Signed } from '../state/field-types.js';
import type { Inspector } from '../state/inspector.js';

export interface TimerEntry {
  /** Virtual ns. */
  readonly deadline: number;
  /** Order of entry, among equal deadlines. */
  readonly order: number;
  readonly target: TimerTarget;
  /** Its place in the heap; -1 when it is out. */
  place: Signed;
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
    const entry = { deadline, order: this.nextOrder, target, place: this.heap.length };
    this.nextOrder += 1;
    this.heap.push(entry);
    this.up(entry.place);
    return entry;
  }

  /** Takes an entry out; harmless if it is out already. */
  remove(entry: TimerEntry): void {
    const at = entry.place;
    if (at < 0) return;
    entry.place = -1;
    const last = this.heap.pop() as TimerEntry;
    if (at === this.heap.length) return;
    this.put(last, at);
    this.up(at);
    this.down(last.place);
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
  private put(entry: TimerEntry, at: number): void {
    this.heap[at] = entry;
    entry.place = at;
  }
  private swap(a: number, b: number): void {
    const one = this.heap[a];
    this.put(this.heap[b], a);
    this.put(one, b);
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

  audit(inspector: Inspector): void {
    for (const [i, entry] of this.heap.entries()) {
      inspector.ensure(entry.place === i && entry.order < this.nextOrder, 'a timer knows its place');
      inspector.ensure(i === 0 || !this.before(i, (i - 1) >> 1), 'the earliest timer comes first');
      inspector.note('timers of a core', entry, 1);
    }
  }
  has(entry: TimerEntry): boolean {
    return this.heap[entry.place] === entry;
  }
}
