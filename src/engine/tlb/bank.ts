/** A data TLB and an execution TLB: the translations of one exception level, below EL2 in one address space. */
import {
  EXEC_TLB_ENTRIES,
  EXEC_TLB_ENTRY_SIZE,
  EXEC_TLB_NOT_GLOBAL,
  EXEC_TLB_PAGE,
  RAM_OFFSET,
  TLB_ADDEND,
  TLB_BANK_SIZE,
  TLB_ENTRIES,
  TLB_ENTRY_SIZE,
  TLB_NOT_GLOBAL,
  TLB_SIZE,
  TLB_SIZE_LOG2,
  TLB_TAG_READ,
  TLB_TAG_WRITE,
} from '../layout.js';
import { DevicePages } from './device-pages.js';
import { Places } from './places.js';

// Words of an entry.
const ENTRY_WORDS = TLB_ENTRY_SIZE / 4;
const READ_TAG = TLB_TAG_READ >> 2;
const WRITE_TAG = TLB_TAG_WRITE >> 2;
const ADDEND = TLB_ADDEND >> 2;
const SIZE = TLB_SIZE_LOG2 >> 2;
const NOT_GLOBAL = TLB_NOT_GLOBAL >> 2;
const EXECUTE_WORDS = EXEC_TLB_ENTRY_SIZE / 4;
const EXECUTE_PAGE = EXEC_TLB_PAGE >> 2;
const EXECUTE_NOT_GLOBAL = EXEC_TLB_NOT_GLOBAL >> 2;

/** Bit 55 of an address, in its high half: which of the two ranges it is in, whatever its tag byte. */
const UPPER_RANGE = 1 << 23;

const BLOCK_MARKS = 4096;
const blockMark = (low: number, high: number): number => ((low >>> 21) | (high << 11)) & (BLOCK_MARKS - 1);

/** A page of RAM as an entry has it. */
export interface BankEntry {
  readonly virtual: bigint;
  /** From the start of RAM, in bytes. */
  readonly offset: number;
  /** What may be done without the host. */
  readonly read: boolean;
  readonly write: boolean;
  readonly isGlobal: boolean;
}

export class TlbBank {
  /** Word indices of both TLBs. */
  private readonly data: number;
  private readonly execute: number;
  /** Entries that may hold something; all others are empty. */
  private readonly filled = new Places(TLB_ENTRIES);
  private readonly filledExecute = new Places(EXEC_TLB_ENTRIES);
  /** Pages of devices, which generated code finds no entry for. */
  readonly devices = new DevicePages();
  /** Whether memory is as `filled` says: it starts as zeros, which are no empty entries. */
  private isReady = false;
  /**
   * Where entries came from translations larger than 4 KiB: 1 for each 2 MiB, modulo 8 GiB, that has some. One larger
   * than that marks all.
   */
  private readonly blocks = new Uint8Array(BLOCK_MARKS);
  private hasBlocks = false;

  /** `address`: where it lies in memory. It must be flushed before it is used. */
  constructor(
    private readonly i32: Int32Array,
    readonly address: number,
  ) {
    this.data = address >> 2;
    this.execute = (address + TLB_SIZE) >> 2;
  }

  private at(low: number): number {
    return this.data + ((low >>> 12) & (TLB_ENTRIES - 1)) * ENTRY_WORDS;
  }
  private executeAt(low: number): number {
    return this.execute + ((low >>> 12) & (EXEC_TLB_ENTRIES - 1)) * EXECUTE_WORDS;
  }
  private get isEmpty(): boolean {
    return this.filled.count === 0 && this.filledExecute.count === 0;
  }

