/**
 * First come, first served, also with 100,000 in it: whoever stands in a queue knows where, so that one in the midst
 * can leave, and the first be found, without a look at the others. (A Set that loses its first members one by one goes
 * by all that were there before, each time it is asked for its first; an array moves all others up.)
 */
import type { Inspector } from '../state/inspector.js';
import type { Signed } from '../state/field-types.js';

/** Somebody who can stand in one queue at a time. */
export interface Queued {
  /** Index in the queue; -1 outside of one. */
  queuePlace: Signed;
}

/** Empty places that are left as they are. */
const HOLES_MIN = 32;

/** Each kind has a class of its own, by which a snapshot knows what can stand in it. */
export abstract class Queue<T extends Queued> {
  // Assigned, not defined, as in `Dispatcher`.
  /** Those who have left, or have never been there, are undefined. */
  declare private places: (T | undefined)[];
  /** Index of the first one; the length if there is none. */
  declare private head: number;
  declare private count: number;

  constructor() {
    this.places = [];
    this.head = 0;
    this.count = 0;
  }

  get size(): number {
    return this.count;
  }
  get first(): T | undefined {
    return this.count === 0 ? undefined : this.places[this.head];
  }
  has(item: T): boolean {
    return item.queuePlace >= 0 && this.places.at(item.queuePlace) === item;
  }

  push(item: T): void {
    item.queuePlace = this.places.length;
    this.places.push(item);
    this.count += 1;
  }
  /** Before all others. */
  pushFirst(item: T): void {
    if (this.head === 0) this.rearrange(this.count + HOLES_MIN);
    this.head -= 1;
    item.queuePlace = this.head;
    this.places[this.head] = item;
    this.count += 1;
  }

  /** Takes one out; whether it was there. */
  remove(item: T): boolean {
    if (!this.has(item)) return false;
    this.places[item.queuePlace] = undefined;
    item.queuePlace = -1;
    this.count -= 1;
    while (this.head < this.places.length && this.places[this.head] === undefined) this.head += 1;
    // The work is as much as was saved since the last time.
    if (this.places.length - this.count > this.count + HOLES_MIN) this.rearrange(0);
    return true;
  }
  shift(): T | undefined {
    const { first } = this;
    if (first !== undefined) this.remove(first);
    return first;
  }
  clear(): void {
    while (this.shift() !== undefined);
  }
  /** Those who stand in it, first to last. */
  *[Symbol.iterator](): Iterator<T> {
    for (const item of this.places) if (item !== undefined) yield item;
  }

  /** Closes up, behind `room` empty places. */
  private rearrange(room: number): void {
    const places: (T | undefined)[] = new Array<undefined>(room).fill(undefined);
    for (const item of this.places) {
      if (item === undefined) continue;
      item.queuePlace = places.length;
      places.push(item);
    }
    this.places = places;
    this.head = room;
  }

  audit(inspector: Inspector): void {
    let count = 0;
    for (const [i, item] of this.places.entries()) {
      if (item === undefined) continue;
      if (count === 0) inspector.ensure(this.head === i, 'a queue begins with the first one');
      inspector.ensure(item.queuePlace === i, 'who stands in a queue knows where');
      count += 1;
    }
    inspector.ensure(count === this.count, 'as many stand in a queue as are counted');
    inspector.ensure(count > 0 || this.head === this.places.length, 'an empty queue has no first one');
  }
}
