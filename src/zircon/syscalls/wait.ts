/** Waiting for signals of objects: docs/syscalls/object_wait_one.md, object_wait_many.md. */
import { BlockedState, Limit, Right, Signal, Status } from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import { structs } from '../abi/structs.js';
import type { Dispatcher, Observer } from '../objects/dispatcher.js';
import type { Handle } from '../objects/handle.js';
import { Wait } from '../objects/wait.js';
import { BLOCKED, type Blocked, type Call } from './call.js';
import type { Handlers } from './entry/handlers.js';
import { handleAt, type HandleValue } from './entry/user-pointer.js';

/** One object that a thread waits for. */
export class WaitItem implements Observer {
  /** All signals seen while waiting. */
  observed: number;
  private wait: SignalWait | undefined;

  constructor(
    readonly handle: Handle,
    readonly signals: number,
  ) {
    this.observed = handle.object.signals;
  }

  get isSatisfied(): boolean {
    return (this.observed & this.signals) !== 0;
  }
  watch(wait: SignalWait): void {
    this.wait = wait;
    this.handle.object.addObserver(this);
  }
  belongsTo(wait: SignalWait): boolean {
    return this.wait === wait;
  }
  detach(): void {
    this.handle.object.removeObserver(this);
  }
  onSignals(_object: Dispatcher, signals: number): void {
    this.observed = (this.observed | signals) >>> 0;
    if ((signals & this.signals) !== 0) this.wait?.thread.unblock(Status.OK);
  }
  onHandleClosed(): void {
    this.wait?.handleClosed(this.handle);
  }
  /** The wait ends: of several items for one object, only the first has been told what ended it. */
  noteSignals(): void {
    this.observed = (this.observed | this.handle.object.signals) >>> 0;
  }
  noteClosed(): void {
    this.observed = (this.observed | Signal.SIGNAL_HANDLE_CLOSED) >>> 0;
  }
}

/** A thread that waits for one of several objects. */
export class SignalWait extends Wait {
  constructor(
    readonly state: number,
    private readonly items: readonly WaitItem[],
    /** Where the observed signals of each item are written; 0 for nowhere. */
    private readonly pointers: readonly number[],
  ) {
    super();
  }

  get isSatisfied(): boolean {
    for (const item of this.items) if (item.isSatisfied) return true;
    return false;
  }
  watch(): void {
    for (const item of this.items) item.watch(this);
  }
  detach(): void {
    for (const item of this.items) item.detach();
  }
  protected override get isFound(): boolean {
    return this.items.length === this.pointers.length && this.items.every((item) => item.belongsTo(this));
  }
  handleClosed(handle: Handle): void {
    for (const item of this.items) if (item.handle === handle) item.noteClosed();
    this.thread.unblock(Status.CANCELED);
  }
  override finish(status: number): number {
    for (const item of this.items) item.noteSignals();
    return this.report() ? status : Status.INVALID_ARGS;
  }
  private report(): boolean {
    const { items, pointers } = this;
    const { aspace } = this.thread.process;
    for (let i = 0; i < items.length; i++) {
      if (pointers[i] !== 0 && !aspace.putU32(pointers[i], items[i].observed)) return false;
    }
    return true;
  }
}

/** Throws ACCESS_DENIED, NOT_SUPPORTED where a handle cannot be waited with. */
export function requireWaitable(handle: Handle): void {
  if ((handle.rights & Right.WAIT) === 0) throw new StatusError(Status.ACCESS_DENIED);
  if (!handle.object.waitable) throw new StatusError(Status.NOT_SUPPORTED);
}

function makeItem(call: Call, value: HandleValue, signals: number): WaitItem {
  const handle = call.handle(value);
  requireWaitable(handle);
  return new WaitItem(handle, signals);
}

/** Ends at once if an object has a signal already, else blocks. */
function waitFor(call: Call, wait: SignalWait, deadline: number): number | Blocked {
  if (wait.isSatisfied) {
    wait.thread = call.thread;
    return wait.finish(Status.OK);
  }
  const result = call.block(wait, deadline);
  if (result === BLOCKED) wait.watch();
  return result;
}

export const waitCalls = {
  object_wait_one(call, handle, signals, deadline, observed) {
    const item = makeItem(call, handle, signals);
    return waitFor(call, new SignalWait(BlockedState.WAIT_ONE, [item], [observed]), deadline);
  },
  object_wait_many(call, itemsPointer, count, deadline) {
    if (count > Limit.WAIT_MANY_MAX_ITEMS) return Status.OUT_OF_RANGE;
    const { size, offsets } = structs.zx_wait_item;
    const view = call.readStructs(itemsPointer, 'zx_wait_item', count);
    const items: WaitItem[] = [];
    const pointers: number[] = [];
    for (let at = 0; at < view.byteLength; at += size) {
      const value = handleAt(view.getUint32(at + offsets.handle, true));
      items.push(makeItem(call, value, view.getUint32(at + offsets.waitfor, true)));
      pointers.push(itemsPointer + at + offsets.pending);
    }
    return waitFor(call, new SignalWait(BlockedState.WAIT_MANY, items, pointers), deadline);
  },
} satisfies Partial<Handlers>;
