/** Bytes in order of arrival, up to a capacity: what sockets and fifos keep their data in. */
import type { Ipc } from '../ipc/ipc.js';
import type { Inspector } from '../state/inspector.js';

/** A buffer up to this size is kept when it runs empty. */
const KEPT_SIZE = 4096;
const FIRST_SIZE = 256;

export class ByteQueue {
  /** Bytes held. */
  length = 0;
  private buffer = new Uint8Array(0);
  private start = 0;

  constructor(
    private readonly ipc: Ipc,
    readonly capacity: number,
  ) {}

  /** Bytes that can still be put in. */
  get room(): number {
    return this.capacity - this.length;
  }

  /** Makes sure of buffer space for so many bytes in all, at most the capacity; false if memory is short. */
  reserve(total: number): boolean {
    if (total <= this.buffer.length) return true;
    let size = Math.max(this.buffer.length, FIRST_SIZE);
    while (size < total) size *= 2;
    if (!this.ipc.take(size - this.buffer.length)) return false;
    const larger = new Uint8Array(size);
    larger.set(this.peek(this.length));
    this.buffer = larger;
    this.start = 0;
    return true;
  }

  /** Puts bytes in, all or none; the caller has looked at `room`. False if memory is short. */
  push(bytes: Uint8Array): boolean {
    if (!this.reserve(this.length + bytes.length)) return false;
    const at = (this.start + this.length) % this.buffer.length;
    const first = Math.min(bytes.length, this.buffer.length - at);
    this.buffer.set(bytes.subarray(0, first), at);
    this.buffer.set(bytes.subarray(first), 0);
    this.length += bytes.length;
    return true;
  }

  /** A copy of the first bytes, at most `count`. */
  peek(count: number): Uint8Array {
    const size = Math.min(count, this.length);
    const bytes = new Uint8Array(size);
    const first = Math.min(size, this.buffer.length - this.start);
    bytes.set(this.buffer.subarray(this.start, this.start + first));
    bytes.set(this.buffer.subarray(0, size - first), first);
    return bytes;
  }

  /** Takes the first bytes out, at most `count`. */
  drop(count: number): void {
    const size = Math.min(count, this.length);
    this.length -= size;
    if (this.length > 0) this.start = (this.start + size) % this.buffer.length;
    else if (this.buffer.length > KEPT_SIZE) this.release();
    else this.start = 0;
  }

  /** Forgets everything and gives the memory back. */
  release(): void {
    this.ipc.giveBack(this.buffer.length);
    this.buffer = new Uint8Array(0);
    this.length = 0;
    this.start = 0;
  }

  audit(inspector: Inspector): void {
    const { buffer, length, start, capacity } = this;
    inspector.ensure(
      buffer.length <= 2 * Math.max(capacity, FIRST_SIZE),
      'a buffer is no longer than it needs',
    );
    inspector.ensure(length <= Math.min(buffer.length, capacity), 'data fit into their buffer');
    inspector.index(start, Math.max(buffer.length, 1), 'the start');
    inspector.note('bytes queued', 'all', buffer.length);
  }
}
