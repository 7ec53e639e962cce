/** Numbers, bytes and text one after the other: whole numbers in as many groups of 7 bits as they need, low ones first. */
import { RecordingError, wrongAt } from './error.js';

export class Packer {
  private bytes = new Uint8Array(1024);
  length = 0;

  /** A whole number from 0 to 2^53 - 1. */
  number(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value}: expected a whole number`);
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }
  /** A whole number of either sign, of at most 52 bits. */
  signed(value: number): void {
    this.number(value < 0 ? -2 * value - 1 : 2 * value);
  }
  sized(content: Uint8Array): void {
    this.number(content.length);
    this.raw(content);
  }
  raw(content: Uint8Array): void {
    this.makeRoom(content.length);
    this.bytes.set(content, this.length);
    this.length += content.length;
  }
  text(value: string): void {
    this.sized(new TextEncoder().encode(value));
  }
  /** A number of 128 bits. */
  wide(value: bigint): void {
    const view = new DataView(new ArrayBuffer(16));
    view.setBigUint64(0, BigInt.asUintN(64, value), true);
    view.setBigUint64(8, BigInt.asUintN(64, value >> 64n), true);
    this.raw(new Uint8Array(view.buffer));
  }

  /** All of it, and begins anew. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }

  private byte(value: number): void {
    this.makeRoom(1);
    this.bytes[this.length++] = value;
  }
  private makeRoom(length: number): void {
    if (this.length + length <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.length + length));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/** Reads the same. @throws RecordingError, all of it, for what cannot be read */
export class Unpacker {
  private at = 0;

  /** `name` and `offset` say in messages where the bytes are. */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly name: string,
    private readonly offset: number,
  ) {}

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }
  wrong(what: string): RecordingError {
    return wrongAt(this.name, this.offset + this.at, what);
  }

  number(most = Number.MAX_SAFE_INTEGER): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const [byte] = this.raw(1);
      value += (byte & 0x7f) * scale;
      if (value > most) throw this.wrong(`expected a number up to ${most}`);
      if (byte < 0x80) return value;
      if (scale > Number.MAX_SAFE_INTEGER) throw this.wrong('a number without an end');
    }
  }
  signed(): number {
    const value = this.number();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
  sized(): Uint8Array {
    return this.raw(this.number());
  }
  raw(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw this.wrong("a record reaches beyond its chunk's end");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
  text(): string {
    const bytes = this.sized();
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw this.wrong('text that is not UTF-8');
    }
  }
  wide(): bigint {
    const bytes = this.raw(16);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    return view.getBigUint64(0, true) | (view.getBigUint64(8, true) << 64n);
  }
}
