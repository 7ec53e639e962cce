/** The debugger's console of semihosting, as a serial port: what the guest writes, and what it reads there. */
import { Listeners } from '../../engine/index.js';
import { InputQueue } from '../input-queue.js';
import type { SerialPort } from '../serial-port.js';

export class SemihostingConsole implements SerialPort {
  readonly name = 'semihosting';
  readonly transmitted = new Listeners<(byte: number) => void>();
  private readonly queue = new InputQueue();

  constructor(
    /** Whether a core waits for input. */
    private readonly isAwaited: () => boolean,
    /** Has those that do look again. */
    private readonly arrived: () => void,
  ) {}

  send(bytes: Uint8Array): void {
    for (const byte of bytes) for (const hear of this.transmitted.all) hear(byte);
  }
  /** What has been typed, at most so many bytes. */
  take(most: number): Uint8Array {
    return Uint8Array.from(this.queue.take(most));
  }

  receive(bytes: Iterable<number>): void {
    for (const byte of bytes) this.queue.push(byte & 0xff);
    if (this.queue.length > 0) this.arrived();
  }
  /** A console has none. */
  receiveBreak(): void {}
  get waiting(): number {
    return this.queue.length;
  }
  get receivesByInterrupt(): boolean {
    return this.isAwaited();
  }
  get listening(): boolean {
    return this.isAwaited();
  }

  save(): number[] {
    return this.queue.toArray();
  }
  load(waiting: readonly number[]): void {
    this.queue.replace(waiting);
  }
}
