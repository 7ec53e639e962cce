/** The software TLBs of one core: how they are filled and emptied. Generated code only looks things up. */
import {
  execTlbAddress,
  LEVELS,
  EXEC_TLB_ENTRIES,
  EXEC_TLB_ENTRY_SIZE,
  EXEC_TLB_NOT_GLOBAL,
  EXEC_TLB_PAGE,
  EXEC_TLB_SIZE,
  RAM_OFFSET,
  tlbAddress,
  TLB_ADDEND,
  TLB_ENTRIES,
  TLB_ENTRY_SIZE,
  TLB_SIZE,
  TLB_NOT_GLOBAL,
  TLB_SIZE_LOG2,
  TLB_TAG_READ,
  TLB_TAG_WRITE,
} from './layout.js';
import type { TlbScope } from './system/environment.js';

/** Log2 of the words in an entry. */
const ENTRY_WORDS = TLB_ENTRY_SIZE / 4;
const READ_TAG = TLB_TAG_READ >> 2;
const WRITE_TAG = TLB_TAG_WRITE >> 2;
const ADDEND = TLB_ADDEND >> 2;
const SIZE = TLB_SIZE_LOG2 >> 2;
const NOT_GLOBAL = TLB_NOT_GLOBAL >> 2;

const BLOCK_MARKS = 4096;
const blockMark = (el: number, low: number, high: number): number =>
  el * BLOCK_MARKS + (((low >>> 21) | (high << 11)) & (BLOCK_MARKS - 1));

/** The exception levels whose translations an invalidation drops: EL1's are EL0's too. */
const levelsOf: Readonly<Record<TlbScope, readonly number[]>> = {
  all: [0, 1, 2, 3],
  belowEl3: [0, 1, 2],
  el1: [0, 1],
  el2: [2],
  el3: [3],
};

const PLACES_MAX = 256;

/** A short list of numbers that knows when it has overflowed. */
class Places {
  readonly list = new Int32Array(PLACES_MAX);
  count = 0;

  add(place: number): void {
    if (this.count < PLACES_MAX) this.list[this.count] = place;
    this.count += 1;
  }
  get isComplete(): boolean {
    return this.count <= PLACES_MAX;
  }
}

/** A page of RAM as an entry has it. */
export interface TlbEntry {
  readonly level: number;
  readonly virtual: bigint;
  /** From the start of RAM, in bytes. */
  readonly offset: number;
  /** What may be done without the host. */
  readonly read: boolean;
  readonly write: boolean;
  readonly isGlobal: boolean;
}

export class Tlb {
  private readonly i32: Int32Array;
  /**
   * Where entries since the last flush came from translations larger than 4 KiB, per level: 1 for each 2 MiB,
   * modulo 8 GiB, that has some. One larger than that marks all.
   */
  private readonly blocks = new Uint8Array(LEVELS * BLOCK_MARKS);
  /**
   * Places (word indices) of the entries of one address space that were made since such entries were last dropped, so
   * that a change of address space looks at these only; there may be more of them than fit.
   */
  private readonly ownData = new Places();
  private readonly ownExecute = new Places();

  constructor(
    memory: { readonly buffer: ArrayBuffer },
    private readonly core: number,
  ) {
    this.i32 = new Int32Array(memory.buffer);
    this.flush();
  }

  /** Enters a page of RAM. `sizeLog2` is that of the page or block it was translated by. */
  fill(
    el: number,
    low: number,
    high: number,
    ramOffset: number,
    read: boolean,
    write: boolean,
    sizeLog2: number,
    notGlobal: boolean,
  ): void {
    const at = (tlbAddress(this.core, el) >> 2) + ((low >>> 12) & (TLB_ENTRIES - 1)) * ENTRY_WORDS;
    const { i32 } = this;
    const page = low & ~0xfff;
    i32[at + READ_TAG] = read ? page : -1;
    i32[at + READ_TAG + 1] = read ? high : -1;
    i32[at + WRITE_TAG] = write ? page : -1;
    i32[at + WRITE_TAG + 1] = write ? high : -1;
    i32[at + ADDEND] = (RAM_OFFSET + (ramOffset & ~0xfff) - page) | 0;
    i32[at + SIZE] = sizeLog2;
    i32[at + NOT_GLOBAL] = notGlobal ? 1 : 0;
    if (notGlobal) this.ownData.add(at);
    if (sizeLog2 > 21) this.blocks.fill(1, el * BLOCK_MARKS, (el + 1) * BLOCK_MARKS);
    else if (sizeLog2 > 12) this.blocks[blockMark(el, low, high)] = 1;
  }

