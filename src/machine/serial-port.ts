/** A board's serial port, as who holds the other end of the cable sees it. */
import type { Listeners } from '../engine/index.js';

export interface SerialPort {
  /** Unique on its board: `uart0`. */
  readonly name: string;
  /** Hear every byte (0 to 255) that the guest sends. */
  readonly transmitted: Listeners<(byte: number) => void>;
  /** Puts bytes on the receive line. */
  receive(bytes: Iterable<number>): void;
  /** Puts a break condition on the receive line. */
  receiveBreak(): void;
  /** Bytes put on the receive line that the guest has not taken yet. */
  readonly waiting: number;
  /** Whether a byte on the receive line would raise an interrupt. */
  readonly receivesByInterrupt: boolean;
  /**
   * Whether the guest attends to the receive line, by interrupt or by polling. Drivers drop what came before they
   * did, so whoever has input for the guest keeps it until then.
   */
  readonly listening: boolean;
}
