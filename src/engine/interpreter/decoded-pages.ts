/**
 * The cache of decoded pages: for a 4 KiB page of physical memory, what each of its words asks for. A page is decoded
 * lazily, an entry at its first execution, so data in a code page costs nothing.
 */
import type { CodeListener, CodePages } from '../code-pages.js';
import {
  DECODED_BASE,
  DECODED_ENTRY_SIZE,
  DECODED_PAGES,
  DECODED_PAGE_NUMBER,
  DECODED_PAGE_SIZE,
  heatAddress,
} from '../layout.js';
import { HANDLER_PAGE_END, HANDLER_UNDECODED } from './loop.js';

export class DecodedPages implements CodeListener {
  /** Where the decoded page of a page is, of those that have one. */
  private readonly slotOfPage = new Map<number, number>();
  private readonly pageOfSlot = new Int32Array(DECODED_PAGES).fill(-1);
  private nextSlot = 0;
  private readonly u8: Uint8Array;
  private readonly view: DataView;

  /** `evicted` is called when a decoded page gets another page: nothing may run from the old one. */
  constructor(
    memory: WebAssembly.Memory,
    private readonly code: CodePages,
    private readonly evicted: () => void,
  ) {
    this.u8 = new Uint8Array(memory.buffer);
    this.view = new DataView(memory.buffer);
    code.listen(this);
  }

  /** Byte address of the decoded page for a page, made if need be. */
  addressOf(page: number): number {
    let slot = this.slotOfPage.get(page);
    if (slot === undefined) {
      slot = this.allocate();
      this.slotOfPage.set(page, slot);
      this.pageOfSlot[slot] = page;
      this.view.setInt32(DECODED_BASE + slot * DECODED_PAGE_SIZE + DECODED_PAGE_NUMBER, page, true);
      this.clear(slot);
    }
    return DECODED_BASE + slot * DECODED_PAGE_SIZE;
  }

  private allocate(): number {
    const slot = this.nextSlot;
    this.nextSlot = (slot + 1) % DECODED_PAGES;
    const old = this.pageOfSlot[slot];
    if (old >= 0) {
      this.slotOfPage.delete(old);
      this.code.drop(old);
      this.evicted();
    }
    return slot;
  }

  private clear(slot: number): void {
    const start = DECODED_BASE + slot * DECODED_PAGE_SIZE;
    this.u8.fill(0, start, start + 1024 * DECODED_ENTRY_SIZE);
    this.view.setUint16(start + 1024 * DECODED_ENTRY_SIZE, HANDLER_PAGE_END, true);
    const heat = heatAddress(start);
    this.u8.fill(0, heat, heat + 1024 * 4);
  }

  /** Page of a decoded entry. */
  pageOf(entry: number): number {
    return this.pageOfSlot[Math.trunc((entry - DECODED_BASE) / DECODED_PAGE_SIZE)];
  }
  /** Index of a decoded entry in its page. */
  indexOf(entry: number): number {
    return ((entry - DECODED_BASE) % DECODED_PAGE_SIZE) >> 4;
  }

  codeChanged(page: number, first: number, last: number): void {
    const slot = this.slotOfPage.get(page);
    if (slot === undefined) return;
    // The operands stay: it may be the store that is being executed from this page whose operands they are.
    const start = DECODED_BASE + slot * DECODED_PAGE_SIZE;
    for (let i = first >> 2; i <= last >> 2; i++) {
      this.view.setUint16(start + i * DECODED_ENTRY_SIZE, HANDLER_UNDECODED, true);
    }
  }
}