  /** Byte offset in the memory of a virtual address that may be written unseen, or -1. */
  writable(el: number, low: number, high: number): number {
    const { i32 } = this;
    const at = (tlbAddress(this.core, el) >> 2) + ((low >>> 12) & (TLB_ENTRIES - 1)) * ENTRY_WORDS;
    if (i32[at + WRITE_TAG] !== (low & ~0xfff) || i32[at + WRITE_TAG + 1] !== high) return -1;
    return (low + i32[at + ADDEND]) >>> 0;
  }

  /** Enters a decoded page for fetches. */
  fillExecute(el: number, low: number, high: number, decodedPage: number, notGlobal: boolean): void {
    const at =
      (execTlbAddress(this.core, el) + ((low >>> 12) & (EXEC_TLB_ENTRIES - 1)) * EXEC_TLB_ENTRY_SIZE) >> 2;
    this.i32[at] = low & ~0xfff;
    this.i32[at + 1] = high;
    this.i32[at + (EXEC_TLB_PAGE >> 2)] = decodedPage;
    this.i32[at + (EXEC_TLB_NOT_GLOBAL >> 2)] = notGlobal ? 1 : 0;
    if (notGlobal) this.ownExecute.add(at);
  }

  /** The entries for data, for whoever looks on. */
  entries(): TlbEntry[] {
    const { i32 } = this;
    const found: TlbEntry[] = [];
    for (let level = 0; level < LEVELS; level++) {
      const start = tlbAddress(this.core, level) >> 2;
      for (let at = start; at < start + (TLB_SIZE >> 2); at += ENTRY_WORDS) {
        const [read, write] = [i32[at + READ_TAG] !== -1, i32[at + WRITE_TAG] !== -1];
        if (!read && !write) continue;
        const tag = at + (read ? READ_TAG : WRITE_TAG);
        const virtual = (BigInt(i32[tag + 1] >>> 0) << 32n) | BigInt(i32[tag] >>> 0);
        const offset = ((i32[tag] + i32[at + ADDEND]) >>> 0) - RAM_OFFSET;
        found.push({ level, virtual, offset, read, write, isGlobal: i32[at + NOT_GLOBAL] === 0 });
      }
    }
    return found;
  }

  /** Empties the TLBs of all levels. */
  flush(): void {
    for (let el = 0; el < LEVELS; el++) this.flushLevel(el);
  }

  /** Empties those of a translation regime, or of several. */
  flushScope(scope: TlbScope): void {
    for (const el of levelsOf[scope]) this.flushLevel(el);
  }

  flushLevel(el: number): void {
    const data = tlbAddress(this.core, el) >> 2;
    this.i32.fill(-1, data, data + (TLB_SIZE >> 2));
    this.flushExecute(el);
    this.blocks.fill(0, el * BLOCK_MARKS, (el + 1) * BLOCK_MARKS);
  }

