/**
 * What all IPC objects share: the account of the host memory that queued data takes, so that no guest can make it
 * grow without end, and the handles that go down with messages nobody will read.
 */
import type { Message } from '../objects/channel.js';
import type { Handle, HandleArena } from '../objects/handle.js';
import type { Inspector } from '../state/inspector.js';

/** Bytes of queued data in the whole system; beyond, calls fail with NO_MEMORY. */
const BYTES_MAX = 128 * 2 ** 20;

export class Ipc {
  /** Bytes queued now: the ipc_bytes of ZX_INFO_KMEM_STATS. */
  bytes = 0;
  /** Handles in messages. */
  handlesInTransit = 0;
  /** Handles that went into messages since lost ones were looked for. */
  handlesSent = 0;
  private readonly discarded: Handle[] = [];
  private discarding = false;

  constructor(private readonly handles: HandleArena) {}

  /** Accounts for bytes, if there is room for them. */
  take(bytes: number): boolean {
    if (this.bytes + bytes > BYTES_MAX) return false;
    this.bytes += bytes;
    return true;
  }
  /** Accounts for bytes that something else bounds. */
  charge(bytes: number): void {
    this.bytes += bytes;
  }
  get isFull(): boolean {
    return this.bytes >= BYTES_MAX;
  }
  giveBack(bytes: number): void {
    this.bytes -= bytes;
  }
  /** Accounts for a message that waits until somebody takes it, if there is room. */
  keep({ cost, handles }: Message): boolean {
    if (!this.take(cost)) return false;
    this.handlesInTransit += handles.length;
    this.handlesSent += handles.length;
    return true;
  }
  /** It is taken, or dropped. */
  release({ cost, handles }: Message): void {
    this.giveBack(cost);
    this.handlesInTransit -= handles.length;
  }

  /**
   * Closes handles that are in no table any more. The end of one object may discard the next one's handles: they
   * queue up here, so that a long chain of channels in messages takes no deep stack.
   */
  discard(handles: Iterable<Handle>): void {
    for (const handle of handles) this.discarded.push(handle);
    if (this.discarding) return;
    this.discarding = true;
    for (let handle = this.discarded.pop(); handle !== undefined; handle = this.discarded.pop()) {
      this.handles.close(handle);
    }
    this.discarding = false;
  }

  audit(inspector: Inspector): void {
    inspector.ensure(this.discarded.length === 0 && !this.discarding, 'nothing is being closed');
    inspector.index(this.handlesSent, 2 ** 53, 'the number of handles sent');
    inspector.note('bytes queued', 'all', -this.bytes);
    inspector.note('handles in messages', 'all', -this.handlesInTransit);
  }
}