  /** Enters a page of RAM. `sizeLog2` is that of the page or block it was translated by. */
  fill(
    low: number,
    high: number,
    ramOffset: number,
    read: boolean,
    write: boolean,
    sizeLog2: number,
    notGlobal: boolean,
  ): void {
    const at = this.at(low);
    const { i32 } = this;
    const page = low & ~0xfff;
    i32[at + READ_TAG] = read ? page : -1;
    i32[at + READ_TAG + 1] = read ? high : -1;
    i32[at + WRITE_TAG] = write ? page : -1;
    i32[at + WRITE_TAG + 1] = write ? high : -1;
    i32[at + ADDEND] = (RAM_OFFSET + (ramOffset & ~0xfff) - page) | 0;
    i32[at + SIZE] = sizeLog2;
    i32[at + NOT_GLOBAL] = notGlobal ? 1 : 0;
    this.filled.add((low >>> 12) & (TLB_ENTRIES - 1));
    if (sizeLog2 > 12) this.markBlock(low, high, sizeLog2);
  }
  private markBlock(low: number, high: number, sizeLog2: number): void {
    this.hasBlocks = true;
    if (sizeLog2 > 21) this.blocks.fill(1);
    else this.blocks[blockMark(low, high)] = 1;
  }

  /** Byte address of the entry for data at a virtual address, whatever is in it. */
  placeOf(low: number): number {
    return this.at(low) * 4;
  }
  /** Byte offset in the memory of a virtual address that may be written unseen, or -1. */
  writable(low: number, high: number): number {
    const { i32 } = this;
    const at = this.at(low);
    if (i32[at + WRITE_TAG] !== (low & ~0xfff) || i32[at + WRITE_TAG + 1] !== high) return -1;
    return (low + i32[at + ADDEND]) >>> 0;
  }

  /** Whether a virtual address may be read unseen. */
  isReadable(low: number, high: number): boolean {
    const at = this.at(low);
    return this.i32[at + READ_TAG] === (low & ~0xfff) && this.i32[at + READ_TAG + 1] === high;
  }

  /** Enters a decoded page for fetches, translated by a page or block of `sizeLog2`. */
  fillExecute(low: number, high: number, decodedPage: number, sizeLog2: number, notGlobal: boolean): void {
    const { i32 } = this;
    const at = this.executeAt(low);
    i32[at] = low & ~0xfff;
    i32[at + 1] = high;
    i32[at + EXECUTE_PAGE] = decodedPage;
    i32[at + EXECUTE_NOT_GLOBAL] = notGlobal ? 1 : 0;
    this.filledExecute.add((low >>> 12) & (EXEC_TLB_ENTRIES - 1));
    if (sizeLog2 > 12) this.markBlock(low, high, sizeLog2);
  }

  /** The entries for data, for whoever looks on. */
  entries(): BankEntry[] {
    const { i32, filled } = this;
    const found: BankEntry[] = [];
    for (const place of filled.list.subarray(0, filled.count)) {
      const at = this.data + place * ENTRY_WORDS;
      const [read, write] = [i32[at + READ_TAG] !== -1, i32[at + WRITE_TAG] !== -1];
      if (!read && !write) continue;
      const tag = at + (read ? READ_TAG : WRITE_TAG);
      const virtual = (BigInt(i32[tag + 1] >>> 0) << 32n) | BigInt(i32[tag] >>> 0);
      const offset = ((i32[tag] + i32[at + ADDEND]) >>> 0) - RAM_OFFSET;
      found.push({ virtual, offset, read, write, isGlobal: i32[at + NOT_GLOBAL] === 0 });
    }
    return found;
  }

  /** Empties both TLBs. */
  flush(): void {
    if (!this.isReady) {
      this.isReady = true;
      this.i32.fill(-1, this.data, this.data + (TLB_BANK_SIZE >> 2));
    }
    const { filled, hasBlocks } = this;
    for (let i = 0; i < filled.count; i++) this.drop(this.data + filled.list[i] * ENTRY_WORDS);
    filled.clear();
    this.flushExecute();
    this.devices.flush();
    if (hasBlocks) this.blocks.fill(0);
    this.hasBlocks = false;
  }
  /** Empties the execution TLB. */
  flushExecute(): void {
    const { filledExecute } = this;
    for (let i = 0; i < filledExecute.count; i++) {
      this.dropExecute(this.execute + filledExecute.list[i] * EXECUTE_WORDS);
    }
    filledExecute.clear();
  }
  private drop(at: number): void {
    const { i32 } = this;
    i32[at + READ_TAG] = -1;
    i32[at + READ_TAG + 1] = -1;
    i32[at + WRITE_TAG] = -1;
    i32[at + WRITE_TAG + 1] = -1;
  }
  private dropExecute(at: number): void {
    this.i32[at] = -1;
    this.i32[at + 1] = -1;
  }

