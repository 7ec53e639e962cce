/**
 * The base of every kernel object: identity, signals, and who watches them. Zircon's docs/objects.md,
 * docs/signals.md.
 *
 * Everything reachable from the kernel is plain data or instances of registered classes, never closures, so that
 * a snapshot can hold it (persist.ts).
 */
import { type ObjectType, Right } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import { Cost } from '../work.js';
import type { Handle } from './handle.js';
import type { Inspector } from '../state/inspector.js';

/** Somebody who waits for signals of an object. */
export interface Observer {
  /** The object's signals changed, or are these when the observer is added. */
  onSignals(object: Dispatcher, signals: number): void;
  /** The handle through which the observer was added was closed or moved away. */
  onHandleClosed(object: Dispatcher, handle: Handle): void;
  /** The handle through which it watches, and with which it goes. */
  readonly handle: Handle;
}

export interface Cookie {
  readonly scope: number;
  readonly value: bigint;
}

/**
 * The fields are assigned, not defined (`declare`): V8 defines those of a class with so many subclasses slowly, which
 * made up a quarter of event_create.
 */
export abstract class Dispatcher {
  declare readonly koid: number;
  abstract readonly type: ObjectType;
  /** Rights of a handle as the creating call gives it. */
  abstract readonly defaultRights: number;
  /** Handles to it, in all processes and messages. */
  declare handleCount: number;
  declare cookie: Cookie | undefined;
  declare private asserted: number;
  /** Made for the first one: most objects are never watched. */
  declare private observers: Set<Observer> | undefined;
  declare readonly kernel: Kernel;

  /** `signals` are those asserted at creation. */
  constructor(kernel: Kernel, signals = 0) {
    this.kernel = kernel;
    this.koid = kernel.nextKoid();
    this.handleCount = 0;
    this.cookie = undefined;
    this.asserted = signals >>> 0;
    this.observers = undefined;
    kernel.objects.set(this.koid, this);
    kernel.work.add(Cost.object);
    for (const each of kernel.listeners.all) each.objectCreated(this);
  }

  /** Signals that user code may change with object_signal; 0 where the object has none. */
  get userSignals(): number {
    return 0;
  }
  /** Whether the object can be waited on at all: those can whose handles have the right to it. */
  get waitable(): boolean {
    return (this.defaultRights & Right.WAIT) !== 0;
  }
  /** How many operations of a kind are pending, for a signal packet; 0 where no signal stands for such. */
  pendingOperations(_trigger: number): number {
    return 0;
  }
  /** Koid of the other end, or of the parent, or 0. */
  get relatedKoid(): number {
    return 0;
  }
  /** Its name (ZX_PROP_NAME), or undefined where the type has none. */
  get name(): string | undefined {
    return undefined;
  }
  set name(_name: string | undefined) {}

  /** Signals asserted now. */
  get signals(): number {
    return this.asserted;
  }

  /** Clears, then sets signals, and tells the observers, newest first, if anything changed. */
  updateSignals(clear: number, set: number): void {
    const before = this.asserted;
    this.asserted = ((before & ~clear) | set) >>> 0;
    if (this.asserted === before) return;
    const { observers } = this;
    if (observers === undefined || observers.size === 0) return;
    for (const observer of [...observers].reverse()) {
      if (observers.has(observer)) observer.onSignals(this, this.asserted);
    }
  }

  /** Has somebody watch, who is told the signals as they are now. */
  addObserver(observer: Observer): void {
    this.observers ??= new Set();
    this.observers.add(observer);
    observer.handle.addObserver(observer);
    observer.onSignals(this, this.asserted);
  }
  removeObserver(observer: Observer): void {
    this.observers?.delete(observer);
    observer.handle.removeObserver(observer);
  }
  get observerCount(): number {
    return this.observers?.size ?? 0;
  }

  /** What holds of every object, beside what the types of its fields say. */
  audit(inspector: Inspector): void {
    inspector.index(this.asserted, 2 ** 32, 'signals');
    inspector.note('handles to an object', this, -this.handleCount);
    for (const observer of this.observers ?? []) {
      inspector.ensure(observer.handle.object === this, 'an observer watches through a handle to the object');
      inspector.note('observers', observer, 1);
    }
  }

  /** The last handle was closed. Objects that only handles keep alive call `destroyed` here. */
  onZeroHandles(): void {
    this.destroyed();
  }

  /** The object is gone: its koid names nothing any more. */
  protected destroyed(): void {
    if (this.kernel.objects.delete(this.koid)) {
      for (const each of this.kernel.listeners.all) each.objectDestroyed(this);
    }
  }
}
