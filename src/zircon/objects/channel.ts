/** Channels: messages of bytes and handles, in both directions. Zircon's docs/objects/channel.md. */
import { BlockedState, ObjectType, Rights, Signal, Status } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import { type Observer } from './dispatcher.js';
import type { Handle } from './handle.js';
import { Peered } from './peered.js';
import { Wait } from './wait.js';
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
export class Message {
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
}

/** A thread in zx_channel_call that waits for the message with its transaction id. */
export abstract class ChannelCall extends Wait implements Observer {
  readonly state = BlockedState.CHANNEL;
  txid = 0;
  /** The answer. */
  protected reply: Message | undefined;

  constructor(
    protected readonly channel: Channel,
    readonly handle: Handle,
  ) {
    super();
  }

  /** The answer has come: it never enters the queue. */
  answer(message: Message): void {
    this.reply = message;
    this.thread.unblock(Status.OK);
  }
  detach(): void {
    this.channel.endCall(this);
  }
  onSignals(): void {}
  onHandleClosed(): void {
    this.thread.unblock(Status.CANCELED);
  }
  protected override get isFound(): boolean {
    return this.channel.hasCall(this) && this.handle.object === this.channel && this.reply === undefined;
  }
}

export class Channel extends Peered<Channel> {
  readonly type = ObjectType.CHANNEL;
  readonly defaultRights = Rights.CHANNEL;
  /** What can be read at this end, oldest first. */
  private readonly messages: Message[] = [];
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
  get queue(): readonly Message[] {
    return this.messages;
  }
  /** What a port's packet counts. */
  override pendingOperations(trigger: number): number {
    return (trigger & Signal.CHANNEL_READABLE) === 0 ? 0 : this.messages.length;
  }

  /** Sends a message, whose handles are gone in any case. OK, PEER_CLOSED, NO_MEMORY. */
  write(message: Message): number {
    if (this.peer !== undefined) {
      for (const each of this.kernel.listeners.all) each.messageWritten(this, message);
    }
    const status = this.peer === undefined ? Status.PEER_CLOSED : this.peer.receive(message);
    if (status !== Status.OK) this.kernel.ipc.discard(message.handles);
    return status;
  }
  private receive(message: Message): number {
    if (this.answers(message)) return Status.OK;
    const { ipc } = this.kernel;
    if (this.messages.length >= MESSAGES_MAX || !ipc.take(message.cost)) return Status.NO_MEMORY;
    ipc.handlesInTransit += message.handles.length;
    this.messages.push(message);
    this.updateSignals(0, Signal.CHANNEL_READABLE);
    return Status.OK;
  }

  /** Gives a message to the call that waits for it, if there is one. */
  private answers(message: Message): boolean {
    if (this.calls === undefined || message.txid === undefined) return false;
    const call = this.calls.get(message.txid);
    call?.answer(message);
    return call !== undefined;
  }

  /** The first message, which stays. */
  get first(): Message | undefined {
    return this.messages.at(0);
  }
  /** What a read returns when there is no message. */
  get emptyStatus(): number {
    return this.peer === undefined ? Status.PEER_CLOSED : Status.SHOULD_WAIT;
  }
  /** Takes the first message out; its handles are the caller's. */
  takeFirst(): void {
    const message = this.messages.shift();
    if (message === undefined) return;
    this.forget(message);
    if (this.messages.length === 0) this.updateSignals(Signal.CHANNEL_READABLE, 0);
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
    for (const call of [...(this.calls?.values() ?? [])]) call.thread.unblock(Status.PEER_CLOSED);
  }
  protected override onClosed(): void {
    this.dropMessages();
  }
  /** Closes the handles of all messages at this end, which nobody can read any more. */
  dropMessages(): void {
    for (const message of this.messages.splice(0)) {
      this.forget(message);
      this.kernel.ipc.discard(message.handles);
    }
  }
  private forget(message: Message): void {
    this.kernel.ipc.giveBack(message.cost);
    this.kernel.ipc.handlesInTransit -= message.handles.length;
  }

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    inspector.index(this.lastTxid, KERNEL_TXID, 'the last transaction');
    for (const message of this.messages) {
      for (const handle of message.handles) inspector.holds(handle);
      inspector.note('bytes queued', 'all', message.cost);
      inspector.note('handles in messages', 'all', message.handles.length);
    }
    for (const [txid, call] of this.calls ?? []) {
      inspector.ensure(
        call.txid === txid && call.handle.object === this,
        'calls are at the channel that they go through',
      );
      inspector.ensure(call.thread.wait === call, 'a call is what its thread waits for');
    }
    inspector.ensure(
      inspector.isThere(this) || this.messages.length === 0,
      'a channel that is gone has no messages',
    );
  }
}