  /** Drops what belongs to one address space only. */
  flushNotGlobal(): void {
    const { i32, filled, filledExecute } = this;
    this.devices.flushNotGlobal();
    for (let i = 0; i < filled.count; i++) {
      const at = this.data + filled.list[i] * ENTRY_WORDS;
      if (i32[at + NOT_GLOBAL] !== 0) this.drop(at);
    }
    for (let i = 0; i < filledExecute.count; i++) {
      const at = this.execute + filledExecute.list[i] * EXECUTE_WORDS;
      if (i32[at + EXECUTE_NOT_GLOBAL] !== 0) this.dropExecute(at);
    }
  }

  /** Takes over, while it is empty, what another bank has that is global, or all that it has of the upper range. */
  copy(other: TlbBank, what: 'global' | 'upper range'): void {
    const { i32 } = this;
    const isUpper = what === 'upper range';
    for (let i = 0; i < other.filled.count; i++) {
      const place = other.filled.list[i];
      const from = other.data + place * ENTRY_WORDS;
      const top = i32[from + READ_TAG + 1] & i32[from + WRITE_TAG + 1];
      if (isUpper ? (top & UPPER_RANGE) === 0 : i32[from + NOT_GLOBAL] !== 0) continue;
      const to = this.data + place * ENTRY_WORDS;
      for (let word = 0; word < ENTRY_WORDS; word++) i32[to + word] = i32[from + word];
      this.filled.add(place);
    }
    for (let i = 0; i < other.filledExecute.count; i++) {
      const place = other.filledExecute.list[i];
      const from = other.execute + place * EXECUTE_WORDS;
      const isSkipped = isUpper ? (i32[from + 1] & UPPER_RANGE) === 0 : i32[from + EXECUTE_NOT_GLOBAL] !== 0;
      if (isSkipped) continue;
      const to = this.execute + place * EXECUTE_WORDS;
      for (let word = 0; word < EXECUTE_WORDS; word++) i32[to + word] = i32[from + word];
      this.filledExecute.add(place);
    }
    if (!other.hasBlocks) return;
    for (let i = 0; i < BLOCK_MARKS; i++) this.blocks[i] |= other.blocks[i];
    this.hasBlocks = true;
  }

  /** Drops the entries of the page at a virtual address, whatever its tag byte, and of blocks that cover it. */
  flushPage(low: number, high: number): void {
    this.devices.flushPage(low);
    if (this.isEmpty) return;
    this.drop(this.at(low));
    this.dropExecute(this.executeAt(low));
    if (this.hasBlocks && this.blocks[blockMark(low, high)] !== 0) this.flushBlocks(low, high);
  }

  /** Drops entries that came from a block which covers the address; all for fetches, which do not say. */
  private flushBlocks(low: number, high: number): void {
    const { i32, filled } = this;
    for (let i = 0; i < filled.count; i++) {
      const at = this.data + filled.list[i] * ENTRY_WORDS;
      const size = i32[at + SIZE];
      if (size <= 12) continue;
      const readable = i32[at + READ_TAG] !== -1;
      const tagLow = readable ? i32[at + READ_TAG] : i32[at + WRITE_TAG];
      const tagHigh = readable ? i32[at + READ_TAG + 1] : i32[at + WRITE_TAG + 1];
      const covers =
        size >= 32
          ? ((tagHigh ^ high) & 0x00ff_ffff) >>> (size - 32) === 0
          : ((tagHigh ^ high) & 0x00ff_ffff) === 0 && (tagLow ^ low) >>> size === 0;
      if (covers) this.drop(at);
    }
    this.flushExecute();
  }

  /** Takes the right to write without being seen from all entries that map a page of RAM. */
  protect(ramOffset: number): void {
    const { i32, filled } = this;
    const host = (RAM_OFFSET + ramOffset) | 0;
    for (let i = 0; i < filled.count; i++) {
      const at = this.data + filled.list[i] * ENTRY_WORDS;
      if (i32[at + WRITE_TAG] === -1) continue;
      if (((i32[at + WRITE_TAG] + i32[at + ADDEND]) | 0) !== host) continue;
      i32[at + WRITE_TAG] = -1;
      i32[at + WRITE_TAG + 1] = -1;
    }
  }
}
