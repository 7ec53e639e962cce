/** Sockets: streams or datagrams of bytes in both directions. Zircon's docs/objects/socket.md. */
import { ObjectType, Rights, Signal, SocketOption, Status } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import { ByteQueue } from './byte-queue.js';
import type { Handle } from './handle.js';
import { Peered } from './peered.js';
import { Queue, type Queued } from '../sched/queue.js';
import type { Signed } from '../state/field-types.js';
import type { Inspector } from '../state/inspector.js';

/** Bytes that wait at one end at most. */
export const SOCKET_CAPACITY = 256 * 1024;
/** The control plane holds one message of at most so many bytes. */
const CONTROL_CAPACITY = 1024;
/** What the length of a datagram takes in memory, in bytes. */
const DATAGRAM_OVERHEAD = 8;

const { DATAGRAM, HAS_CONTROL, HAS_ACCEPT, SHUTDOWN_READ, SHUTDOWN_WRITE } = SocketOption;

/** zx_info_socket_t; sizes in bytes. */
export interface SocketInfo {
  readonly options: number;
  readonly receiveMax: number;
  readonly receiveSize: number;
  readonly receiveAvailable: number;
  readonly transmitMax: number;
  readonly transmitSize: number;
}

/** What lies in a queue of bytes as one. */
export class Datagram implements Queued {
  queuePlace: Signed = -1;

  constructor(readonly length: number) {}
}
export class Datagrams extends Queue<Datagram> {}

export class Socket extends Peered<Socket> {
  readonly type = ObjectType.SOCKET;
  readonly defaultRights = Rights.SOCKET;
  /** What can be read at this end. */
  private readonly data: ByteQueue;
  /** The datagrams in `data`. */
  private readonly datagrams = new Datagrams();
  private control: Uint8Array | undefined;
  /** A socket that waits to be accepted at this end. */
  private shared: Handle | undefined;
  private readLevel = 0;
  private writeLevel = 0;

  constructor(
    kernel: Kernel,
    /** SocketOption: DATAGRAM, HAS_CONTROL, HAS_ACCEPT. */
    readonly options: number,
  ) {
    const control = (options & HAS_CONTROL) === 0 ? 0 : Signal.SOCKET_CONTROL_WRITABLE;
    const share = (options & HAS_ACCEPT) === 0 ? 0 : Signal.SOCKET_SHARE;
    super(kernel, Signal.SOCKET_WRITABLE | control | share);
    this.data = new ByteQueue(kernel.ipc, SOCKET_CAPACITY);
  }

  static createPair(kernel: Kernel, options: number): [Socket, Socket] {
    return Peered.join(new Socket(kernel, options), new Socket(kernel, options));
  }

  get isDatagram(): boolean {
    return (this.options & DATAGRAM) !== 0;
  }
  private has(signal: number): boolean {
    return (this.signals & signal) !== 0;
  }
  /** What a port's packet counts. */
  override pendingOperations(trigger: number): number {
    if ((trigger & Signal.SOCKET_READABLE) !== 0 && this.data.length > 0) return this.data.length;
    return (trigger & Signal.SOCKET_CONTROL_READABLE) === 0 ? 0 : (this.control?.length ?? 0);
  }
  /** ZX_INFO_SOCKET. */
  get info(): SocketInfo {
    const { data, peer } = this;
    return {
      options: this.options,
      receiveMax: SOCKET_CAPACITY,
      receiveSize: data.length,
      receiveAvailable: this.isDatagram ? (this.datagrams.first?.length ?? 0) : data.length,
      transmitMax: peer === undefined ? 0 : SOCKET_CAPACITY,
      transmitSize: peer === undefined ? 0 : peer.data.length,
    };
  }

  // Data.

  /** How many of `size` bytes a write would take, or the status it fails with. */
  accepts(size: number): number {
    const { peer } = this;
    if (peer === undefined) return Status.PEER_CLOSED;
    if (this.has(Signal.SOCKET_WRITE_DISABLED)) return Status.BAD_STATE;
    const { room } = peer.data;
    if (size === 0) return 0;
    if (!this.isDatagram) return room === 0 ? Status.SHOULD_WAIT : Math.min(size, room);
    if (size > SOCKET_CAPACITY) return Status.OUT_OF_RANGE;
    return size > room ? Status.SHOULD_WAIT : size;
  }

