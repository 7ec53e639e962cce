/**
 * Guest RAM: one range of physical addresses inside the engine's memory, and behind it RAM that only Secure accesses
 * reach, if there is any.
 */
import type { CodeMemory } from './code-pages.js';
import { RAM_OFFSET } from './layout.js';

const PAGE = 4096;

/** A range of memory in bytes, multiples of 4096. */
export interface MemoryRange {
  readonly base: number;
  readonly size: number;
}

/** Throws RangeError outside, as GuestRam does. */
export interface SecurePart extends CodeMemory {
  read(offset: number, length: number): Uint8Array;
  write(offset: number, bytes: Uint8Array): void;
}

export class GuestRam implements CodeMemory {
  private readonly u8: Uint8Array;
  private readonly i32: Int32Array;
  /** Called before bytes change other than by the guest's own stores: what was made of code there must go. */
  onWrite: (offset: number, length: number) => void = () => {};

  /** By page from the start of RAM, 1 for those that are not RAM throughout; undefined where all are. */
  private covered: Uint8Array | undefined;

  /** Bytes of both. Offsets from `size` on are in the Secure RAM. */
  readonly total: number;

  /** `base` and `size` in bytes, multiples of 4096; of Secure RAM the base is in the space of what is only Secure. */
  constructor(
    memory: WebAssembly.Memory,
    readonly base: number,
    readonly size: number,
    readonly secure: MemoryRange = { base: 0, size: 0 },
  ) {
    this.total = size + secure.size;
    this.u8 = new Uint8Array(memory.buffer, RAM_OFFSET, this.total);
    this.i32 = new Int32Array(memory.buffer, RAM_OFFSET, this.total / 4);
  }

  /**
   * Something else answers at part of these physical addresses. Accesses by the cores to the pages that have some of
   * them are the bus's from now on.
   */
  cover(physical: number, length: number): void {
    const first = Math.max(Math.floor((physical - this.base) / PAGE), 0);
    const end = Math.min(physical + length - this.base, this.size) / PAGE;
    this.covered ??= new Uint8Array(this.size / PAGE);
    for (let page = first; page < end; page++) this.covered[page] = 1;
  }

  /** Offset in RAM of a physical address that the cores reach by themselves, or -1. */
  offsetOf(physical: number): number {
    const offset = physical - this.base;
    if (offset < 0 || offset >= this.size) return this.secureOffsetOf(physical);
    return this.covered !== undefined && this.covered[Math.floor(offset / PAGE)] !== 0 ? -1 : offset;
  }

  private secureOffsetOf(physical: number): number {
    const offset = physical - this.secure.base;
    return offset >= 0 && offset < this.secure.size ? this.size + offset : -1;
  }

  /** Physical address of an offset. */
  physicalOf(offset: number): number {
    return offset < this.size ? this.base + offset : this.secure.base + offset - this.size;
  }

  /** A copy of `length` bytes from `offset`. Throws RangeError outside RAM. */
  read(offset: number, length: number): Uint8Array {
    this.check(offset, length);
    return this.u8.slice(offset, offset + length);
  }

  /** Copies `length` bytes from `offset` to `target`, from its byte `at` on. Throws RangeError outside RAM. */
  readInto(offset: number, target: Uint8Array, at: number, length: number): void {
    this.check(offset, length);
    const { u8 } = this;
    // For the few bytes that most callers want, a loop beats making a view.
    if (length > 64) target.set(u8.subarray(offset, offset + length), at);
    else for (let i = 0; i < length; i++) target[at + i] = u8[offset + i];
  }

  /** The bytes themselves, to be read only. Throws RangeError outside RAM. */
  view(offset: number, length: number): Uint8Array {
    this.check(offset, length);
    return this.u8.subarray(offset, offset + length);
  }
  /** Whether all of `length` bytes from `offset` are zero. */
  isZero(offset: number, length: number): boolean {
    const end = offset + length;
    const words = Math.ceil(offset / 4);
    const wordsEnd = Math.floor(end / 4);
    if (words >= wordsEnd) return this.hasNoBytes(offset, end);
    return (
      this.hasNoWords(words, wordsEnd) &&
      this.hasNoBytes(offset, words * 4) &&
      this.hasNoBytes(wordsEnd * 4, end)
    );
  }
  private hasNoBytes(from: number, end: number): boolean {
    for (let i = from; i < end; i++) if (this.u8[i] !== 0) return false;
    return true;
  }
  private hasNoWords(from: number, end: number): boolean {
    const { i32 } = this;
    let i = from;
    // Most of what is asked for is large, and zero.
    for (; i + 8 <= end; i += 8) {
      const low = i32[i] | i32[i + 1] | i32[i + 2] | i32[i + 3];
      if ((low | i32[i + 4] | i32[i + 5] | i32[i + 6] | i32[i + 7]) !== 0) return false;
    }
    for (; i < end; i++) if (i32[i] !== 0) return false;
    return true;
  }

  /** Throws RangeError outside RAM. */
  write(offset: number, bytes: Uint8Array): void {
    this.check(offset, bytes.length);
    this.onWrite(offset, bytes.length);
    this.u8.set(bytes, offset);
  }

  /** Puts zeros; memory that is zero is left untouched. Throws RangeError outside RAM. */
  clear(offset: number, length: number): void {
    this.check(offset, length);
    if (this.isZero(offset, length)) return;
    this.onWrite(offset, length);
    this.u8.fill(0, offset, offset + length);
  }

  /** Throws RangeError outside RAM. */
  fill(offset: number, length: number, byte = 0): void {
    this.check(offset, length);
    this.onWrite(offset, length);
    this.u8.fill(byte, offset, offset + length);
  }

  /** Moves bytes within RAM. Throws RangeError outside RAM. */
  copy(to: number, from: number, length: number): void {
    this.check(to, length);
    this.check(from, length);
    this.onWrite(to, length);
    this.u8.copyWithin(to, from, from + length);
  }

  instruction(physical: number): number {
    return this.i32[(physical - this.base) / 4] >>> 0;
  }
  /** The Secure RAM by itself, with offsets from its start; undefined if there is none. */
  get securePart(): SecurePart | undefined {
    const { i32, secure, size } = this;
    if (secure.size === 0) return undefined;
    return {
      ...secure,
      instruction: (physical) => i32[(size + physical - secure.base) / 4] >>> 0,
      read: (offset, length) => this.read(size + offset, length),
      write: (offset, bytes) => this.write(size + offset, bytes),
    };
  }

  // Single words, for tables that are not executed from: nothing made of code can depend on them.

  /** The 32-bit word at an offset that is a multiple of 4, signed. */
  word(offset: number): number {
    return this.i32[offset >>> 2];
  }
  /** Writes a 64-bit word in halves at an offset that is a multiple of 8. */
  setWords(offset: number, low: number, high: number): void {
    this.i32[offset >>> 2] = low;
    this.i32[(offset >>> 2) + 1] = high;
  }

  private check(offset: number, length: number): void {
    if (offset < 0 || offset + length > this.total) {
      throw new RangeError(`bytes 0x${offset.toString(16)}+0x${length.toString(16)} are outside RAM`);
    }
  }
}
