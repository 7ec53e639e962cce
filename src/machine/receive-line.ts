/**
 * A UART's receive line: input waits here until its FIFO has room, so a paste is never lost to an overrun; and whether
 * the guest looks for input without an interrupt.
 */
import { integer } from '../engine/index.js';
import { InputQueue } from './input-queue.js';

/** Looks at the status without sending: a driver that sends looks once or twice for each byte. */
const POLLS = 16;
/** The shape of `polls` in a UART's state. */
export const pollsShape = integer(0, POLLS);

/** In a UART's state: input that waits, and looks at the status since a byte was sent, as far as they matter. */
export type ReceiveLineState = { waiting: number[]; polls: number };

export class ReceiveLine {
  private readonly queue = new InputQueue();
  private polls = 0;

  /** Entries that wait. */
  get length(): number {
    return this.queue.length;
  }
  push(entry: number): void {
    this.queue.push(entry);
  }
  pushBytes(bytes: Iterable<number>): void {
    for (const byte of bytes) this.queue.push(byte & 0xff);
  }
  /** The first entry, which leaves; undefined if none waits. */
  shift(): number | undefined {
    return this.queue.shift();
  }

  /** The guest has looked at the status. */
  looked(): void {
    this.polls = Math.min(this.polls + 1, POLLS);
  }
  /** It has sent a byte. */
  sent(): void {
    this.polls = 0;
  }
  /** Whether it looks for input. */
  get isPolled(): boolean {
    return this.polls >= POLLS;
  }

  save(): ReceiveLineState {
    return { waiting: this.queue.toArray(), polls: this.polls };
  }
  load({ waiting, polls }: ReceiveLineState): void {
    this.queue.replace(waiting);
    this.polls = polls;
  }
}
