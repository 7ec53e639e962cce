/** Channels: messages of bytes and handles, in both directions. Zircon's docs/objects/channel.md. */
import { BlockedState, ObjectType, Rights, Signal, Status } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import { type Observer } from './dispatcher.js';
import { Cost } from '../work.js';
import type { Handle } from './handle.js';
import { Peered } from './peered.js';
import { Queue, type Queued } from '../sched/queue.js';
import { Wait } from './wait.js';
import type { Signed } from '../state/field-types.js';
import type { Inspector } from '../state/inspector.js';

/** Messages that may wait at one end, far more than a program with a reader ever has. */
const MESSAGES_MAX = 1 << 16;
/** What a message takes besides its bytes and handles, and what a handle in it takes. */
const MESSAGE_OVERHEAD = 128;
const HANDLE_OVERHEAD = 32;
/** Transaction ids of zx_channel_call have this bit. */
const KERNEL_TXID = 0x8000_0000;
export const TXID_BYTES = 4;

/** What one write sends. Its handles are in transit: no process has them. */
export class Message implements Queued {
  queuePlace: Signed = -1;

  constructor(
    readonly bytes: Uint8Array,
    readonly handles: readonly Handle[],
  ) {}

  /** The first four bytes, or undefined if there are less. */
  get txid(): number | undefined {
    const { bytes } = this;
    if (bytes.length < TXID_BYTES) return undefined;
    return (bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24)) >>> 0;
  }
  setTxid(txid: number): void {
    for (let i = 0; i < TXID_BYTES; i++) this.bytes[i] = txid >>> (8 * i);
  }
  /** Host memory it takes in a queue, in bytes. */
  get cost(): number {
    return MESSAGE_OVERHEAD + this.bytes.length + HANDLE_OVERHEAD * this.handles.length;
  }

  /** What holds of one that waits for somebody to take it: who keeps it says so. */
  auditKept(inspector: Inspector): void {
    for (const handle of this.handles) inspector.holds(handle);
    inspector.note('bytes queued', 'all', this.cost);
    inspector.note('handles in messages', 'all', this.handles.length);
  }
}

export class Messages extends Queue<Message> {}

/**
 * A thread in zx_channel_call that waits for the message with its transaction id. A thread that is suspended leaves the
 * call, which goes on: how it ends is kept until the thread comes back, in zx_channel_call_finish.
 */
export abstract class ChannelCall extends Wait implements Observer {
  readonly state = BlockedState.CHANNEL;
  override readonly isInterruptible = true;
  txid = 0;
  /** The answer. */
  protected reply: Message | undefined;
  /** How it has ended while its thread was away. */
  private outcome: number | undefined;

  constructor(
    protected readonly channel: Channel,
    readonly handle: Handle,
  ) {
    super();
  }

  private get isAway(): boolean {
    return this.thread.interrupted === this;
  }

  /** The answer has come: it never enters the queue. OK, or NO_MEMORY if it cannot be kept. */
  answer(message: Message): number {
    if (this.isAway && !this.thread.kernel.ipc.keep(message)) return Status.NO_MEMORY;
    this.reply = message;
    this.end(Status.OK);
    return Status.OK;
  }
  /** Ends the call with this status. */
  end(status: number): void {
    if (!this.isAway) return this.thread.unblock(status);
    this.outcome = status;
    this.detach();
  }
  /** The thread has come back: the status if the call has ended. */
  comeBack(): number | undefined {
    this.thread.interrupted = undefined;
    if (this.reply !== undefined) this.thread.kernel.ipc.release(this.reply);
    return this.outcome;
  }
  override abandon(): void {
    super.abandon();
    if (this.reply === undefined) return;
    this.thread.kernel.ipc.release(this.reply);
    this.thread.kernel.ipc.discard(this.reply.handles);
  }
  /** Handles in an answer that nobody has taken yet. */
  get keptHandles(): readonly Handle[] {
    return this.reply?.handles ?? [];
  }

  detach(): void {
    this.channel.endCall(this);
  }
  onSignals(): void {}
  onHandleClosed(): void {
    this.end(Status.CANCELED);
  }
  override audit(inspector: Inspector): void {
    super.audit(inspector);
    if (this.reply !== undefined) this.reply.auditKept(inspector);
  }
  protected override get isFound(): boolean {
    const isGoingOn = this.channel.hasCall(this) && this.handle.object === this.channel;
    return this.outcome === undefined ? isGoingOn && this.reply === undefined : this.isAway;
  }
}

export class Channel extends Peered<Channel> {
  readonly type = ObjectType.CHANNEL;
  readonly defaultRights = Rights.CHANNEL;
  /** What can be read at this end, oldest first. */
  private readonly messages = new Messages();
  /** zx_channel_call under way at this end, by transaction id. */
  private calls: Map<number, ChannelCall> | undefined;
  private lastTxid = 0;

