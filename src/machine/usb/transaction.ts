/**
 * One transaction on the bus: what a host controller has a device do at one of its endpoints, and what became of that.
 * As on QEMU, it carries as many bytes as the controller likes to move at a time, not one packet's. USB 2.0, 8.5.
 */

export type Token = 'setup' | 'in' | 'out';

export type Outcome =
  | 'done'
  /** Nobody has that address any more. */
  | 'no device'
  /** Not now. */
  | 'nak'
  | 'stall'
  /** The device would say more than there is room for. */
  | 'babble'
  /** The device takes its time; as long as nobody resets it, for ever. */
  | 'pending';

export class Transaction {
  /** Bytes that have been moved. */
  moved = 0;
  outcome: Outcome = 'done';

  /** @param data what is sent, or room for what is received, all of it meant to be moved */
  constructor(
    readonly token: Token,
    readonly endpoint: number,
    readonly data: Uint8Array,
  ) {}

  get left(): number {
    return this.data.length - this.moved;
  }

  /** The device sends bytes, of which there must be room for all. */
  send(bytes: Uint8Array): void {
    this.data.set(bytes, this.moved);
    this.moved += bytes.length;
  }

  /** The device takes the next bytes. */
  take(length: number): Uint8Array {
    const bytes = this.data.subarray(this.moved, this.moved + length);
    this.moved += bytes.length;
    return bytes;
  }

  /** The device lets so many bytes go, or sends zeros. */
  skip(length: number): void {
    if (this.token === 'in') this.data.fill(0, this.moved, this.moved + length);
    this.moved += length;
  }
}
