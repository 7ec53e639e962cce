/** Ethernet addresses of a machine's network cards: those that nobody has chosen are QEMU's, in turn. */

/** The first of them, but for the last byte. */
const PREFIX = [0x52, 0x54, 0x00, 0x12, 0x34] as const;
const FIRST = 0x56;

export class MacAddresses {
  /** Last bytes that are taken. */
  private readonly taken = new Set<number>();

  /** The next that is free. */
  next(): Uint8Array {
    let last = FIRST;
    while (this.taken.has(last)) last++;
    return this.take(Uint8Array.of(...PREFIX, last));
  }

  /** One that somebody has chosen. */
  take(mac: Uint8Array): Uint8Array {
    if (PREFIX.every((byte, i) => mac[i] === byte)) this.taken.add(mac[PREFIX.length]);
    return mac;
  }
}

/** Of `52:54:00:12:34:56`. */
export const macBytes = (text: string): Uint8Array =>
  Uint8Array.from(text.split(':'), (digits) => parseInt(digits, 16));
