/** Records of the kernel trace, one behind the other as tools read them. <zircon/ktrace.h>. */
import { encodeText } from '../../images/index.js';

/** Sizes of records in bytes. */
const HEADER = 16;
const RECORD = 32;
const PROBE = 24;
/** Of a name's record, in front of the name. */
const NAME_HEADER = 12;
const NAME_MAX = 31;
/** Bits of a tag that hold the record's size, in units of 8 bytes. */
const SIZE_MASK = 0xf;

/** KTRACE_TAG with the size that a record turns out to have. */
const sized = (tag: number, size: number): number => ((tag & ~SIZE_MASK) | (size >> 3)) >>> 0;

export class TraceBuffer {
  private bytes = new Uint8Array(0);
  /** Bytes of records. */
  private used = 0;

  /** @param limit bytes that it may grow to */
  constructor(private readonly limit: number) {}

  get length(): number {
    return this.used;
  }
  clear(): void {
    this.used = 0;
  }
  /** A copy of the bytes from `offset` on, at most `length`. */
  read(offset: number, length: number): Uint8Array {
    return this.bytes.slice(Math.min(offset, this.used), Math.min(offset + length, this.used));
  }

  // Each says whether there was room.

  /** Who does something when, in ticks of the counter, and four words about it. */
  put(tag: number, thread: number, ticks: number, words: readonly number[]): boolean {
    const view = this.header(tag, RECORD, thread, ticks);
    words.forEach((word, i) => view?.setUint32(HEADER + 4 * i, word >>> 0, true));
    return view !== undefined;
  }
  /** A record of a header alone, with a word instead of the thread. */
  putShort(tag: number, word: number, ticks: number): boolean {
    return this.header(tag, HEADER, word, ticks) !== undefined;
  }
  putProbe(tag: number, thread: number, ticks: number, words: readonly [number, number]): boolean {
    const view = this.header(tag, PROBE, thread, ticks);
    words.forEach((word, i) => view?.setUint32(HEADER + 4 * i, word >>> 0, true));
    return view !== undefined;
  }
  /** A name; at most 31 bytes of it are kept, and a NUL is behind. */
  putName(tag: number, id: number, argument: number, name: string): boolean {
    const text = encodeText(name).subarray(0, NAME_MAX);
    const size = Math.ceil((NAME_HEADER + text.length + 1) / 8) * 8;
    const view = this.place(size);
    if (view === undefined) return false;
    [sized(tag, size), id, argument].forEach((word, i) => view.setUint32(4 * i, word >>> 0, true));
    this.bytes.set(text, view.byteOffset + NAME_HEADER);
    return true;
  }

  private header(tag: number, size: number, thread: number, ticks: number): DataView | undefined {
    const view = this.place(size);
    view?.setUint32(0, sized(tag, size), true);
    view?.setUint32(4, thread >>> 0, true);
    view?.setBigUint64(8, BigInt(ticks), true);
    return view;
  }
  /** The next bytes, all 0; undefined if there is no room for them. */
  private place(size: number): DataView | undefined {
    const at = this.used;
    if (at + size > this.limit) return undefined;
    if (at + size > this.bytes.length) {
      const larger = new Uint8Array(Math.min(this.limit, Math.max(4096, 2 * this.bytes.length)));
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.used += size;
    this.bytes.fill(0, at, at + size);
    return new DataView(this.bytes.buffer, at, size);
  }

  /** Whether it is one that can grow to at most `most` bytes, in what a snapshot brings. */
  isSound(most: number): boolean {
    const { used, bytes, limit } = this;
    return Number.isSafeInteger(limit) && used <= bytes.length && bytes.length <= limit && limit <= most;
  }
}
