/** Reads a section of DWARF from front to back. */
import { ImageError } from '../error.js';
import { decodeText } from '../text.js';

export class Cursor {
  private readonly view: DataView;

  /** @param what the section's name, for messages */
  constructor(
    readonly bytes: Uint8Array,
    public at: number,
    readonly end: number,
    private readonly file: string,
    private readonly what: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (end > bytes.length) throw this.error(`expected ${end - at} bytes, found ${bytes.length - at}`);
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }
  u8(): number {
    return this.view.getUint8(this.take(1));
  }
  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }
  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }
  u64(): bigint {
    return this.view.getBigUint64(this.take(8), true);
  }
  /** A length or an offset, which a file that can be read has below 2^53. */
  offset(is64: boolean): number {
    const value = is64 ? this.u64() : BigInt(this.u32());
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.error(`expected an offset, found ${value}`);
    return Number(value);
  }
  skip(bytes: number): void {
    this.take(bytes);
  }

  /** LEB128, 7.6. Beyond 2^53 what is made of it is not exact, which no line or file number needs. */
  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }
  signed(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - scale * 128;
    }
  }

  string(): string {
    const nul = this.bytes.indexOf(0, this.at);
    if (nul < 0 || nul >= this.end) throw this.error('expected a string ended by NUL');
    const text = decodeText(this.bytes.subarray(this.at, nul));
    this.at = nul + 1;
    return text;
  }

  error(expected: string): ImageError {
    return new ImageError(this.file, undefined, `${expected} at ${this.what}+0x${this.at.toString(16)}`);
  }

  private take(bytes: number): number {
    const { at } = this;
    if (!(at + bytes <= this.end)) throw this.error(`expected ${bytes} bytes`);
    this.at += bytes;
    return at;
  }
}
