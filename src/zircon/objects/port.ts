/** Ports: packets from user code and from the kernel, for whoever waits next. Zircon's docs/objects/port.md. */
import { BlockedState, ObjectType, Rights, Status } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import { Dispatcher } from './dispatcher.js';
import type { Handle } from './handle.js';
import type { Interrupt } from './interrupt.js';
import { AsyncWaits } from './async-waits.js';
import {
  ExceptionPacket,
  InterruptPacket,
  InterruptPackets,
  Packets,
  SignalPacket,
  type Packet,
  type UserPacket,
} from './packet.js';
import type { PortObserver } from './port-observer.js';
import { Queue } from '../sched/queue.js';
import { Wait } from './wait.js';
import type { Inspector } from '../state/inspector.js';

/** Packets that may wait at a port; beyond, zx_port_queue returns SHOULD_WAIT and exceptions are not told. */
const PACKETS_MAX = 2048;
/** Host memory of a packet or an observer, in bytes. */
const PACKET_COST = 128;

/** A thread in zx_port_wait. */
export class PortWait extends Wait {
  readonly state = BlockedState.PORT;

  constructor(
    private readonly port: Port,
    /** Where the packet goes. */
    readonly pointer: number,
  ) {
    super();
  }

  /** Gives the packet to the thread, which ends the wait; false if its pointer is bad. */
  deliver(packet: Packet): boolean {
    const delivered = this.thread.process.aspace.copyOut(this.pointer, packet.bytes);
    this.thread.unblock(delivered ? Status.OK : Status.INVALID_ARGS);
    return delivered;
  }
  detach(): void {
    this.port.waiters.remove(this);
  }
  protected override get isFound(): boolean {
    return this.port.waiters.has(this);
  }
}

export class PortWaits extends Queue<PortWait> {}

export class Port extends Dispatcher {
  readonly type = ObjectType.PORT;
  readonly defaultRights = Rights.PORT;
  readonly waiters = new PortWaits();
  /** Packets, oldest first. */
  private readonly packets = new Packets();
  /** Packets of bound interrupts: these go before all others. */
  private readonly interrupts = new InterruptPackets();
  /** Interrupts that report here. */
  readonly boundInterrupts = new Set<Interrupt>();
  private readonly asyncWaits = new AsyncWaits();

  constructor(
    kernel: Kernel,
    /** Created with ZX_PORT_BIND_TO_INTERRUPT. */
    readonly bindsInterrupts: boolean,
  ) {
    super(kernel);
  }

  // Into the port.

  /** OK; SHOULD_WAIT where too many packets wait; NO_MEMORY. */
  queueUser(packet: UserPacket): number {
    const status = this.room;
    if (status === Status.OK) this.queue(packet);
    return status;
  }
  /** Reports an exception of a thread: koids of its process and itself. A status as that of `queueUser`. */
  queueException(key: bigint, type: number, process: number, thread: number): number {
    const status = this.room;
    if (status === Status.OK) this.queue(new ExceptionPacket(key, type, process, thread));
    return status;
  }
  private get room(): number {
    if (this.packets.size > PACKETS_MAX) return Status.SHOULD_WAIT;
    return this.kernel.ipc.isFull ? Status.NO_MEMORY : Status.OK;
  }
  /** Queues an interrupt's packet, unless it is in the queue already. */
  queueInterrupt(packet: InterruptPacket): void {
    if (!packet.isQueued && !this.deliver(packet)) this.interrupts.push(packet);
  }
  /** Takes an interrupt's packet out again; whether it was there. */
  removeInterrupt(packet: InterruptPacket): boolean {
    return this.interrupts.remove(packet);
  }

  /** Queues a packet behind the others, or gives it to a waiting thread. */
  queue(packet: Packet): void {
    if (this.deliver(packet)) return;
    this.kernel.ipc.charge(PACKET_COST);
    this.packets.push(packet);
  }
  /** Takes a packet out; whether it was there. */
  remove(packet: Packet): boolean {
    const removed = this.packets.remove(packet);
    if (removed) this.kernel.ipc.giveBack(PACKET_COST);
    if (removed && packet instanceof SignalPacket) this.asyncWaits.settle(packet.source);
    return removed;
  }
  /** A waiter whose pointer is bad is none any more. */
  private deliver(packet: Packet): boolean {
    for (let { first } = this.waiters; first !== undefined; { first } = this.waiters)
      if (first.deliver(packet)) return true;
    return false;
  }

  // Out of the port.

  /** The packet that comes next; it stays. */
  get first(): Packet | undefined {
    return this.interrupts.first ?? this.packets.first;
  }
  takeFirst(): void {
    const { first } = this;
    if (first instanceof InterruptPacket) this.interrupts.remove(first);
    else if (first !== undefined) this.remove(first);
  }

  // Observers.

  /** Ends what zx_object_wait_async with a handle and a key began, queued packets too; whether there was any. */
  cancel(source: Handle, key: bigint): boolean {
    const waits = this.asyncWaits.of(source, key);
    for (const wait of waits) {
      wait.stop();
      this.remove(wait.packet);
    }
    return waits.length > 0;
  }

  /** Whether there is memory for one more. */
  addObserverOf(observer: PortObserver): boolean {
    if (!this.kernel.ipc.take(PACKET_COST)) return false;
    this.asyncWaits.add(observer);
    return true;
  }
  /** It watches no longer. */
  observerStopped(observer: PortObserver): void {
    this.kernel.ipc.giveBack(PACKET_COST);
    this.asyncWaits.settle(observer);
  }

  override onZeroHandles(): void {
    for (const observer of this.asyncWaits.all) observer.stop();
    for (let { first } = this.packets; first !== undefined; { first } = this.packets) this.remove(first);
    this.interrupts.clear();
    for (const interrupt of this.boundInterrupts) interrupt.unbind();
    this.boundInterrupts.clear();
    this.kernel.exceptions.portClosed(this);
    this.destroyed();
  }

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    for (const wait of this.waiters)
      inspector.ensure(wait.thread.wait === wait, 'who waits at a port waits for it');
    for (const interrupt of this.boundInterrupts) {
      inspector.ensure(interrupt.isBoundTo(this), 'interrupts are bound to their port');
    }
    let watching = 0;
    for (const wait of this.asyncWaits.all) {
      inspector.ensure(wait.isAt(this), 'packets come to their port');
      if (wait.isWatching) watching += 1;
    }
    inspector.note('bytes queued', 'all', PACKET_COST * (this.packets.size + watching));
  }
}