  /** If both ends make calls, neither's message must look like the answer to the other's: they count apart. */
  static createPair(kernel: Kernel): [Channel, Channel] {
    const one = new Channel(kernel, Signal.CHANNEL_WRITABLE);
    const other = new Channel(kernel, Signal.CHANNEL_WRITABLE);
    other.lastTxid = KERNEL_TXID / 2;
    return Peered.join(one, other);
  }

  /** Messages that wait at this end, oldest first. */
  get queue(): Iterable<Message> {
    return this.messages;
  }
  /** What a port's packet counts. */
  override pendingOperations(trigger: number): number {
    return (trigger & Signal.CHANNEL_READABLE) === 0 ? 0 : this.messages.size;
  }

  /** Sends a message, whose handles are gone in any case. OK, PEER_CLOSED, NO_MEMORY. */
  write(message: Message): number {
    this.kernel.work.add(Cost.message);
    if (this.peer !== undefined) {
      for (const each of this.kernel.listeners.all) each.messageWritten(this, message);
    }
    const status = this.peer === undefined ? Status.PEER_CLOSED : this.peer.receive(message);
    if (status !== Status.OK) this.kernel.ipc.discard(message.handles);
    return status;
  }
  private receive(message: Message): number {
    const call = this.callFor(message);
    if (call !== undefined) {
      const status = call.answer(message);
      if (status === Status.OK) this.tellRead(message);
      return status;
    }
    if (this.messages.size >= MESSAGES_MAX || !this.kernel.ipc.keep(message)) return Status.NO_MEMORY;
    this.messages.push(message);
    this.updateSignals(0, Signal.CHANNEL_READABLE);
    return Status.OK;
  }

  /** The call that waits for a message, if there is one. */
  private callFor({ txid }: Message): ChannelCall | undefined {
    return txid === undefined ? undefined : this.calls?.get(txid);
  }

  /** The first message, which stays. */
  get first(): Message | undefined {
    return this.messages.first;
  }
  /** What a read returns when there is no message. */
  get emptyStatus(): number {
    return this.peer === undefined ? Status.PEER_CLOSED : Status.SHOULD_WAIT;
  }
  /** Takes the first message out; its handles are the caller's. */
  takeFirst(): void {
    const message = this.messages.shift();
    if (message === undefined) return;
    this.kernel.work.add(Cost.message);
    this.tellRead(message);
    this.kernel.ipc.release(message);
    if (this.messages.size === 0) this.updateSignals(Signal.CHANNEL_READABLE, 0);
  }

  private tellRead(message: Message): void {
    for (const each of this.kernel.listeners.all) each.messageRead?.(this, message);
  }

  // Calls.

  /** Gives a message a transaction id that no other call at this end has, and sends it. Status as `write`. */
  startCall(call: ChannelCall, message: Message): number {
    do {
      this.lastTxid = (this.lastTxid + 1) % KERNEL_TXID;
      call.txid = this.lastTxid + KERNEL_TXID;
    } while (this.calls?.has(call.txid) === true);
    message.setTxid(call.txid);
    const status = this.write(message);
    if (status !== Status.OK) return status;
    this.calls ??= new Map();
    this.calls.set(call.txid, call);
    this.addObserver(call);
    return Status.OK;
  }
  hasCall(call: ChannelCall): boolean {
    return this.calls?.get(call.txid) === call;
  }
  endCall(call: ChannelCall): void {
    this.calls?.delete(call.txid);
    this.removeObserver(call);
  }

  protected override onPeerClosed(): void {
    this.updateSignals(Signal.CHANNEL_WRITABLE, Signal.CHANNEL_PEER_CLOSED);
    for (const call of [...(this.calls?.values() ?? [])]) call.end(Status.PEER_CLOSED);
  }
  protected override onClosed(): void {
    this.dropMessages();
  }
  /** Closes the handles of all messages at this end, which nobody can read any more. */
  dropMessages(): void {
    for (let message = this.messages.shift(); message !== undefined; message = this.messages.shift()) {
      this.kernel.ipc.release(message);
      this.kernel.ipc.discard(message.handles);
    }
  }

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    inspector.index(this.lastTxid, KERNEL_TXID, 'the last transaction');
    for (const message of this.messages) message.auditKept(inspector);
    for (const [txid, call] of this.calls ?? []) {
      inspector.ensure(
        call.txid === txid && call.handle.object === this,
        'calls are at the channel that they go through',
      );
      const { wait, interrupted } = call.thread;
      inspector.ensure(wait === call || interrupted === call, 'a call is what its thread waits for');
    }
    inspector.ensure(
      inspector.isThere(this) || this.messages.size === 0,
      'a channel that is gone has no messages',
    );
  }
}
