/**
 * The cache of decoded pages: for a 4 KiB page of RAM, what each of its words asks for. A page is decoded
 * lazily, an entry at its first execution, so data in a code page costs nothing.
 */
import { DECODED_BASE, DECODED_ENTRY_SIZE, DECODED_PAGES, DECODED_PAGE_SIZE } from '../layout.js';
import { HANDLER_PAGE_END } from './loop.js';

/** Writes to a page with code after which the page is taken for data again. */
const WRITES_BEFORE_RESET = 32;

export class DecodedPages {
  /** Decoded page of each RAM page, or -1. */
  private readonly slotOfPage: Int32Array;
  private readonly pageOfSlot = new Int32Array(DECODED_PAGES).fill(-1);
  private readonly writes = new Uint8Array(DECODED_PAGES);
  /** 1 for each RAM page with decoded entries: stores to it must be seen. */
  private readonly code: Uint8Array;
  private nextSlot = 0;
  private readonly u8: Uint8Array;
  private readonly view: DataView;

  /** Called when a decoded page gets a new RAM page: nothing may run from the old one. */
  onEvict: () => void = () => {};
  /** Called when a RAM page gets its first decoded entry: nothing may store to it unseen. */
  onCode: (page: number) => void = () => {};

  constructor(memory: WebAssembly.Memory, ramSize: number) {
    this.u8 = new Uint8Array(memory.buffer);
    this.view = new DataView(memory.buffer);
    this.slotOfPage = new Int32Array(ramSize >>> 12).fill(-1);
    this.code = new Uint8Array(ramSize >>> 12);
  }

  hasCode(page: number): boolean {
    return this.code[page] !== 0;
  }

  /** Byte address of the decoded page for a RAM page, made if need be. */
  addressOf(page: number): number {
    let slot = this.slotOfPage[page];
    if (slot < 0) {
      slot = this.allocate();
      this.slotOfPage[page] = slot;
      this.pageOfSlot[slot] = page;
      this.clear(slot);
    }
    return DECODED_BASE + slot * DECODED_PAGE_SIZE;
  }

  private allocate(): number {
    const slot = this.nextSlot;
    this.nextSlot = (slot + 1) % DECODED_PAGES;
    const old = this.pageOfSlot[slot];
    if (old >= 0) {
      this.slotOfPage[old] = -1;
      this.code[old] = 0;
      this.onEvict();
    }
    return slot;
  }

  private clear(slot: number): void {
    const start = DECODED_BASE + slot * DECODED_PAGE_SIZE;
    this.u8.fill(0, start, start + 1024 * DECODED_ENTRY_SIZE);
    this.view.setUint16(start + 1024 * DECODED_ENTRY_SIZE, HANDLER_PAGE_END, true);
    this.writes[slot] = 0;
  }

  /** RAM page of a decoded entry. */
  pageOf(entry: number): number {
    return this.pageOfSlot[Math.trunc((entry - DECODED_BASE) / DECODED_PAGE_SIZE)];
  }
  /** Index of a decoded entry in its page. */
  indexOf(entry: number): number {
    return ((entry - DECODED_BASE) % DECODED_PAGE_SIZE) >> 4;
  }

  /** Notes that a page is about to get decoded entries. */
  markCode(page: number): void {
    if (this.code[page] !== 0) return;
    this.code[page] = 1;
    this.onCode(page);
  }

  /** Forgets what was decoded from bytes of RAM that change. */
  invalidate(offset: number, length: number): void {
    for (let page = offset >>> 12; page <= (offset + length - 1) >>> 12; page++) {
      if (this.code[page] === 0) continue;
      const slot = this.slotOfPage[page];
      this.writes[slot] += 1;
      if (this.writes[slot] >= WRITES_BEFORE_RESET || length > 64) {
        this.clear(slot);
        this.code[page] = 0;
        continue;
      }
      const start = DECODED_BASE + slot * DECODED_PAGE_SIZE;
      const first = Math.max(offset - page * 4096, 0) >> 2;
      const last = Math.min(offset + length - 1 - page * 4096, 4095) >> 2;
      for (let i = first; i <= last; i++) this.view.setUint16(start + i * DECODED_ENTRY_SIZE, 0, true);
    }
  }

  /** Forgets everything. */
  reset(): void {
    this.slotOfPage.fill(-1);
    this.pageOfSlot.fill(-1);
    this.code.fill(0);
    this.nextSlot = 0;
    this.onEvict();
  }
}
