import { ImageError } from './error.js';

/** Bounds-checked reads from a file's bytes; every read out of bounds is an `ImageError` that says where. */
export class ByteReader {
  private readonly view: DataView;

  /** @param file name for messages. @param littleEndian byte order of all numbers in the file */
  constructor(
    readonly bytes: Uint8Array,
    readonly file: string,
    private readonly littleEndian: boolean,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }

  /** Demands that `size` bytes at `offset` lie within the file. `what` names them in the message. */
  need(offset: number, size: number, what: string): void {
    if (offset + size > this.bytes.length) {
      const found = `the file ends at 0x${this.bytes.length.toString(16)}`;
      throw this.error(offset, `expected ${what} (${size} bytes), but ${found}`);
    }
  }

  u8(offset: number, what: string): number {
    this.need(offset, 1, what);
    return this.view.getUint8(offset);
  }

  u16(offset: number, what: string): number {
    this.need(offset, 2, what);
    return this.view.getUint16(offset, this.littleEndian);
  }

  u32(offset: number, what: string): number {
    this.need(offset, 4, what);
    return this.view.getUint32(offset, this.littleEndian);
  }

  u64(offset: number, what: string): bigint {
    this.need(offset, 8, what);
    return this.view.getBigUint64(offset, this.littleEndian);
  }

  /** A 64-bit field that must fit in a safe integer, as every size and offset in a real file does. */
  size64(offset: number, what: string): number {
    const value = this.u64(offset, what);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw this.error(offset, `expected ${what} below 2^53, found 0x${value.toString(16)}`);
    }
    return Number(value);
  }

  /** `size` bytes at `offset`, shared with the file, not copied. */
  slice(offset: number, size: number, what: string): Uint8Array {
    this.need(offset, size, what);
    return this.bytes.subarray(offset, offset + size);
  }

  /** Bytes up to a NUL, which must come before `end`. */
  cString(offset: number, end: number, what: string): Uint8Array {
    const limit = Math.min(end, this.bytes.length);
    const nul = offset < limit ? this.bytes.indexOf(0, offset) : -1;
    if (nul < 0 || nul >= limit) throw this.error(offset, `expected ${what} ended by NUL`);
    return this.bytes.subarray(offset, nul);
  }

  error(offset: number | undefined, expected: string): ImageError {
    return new ImageError(this.file, offset, expected);
  }
}
