/** Fifos: queues of a fixed number of small elements, in both directions. Zircon's docs/objects/fifo.md. */
import { ObjectType, Rights, Signal, Status } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import { ByteQueue } from './byte-queue.js';
import { Peered } from './peered.js';
import type { Inspector } from '../state/inspector.js';

/** Bytes of all elements of one direction. */
export const FIFO_BYTES_MAX = 4096;

export class Fifo extends Peered<Fifo> {
  readonly type = ObjectType.FIFO;
  readonly defaultRights = Rights.FIFO;
  /** What can be read at this end. */
  private readonly data: ByteQueue;

  constructor(
    kernel: Kernel,
    capacity: number,
    /** Bytes of an element. */
    readonly elementSize: number,
  ) {
    super(kernel, Signal.FIFO_WRITABLE);
    this.data = new ByteQueue(kernel.ipc, capacity);
  }

  /** A pair of `count` elements of `size` bytes each way; undefined if memory is short. */
  static createPair(kernel: Kernel, count: number, size: number): [Fifo, Fifo] | undefined {
    const one = new Fifo(kernel, count * size, size);
    const other = new Fifo(kernel, count * size, size);
    if (one.data.reserve(count * size) && other.data.reserve(count * size)) return Peered.join(one, other);
    one.onZeroHandles();
    other.onZeroHandles();
    return undefined;
  }

  /** How many of `count` elements a write would take, or the status it fails with. */
  accepts(count: number): number {
    if (this.peer === undefined) return Status.PEER_CLOSED;
    const { room } = this.peer.data;
    return room === 0 ? Status.SHOULD_WAIT : Math.min(count, room / this.elementSize);
  }
  /** Sends whole elements that `accepts` has room for. */
  write(bytes: Uint8Array): void {
    const { peer } = this;
    if (peer === undefined) return;
    peer.data.push(bytes);
    if (peer.data.room === 0) this.updateSignals(Signal.FIFO_WRITABLE, 0);
    peer.updateSignals(0, Signal.FIFO_READABLE);
  }

  /** What a read returns: OK if there are elements. */
  get readStatus(): number {
    if (this.data.length > 0) return Status.OK;
    return this.peer === undefined ? Status.PEER_CLOSED : Status.SHOULD_WAIT;
  }
  /** The first elements, at most `count`, which stay. */
  peek(count: number): Uint8Array {
    return this.data.peek(count * this.elementSize);
  }
  /** Takes bytes of whole elements out. */
  consume(bytes: number): void {
    this.data.drop(bytes);
    if (this.data.length === 0) this.updateSignals(Signal.FIFO_READABLE, 0);
    this.peer?.updateSignals(0, Signal.FIFO_WRITABLE);
  }

  protected override onPeerClosed(): void {
    this.updateSignals(Signal.FIFO_WRITABLE, Signal.FIFO_PEER_CLOSED);
  }
  protected override onClosed(): void {
    this.data.release();
  }

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    const { data, elementSize } = this;
    inspector.ensure(data.capacity > 0 && data.capacity <= FIFO_BYTES_MAX, 'fifos hold up to 4 KiB');
    const isWhole = data.capacity % elementSize === 0 && data.length % elementSize === 0;
    inspector.ensure(elementSize > 0 && isWhole, 'elements are whole');
  }
}