  /** Drops what belongs to one address space only, at EL0 and EL1. */
  flushNotGlobal(): void {
    const { ownData, ownExecute } = this;
    if (ownData.isComplete) {
      for (let i = 0; i < ownData.count; i++) this.dropOwnData(ownData.list[i]);
    } else {
      const data = tlbAddress(this.core, 0) >> 2;
      for (let at = data; at < data + ((2 * TLB_SIZE) >> 2); at += ENTRY_WORDS) this.dropOwnData(at);
    }
    if (ownExecute.isComplete) {
      for (let i = 0; i < ownExecute.count; i++) this.dropOwnExecute(ownExecute.list[i]);
    } else {
      const execute = execTlbAddress(this.core, 0) >> 2;
      const end = execute + ((2 * EXEC_TLB_SIZE) >> 2);
      for (let at = execute; at < end; at += EXEC_TLB_ENTRY_SIZE >> 2) this.dropOwnExecute(at);
    }
    ownData.count = 0;
    ownExecute.count = 0;
  }
  private dropOwnData(at: number): void {
    const { i32 } = this;
    if (i32[at + NOT_GLOBAL] === 0) return;
    i32[at + READ_TAG] = -1;
    i32[at + WRITE_TAG] = -1;
  }
  private dropOwnExecute(at: number): void {
    if (this.i32[at + (EXEC_TLB_NOT_GLOBAL >> 2)] !== 0) this.i32[at] = -1;
  }

  /** Empties the execution TLB of one level. */
  flushExecute(el: number): void {
    const execute = execTlbAddress(this.core, el) >> 2;
    this.i32.fill(-1, execute, execute + (EXEC_TLB_SIZE >> 2));
  }

  /** Drops the entries of a page in a translation regime. */
  flushPageOf(scope: TlbScope, low: number, high: number): void {
    for (const el of levelsOf[scope]) this.flushPage(el, low, high);
  }

  /** Drops the entries of the page at a virtual address, whatever its tag byte, and of blocks that cover it. */
  flushPage(el: number, low: number, high: number): void {
    const at = (tlbAddress(this.core, el) >> 2) + ((low >>> 12) & (TLB_ENTRIES - 1)) * ENTRY_WORDS;
    this.i32.fill(-1, at, at + 4);
    const execute =
      (execTlbAddress(this.core, el) + ((low >>> 12) & (EXEC_TLB_ENTRIES - 1)) * EXEC_TLB_ENTRY_SIZE) >> 2;
    this.i32.fill(-1, execute, execute + 2);
    if (this.blocks[blockMark(el, low, high)] !== 0) this.flushBlocks(el, low, high);
  }

  /** Drops entries that came from a block which covers the address. */
  private flushBlocks(el: number, low: number, high: number): void {
    const { i32 } = this;
    const start = tlbAddress(this.core, el) >> 2;
    const end = start + (TLB_SIZE >> 2);
    let dropped = false;
    for (let at = start; at < end; at += ENTRY_WORDS) {
      const size = i32[at + SIZE];
      if (size <= 12) continue;
      const readable = i32[at + READ_TAG] !== -1;
      const tagLow = readable ? i32[at + READ_TAG] : i32[at + WRITE_TAG];
      const tagHigh = readable ? i32[at + READ_TAG + 1] : i32[at + WRITE_TAG + 1];
      const covers =
        size >= 32
          ? ((tagHigh ^ high) & 0x00ff_ffff) >>> (size - 32) === 0
          : ((tagHigh ^ high) & 0x00ff_ffff) === 0 && (tagLow ^ low) >>> size === 0;
      if (!covers) continue;
      i32.fill(-1, at, at + 4);
      dropped = true;
    }
    if (dropped) this.flushExecute(el);
  }

  /** Takes the right to write without being seen from all entries that map a page of RAM. */
  protect(ramOffset: number): void {
    const { i32 } = this;
    const start = tlbAddress(this.core, 0) >> 2;
    const end = start + ((LEVELS * TLB_SIZE) >> 2);
    const host = (RAM_OFFSET + ramOffset) | 0;
    for (let at = start; at < end; at += ENTRY_WORDS) {
      if (i32[at + WRITE_TAG] === -1) continue;
      if (((i32[at + WRITE_TAG] + i32[at + ADDEND]) | 0) !== host) continue;
      i32[at + WRITE_TAG] = -1;
      i32[at + WRITE_TAG + 1] = -1;
    }
  }
}
