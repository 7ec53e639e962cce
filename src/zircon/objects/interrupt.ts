/** Interrupts that user code triggers: docs/syscalls/interrupt_*.md. */
import { BlockedState, ObjectType, Rights, Status } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import { Dispatcher, type Observer } from './dispatcher.js';
import type { Handle } from './handle.js';
import { InterruptPacket } from './packet.js';
import type { Port } from './port.js';
import { Queue } from '../sched/queue.js';
import { Wait } from './wait.js';
import type { Inspector } from '../state/inspector.js';

/** A thread in zx_interrupt_wait, until it is triggered, destroyed, or the handle that it waits with is closed. */
export class InterruptWait extends Wait implements Observer {
  readonly state = BlockedState.INTERRUPT;
  /** Virtual ns. */
  private timestamp = 0n;

  constructor(
    private readonly interrupt: Interrupt,
    readonly handle: Handle,
    /** Where the time of the trigger goes; 0 for nowhere. */
    private readonly pointer: number,
  ) {
    super();
  }

  triggered(timestamp: bigint): void {
    this.timestamp = timestamp;
    this.thread.unblock(Status.OK);
  }
  detach(): void {
    this.interrupt.removeWaiter(this);
  }
  onSignals(): void {}
  onHandleClosed(): void {
    this.thread.unblock(Status.CANCELED);
  }
  protected override get isFound(): boolean {
    return this.interrupt.hasWaiter(this) && this.handle.object === this.interrupt;
  }
  override finish(status: number): number {
    if (status !== Status.OK || this.pointer === 0) return status;
    const bytes = new Uint8Array(BigInt64Array.of(this.timestamp).buffer);
    return this.thread.process.aspace.copyOut(this.pointer, bytes) ? Status.OK : Status.INVALID_ARGS;
  }
}

export class InterruptWaits extends Queue<InterruptWait> {}

export class Interrupt extends Dispatcher {
  readonly type = ObjectType.INTERRUPT;
  readonly defaultRights = Rights.INTERRUPT;
  private readonly waiters = new InterruptWaits();
  private bound: { readonly port: Port; readonly packet: InterruptPacket } | undefined;
  /** When it was triggered, if nobody has been told yet. */
  private pending: bigint | undefined;
  /** The port got a packet that has not been acknowledged. */
  private needsAck = false;
  private isDestroyed = false;

  constructor(kernel: Kernel) {
    super(kernel);
  }

  /** Only zx_interrupt_wait waits for it. */
  override get waitable(): boolean {
    return false;
  }

  /** OK, CANCELED, ALREADY_BOUND, BAD_STATE. */
  bind(port: Port, key: bigint): number {
    if (this.isDestroyed) return Status.CANCELED;
    if (this.bound !== undefined) return Status.ALREADY_BOUND;
    if (this.waiters.size > 0) return Status.BAD_STATE;
    this.bound = { port, packet: new InterruptPacket(key) };
    port.boundInterrupts.add(this);
    this.report();
    return Status.OK;
  }
  isBoundTo(port: Port): boolean {
    return this.bound?.port === port;
  }
  /** The port is gone. */
  unbind(): void {
    this.bound = undefined;
    this.needsAck = false;
  }

  /** `timestamp`: virtual ns. The first one counts until it is reported. OK or CANCELED. */
  trigger(timestamp: bigint): number {
    if (this.isDestroyed) return Status.CANCELED;
    this.pending ??= timestamp;
    this.report();
    return Status.OK;
  }
  /** Tells the port, or a waiting thread. */
  private report(): void {
    const { pending, bound } = this;
    if (pending === undefined) return;
    if (bound !== undefined) {
      if (this.needsAck) return;
      this.pending = undefined;
      this.needsAck = true;
      bound.packet.timestamp = pending;
      bound.port.queueInterrupt(bound.packet);
      return;
    }
    const { first } = this.waiters;
    if (first === undefined) return;
    this.pending = undefined;
    first.triggered(pending);
  }

  /** OK, CANCELED; BAD_STATE where no port is bound. */
  acknowledge(): number {
    if (this.isDestroyed) return Status.CANCELED;
    if (this.bound === undefined) return Status.BAD_STATE;
    this.needsAck = false;
    this.report();
    return Status.OK;
  }

  /** Whether a thread can wait: OK, CANCELED, BAD_STATE where a port is bound. */
  get waitStatus(): number {
    if (this.isDestroyed) return Status.CANCELED;
    return this.bound === undefined ? Status.OK : Status.BAD_STATE;
  }
  /** A blocked thread joins; it is woken at once if the interrupt has been triggered. */
  addWaiter(waiter: InterruptWait): void {
    this.waiters.push(waiter);
    this.addObserver(waiter);
    this.report();
  }
  hasWaiter(waiter: InterruptWait): boolean {
    return this.waiters.has(waiter);
  }
  removeWaiter(waiter: InterruptWait): void {
    this.waiters.remove(waiter);
    this.removeObserver(waiter);
  }

  /** Ends all waits. NOT_FOUND if a packet was read but not acknowledged. */
  destroy(): number {
    const { bound } = this;
    this.isDestroyed = true;
    this.pending = undefined;
    this.bound = undefined;
    for (const waiter of [...this.waiters]) waiter.thread.unblock(Status.CANCELED);
    if (bound === undefined) return Status.OK;
    bound.port.boundInterrupts.delete(this);
    const isInFlight = bound.port.removeInterrupt(bound.packet);
    return isInFlight || !this.needsAck ? Status.OK : Status.NOT_FOUND;
  }
  override onZeroHandles(): void {
    this.destroy();
    this.destroyed();
  }

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    const isKnown = this.bound === undefined || this.bound.port.boundInterrupts.has(this);
    inspector.ensure(isKnown, 'a port knows of its interrupts');
    for (const wait of this.waiters)
      inspector.ensure(wait.thread.wait === wait, 'who waits for an interrupt waits');
    inspector.ensure(
      this.bound === undefined || this.waiters.size === 0,
      'a port or threads hear of an interrupt',
    );
  }
}