  /** Sends what `accepts` has room for. OK or NO_MEMORY. */
  write(bytes: Uint8Array): number {
    return bytes.length === 0 ? Status.OK : (this.peer?.receive(bytes) ?? Status.PEER_CLOSED);
  }
  private receive(bytes: Uint8Array): number {
    const { kernel, data } = this;
    if (this.isDatagram && !kernel.ipc.take(DATAGRAM_OVERHEAD)) return Status.NO_MEMORY;
    if (!data.push(bytes)) {
      if (this.isDatagram) kernel.ipc.giveBack(DATAGRAM_OVERHEAD);
      return Status.NO_MEMORY;
    }
    if (this.isDatagram) this.datagrams.push(new Datagram(bytes.length));
    this.dataChanged();
    return Status.OK;
  }

  /** What a read returns: OK if there is data. */
  get readStatus(): number {
    if (this.data.length > 0) return Status.OK;
    if (this.peer === undefined) return Status.PEER_CLOSED;
    return this.has(Signal.SOCKET_PEER_WRITE_DISABLED) ? Status.BAD_STATE : Status.SHOULD_WAIT;
  }
  /** The first bytes, at most `count`: of the stream, or of the first datagram. They stay. */
  peek(count: number): Uint8Array {
    return this.data.peek(this.isDatagram ? Math.min(count, this.datagrams.first?.length ?? 0) : count);
  }
  /** Takes out what `peek` of this count gave, and the rest of the datagram. */
  consume(count: number): void {
    if (this.isDatagram) this.kernel.ipc.giveBack(DATAGRAM_OVERHEAD);
    this.data.drop(this.isDatagram ? (this.datagrams.shift()?.length ?? 0) : count);
    this.dataChanged();
  }

  /** Brings the signals that depend on the amount of data up to date, here and at the other end. */
  private dataChanged(): void {
    const { data, peer } = this;
    this.assertIf(Signal.SOCKET_READABLE, data.length > 0);
    this.assertIf(Signal.SOCKET_READ_THRESHOLD, this.readLevel > 0 && data.length >= this.readLevel);
    if (peer === undefined) return;
    peer.assertIf(Signal.SOCKET_WRITABLE, data.room > 0 && !peer.has(Signal.SOCKET_WRITE_DISABLED));
    peer.assertIf(Signal.SOCKET_WRITE_THRESHOLD, peer.writeLevel > 0 && data.room >= peer.writeLevel);
  }
  private assertIf(signal: number, condition: boolean): void {
    this.updateSignals(condition ? 0 : signal, condition ? signal : 0);
  }

  // Thresholds, in bytes; 0 is none.

  get readThreshold(): number {
    return this.readLevel;
  }
  get writeThreshold(): number {
    return this.writeLevel;
  }
  /** OK, or INVALID_ARGS beyond the capacity. */
  setReadThreshold(level: number): number {
    if (level > SOCKET_CAPACITY) return Status.INVALID_ARGS;
    this.readLevel = level;
    this.dataChanged();
    return Status.OK;
  }
  /** OK, PEER_CLOSED, or INVALID_ARGS beyond the capacity. */
  setWriteThreshold(level: number): number {
    if (this.peer === undefined) return Status.PEER_CLOSED;
    if (level > SOCKET_CAPACITY) return Status.INVALID_ARGS;
    this.writeLevel = level;
    this.peer.dataChanged();
    return Status.OK;
  }

  // The control plane.

  /** Whether it can be written with so many bytes: OK or the status to fail with. */
  acceptsControl(size: number): number {
    if ((this.options & HAS_CONTROL) === 0) return Status.BAD_STATE;
    const { peer } = this;
    if (peer === undefined) return Status.PEER_CLOSED;
    if (size > CONTROL_CAPACITY) return Status.OUT_OF_RANGE;
    return peer.control === undefined ? Status.OK : Status.SHOULD_WAIT;
  }
  writeControl(bytes: Uint8Array): number {
    const { peer } = this;
    if (peer === undefined || bytes.length === 0) return Status.OK;
    if (!this.kernel.ipc.take(bytes.length)) return Status.NO_MEMORY;
    peer.control = bytes;
    this.updateSignals(Signal.SOCKET_CONTROL_WRITABLE, 0);
    peer.updateSignals(0, Signal.SOCKET_CONTROL_READABLE);
    return Status.OK;
  }
  get controlReadStatus(): number {
    if ((this.options & HAS_CONTROL) === 0) return Status.BAD_STATE;
    if (this.control !== undefined) return Status.OK;
    return this.peer === undefined ? Status.PEER_CLOSED : Status.SHOULD_WAIT;
  }
  peekControl(count: number): Uint8Array {
    return (this.control ?? new Uint8Array(0)).subarray(0, count);
  }
  consumeControl(): void {
    this.dropControl();
    this.updateSignals(Signal.SOCKET_CONTROL_READABLE, 0);
    this.peer?.updateSignals(0, Signal.SOCKET_CONTROL_WRITABLE);
  }
  private dropControl(): void {
    this.kernel.ipc.giveBack(this.control?.length ?? 0);
    this.control = undefined;
  }

