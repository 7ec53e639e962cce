/** Handles: what user code holds of kernel objects. Zircon's docs/handles.md, docs/rights.md. */
import type { Dispatcher, Observer } from './dispatcher.js';
import type { Inspector } from '../state/inspector.js';

/** The kernel's side of a handle: an object, the rights to it, and a number that is never reused soon. */
export class Handle {
  /** Who watches the object through it. Made for the first one. */
  private watchers: Set<Observer> | undefined;

  constructor(
    readonly object: Dispatcher,
    readonly rights: number,
    /** Slot number and generation; the value that a process sees is made from it. */
    readonly base: number,
  ) {}

  audit(inspector: Inspector): void {
    inspector.index(this.rights, 2 ** 32, 'rights');
    for (const watcher of this.watchers ?? []) {
      inspector.ensure(watcher.handle === this, 'who watches through a handle has it');
      inspector.note('observers', watcher, -1);
    }
  }

  addObserver(observer: Observer): void {
    this.watchers ??= new Set();
    this.watchers.add(observer);
  }
  removeObserver(observer: Observer): void {
    this.watchers?.delete(observer);
  }
  /** Those who watch now, newest first: so they are told. */
  get observers(): readonly Observer[] {
    return [...(this.watchers ?? [])].reverse();
  }
  /** Tells them that it is gone. */
  cancelObservers(): void {
    const { watchers } = this;
    if (watchers === undefined) return;
    for (const observer of this.observers) {
      if (watchers.has(observer)) observer.onHandleClosed(this.object, this);
    }
  }
}

/** Handles in the whole system. */
export const HANDLES_MAX = 1 << 18;
/** Of one process: none can have so many that the others get no more. */
export const PROCESS_HANDLES_MAX = (HANDLES_MAX / 4) * 3;
const INDEX_BITS = 18;
/** Generations: what is left of 29 bits. */
const GENERATIONS = 1 << 11;
/** A handle's number and a process's secret. */
const NUMBER_MASK = 0x1fff_ffff;

/** Gives handles their numbers: a slot and the slot's generation, so that a stale value hits no new handle. */
export class HandleArena {
  private readonly generations = new Uint16Array(HANDLES_MAX);
  /** Slots to use again, oldest first, from `firstFree` on. */
  private readonly free: number[] = [];
  private firstFree = 0;
  private unused = 0;
  /** Handles in existence. */
  count = 0;

  /** A new handle, or undefined if there are too many. */
  make(object: Dispatcher, rights: number): Handle | undefined {
    // Oldest free slot first, once there are enough, so that generations last.
    const reuse = this.free.length - this.firstFree > 1024 || this.unused === HANDLES_MAX;
    const slot = reuse ? this.takeFree() : this.unused++;
    if (slot === undefined) return undefined;
    this.count += 1;
    object.handleCount += 1;
    return new Handle(object, rights >>> 0, (this.generations[slot] << INDEX_BITS) | slot);
  }

  /** Each slot is free or has one of the handles that there are. */
  auditWhole(inspector: Inspector): void {
    const { generations, free, firstFree, unused, count } = this;
    inspector.ensure(generations.length === HANDLES_MAX, 'each slot has a generation');
    inspector.ensure(
      generations.every((generation) => generation < GENERATIONS),
      'generations are below 2048',
    );
    inspector.index(unused, HANDLES_MAX + 1, 'slots in use');
    inspector.index(firstFree, free.length + 1, 'the first free slot');
    for (const slot of free.slice(firstFree)) {
      inspector.index(slot, unused, 'a free slot');
      inspector.once('slot', slot);
    }
    for (const slot of free.slice(0, firstFree)) inspector.index(slot, HANDLES_MAX, 'a slot that was free');
    inspector.ensure(count + free.length - firstFree === unused, 'slots are in use or free');
    for (const { base } of inspector.handles) {
      const slot = base & (HANDLES_MAX - 1);
      inspector.once('slot', slot);
      inspector.ensure(
        slot < unused && base >>> INDEX_BITS === generations[slot],
        'handles have numbers of today',
      );
    }
    inspector.ensure(inspector.handles.size === count, 'handles are as many as are counted');
  }

  /** What was taken is cut off now and then: taking a long array's first element moves all others. */
  private takeFree(): number | undefined {
    const slot = this.free.at(this.firstFree);
    if (slot === undefined) return undefined;
    this.firstFree += 1;
    if (this.firstFree >= 1024 && this.firstFree * 2 > this.free.length) {
      this.free.splice(0, this.firstFree);
      this.firstFree = 0;
    }
    return slot;
  }

  /** Ends a handle that no table and no message holds any more. */
  close(handle: Handle): void {
    const slot = handle.base & (HANDLES_MAX - 1);
    this.generations[slot] = (this.generations[slot] + 1) % GENERATIONS;
    this.free.push(slot);
    this.count -= 1;
    const { object } = handle;
    object.handleCount -= 1;
    if (object.handleCount === 0) object.onZeroHandles();
  }
}

/**
 * One process's handles. A value is 31 bits: the handle's number moved up by two and mixed with a secret of the
 * process, the two lowest bits set. The top bit is clear: Zircon's libc keeps a thread's handle as a mutex's owner and
 * takes the top bit of that word for itself.
 */
export class HandleTable {
  private readonly handles = new Map<number, Handle>();

  /** `mask`: 29 random bits, those above are ignored. */
  constructor(private readonly mask: number) {}

  audit(inspector: Inspector): void {
    inspector.index(this.mask, 2 ** 32, 'the secret');
    for (const [base, handle] of this.handles) {
      inspector.ensure(base === handle.base, 'a handle is found by its number');
    }
  }
  get count(): number {
    return this.handles.size;
  }
  valueOf(handle: Handle): number {
    return (((handle.base ^ (this.mask & NUMBER_MASK)) << 2) | 3) >>> 0;
  }
  /** The handle of that value, or undefined. */
  get(value: number): Handle | undefined {
    if ((value & 3) !== 3) return undefined;
    return this.handles.get((value >>> 2) ^ (this.mask & NUMBER_MASK));
  }
  /** Takes a handle in and returns its value. */
  add(handle: Handle): number {
    this.handles.set(handle.base, handle);
    return this.valueOf(handle);
  }
  /** Takes a handle out: its observers are cancelled, its object keeps it. */
  remove(value: number): Handle | undefined {
    const handle = this.get(value);
    if (handle === undefined) return undefined;
    this.handles.delete(handle.base);
    handle.cancelObservers();
    return handle;
  }
  /** All handles. */
  list(): Handle[] {
    return [...this.handles.values()];
  }
  /** Takes everything out. */
  clear(): Handle[] {
    const all = this.list();
    this.handles.clear();
    for (const handle of all) handle.cancelObservers();
    return all;
  }
}