  // Sockets over sockets.

  /** Whether a socket can be sent: OK or the status to fail with. */
  shareStatus(socket: Socket): number {
    const isOwn = socket === this || socket === this.peer;
    if (isOwn || (socket.options & HAS_ACCEPT) !== 0) return Status.BAD_STATE;
    if ((this.options & HAS_ACCEPT) === 0) return Status.NOT_SUPPORTED;
    if (this.peer === undefined) return Status.PEER_CLOSED;
    return this.peer.shared === undefined ? Status.OK : Status.SHOULD_WAIT;
  }
  /** Sends a socket's handle, which is in no table any more. */
  share(handle: Handle): void {
    const { peer } = this;
    if (peer === undefined) return;
    peer.shared = handle;
    peer.updateSignals(0, Signal.SOCKET_ACCEPT);
    this.updateSignals(Signal.SOCKET_SHARE, 0);
  }
  get acceptStatus(): number {
    if ((this.options & HAS_ACCEPT) === 0) return Status.NOT_SUPPORTED;
    return this.shared === undefined ? Status.SHOULD_WAIT : Status.OK;
  }
  /** The handle that waits to be accepted; it stays. */
  get acceptable(): Handle | undefined {
    return this.shared;
  }
  /** It has been taken. */
  accepted(): void {
    this.shared = undefined;
    this.updateSignals(Signal.SOCKET_ACCEPT, 0);
    this.peer?.updateSignals(0, Signal.SOCKET_SHARE);
  }

  // Endings.

  /** ZX_SOCKET_SHUTDOWN_READ, ZX_SOCKET_SHUTDOWN_WRITE or both. */
  shutdown(how: number): void {
    const { peer } = this;
    if ((how & SHUTDOWN_READ) !== 0) {
      this.updateSignals(0, Signal.SOCKET_PEER_WRITE_DISABLED);
      peer?.updateSignals(Signal.SOCKET_WRITABLE, Signal.SOCKET_WRITE_DISABLED);
    }
    if ((how & SHUTDOWN_WRITE) !== 0) {
      this.updateSignals(Signal.SOCKET_WRITABLE, Signal.SOCKET_WRITE_DISABLED);
      peer?.updateSignals(0, Signal.SOCKET_PEER_WRITE_DISABLED);
    }
  }
  protected override onPeerClosed(): void {
    this.updateSignals(
      Signal.SOCKET_WRITABLE |
        Signal.SOCKET_WRITE_THRESHOLD |
        Signal.SOCKET_SHARE |
        Signal.SOCKET_CONTROL_WRITABLE,
      Signal.SOCKET_PEER_CLOSED,
    );
  }
  protected override onClosed(): void {
    this.data.release();
    this.kernel.ipc.giveBack(DATAGRAM_OVERHEAD * this.datagrams.size);
    this.datagrams.clear();
    this.dropControl();
    if (this.shared !== undefined) this.kernel.ipc.discard([this.shared]);
    this.shared = undefined;
  }

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    const { data, datagrams, control, shared, readLevel, writeLevel } = this;
    inspector.index(this.options, SocketOption.CREATE_MASK + 1, 'options');
    const lengths = [...datagrams].map(({ length }) => length);
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const isDivided = this.isDatagram ? total === data.length && !lengths.includes(0) : datagrams.size === 0;
    inspector.ensure(isDivided, 'datagrams are all of the data');
    inspector.ensure(data.capacity === SOCKET_CAPACITY, 'sockets hold 256 KiB');
    inspector.ensure(
      control === undefined || control.length <= CONTROL_CAPACITY,
      'the control plane holds 1 KiB',
    );
    for (const level of [readLevel, writeLevel]) inspector.index(level, SOCKET_CAPACITY + 1, 'thresholds');
    if (shared !== undefined) inspector.holds(shared);
    inspector.note('bytes queued', 'all', DATAGRAM_OVERHEAD * datagrams.size + (control?.length ?? 0));
  }
}
