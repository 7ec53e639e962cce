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

/** Of a slot without one. */
const NO_PAGE = -1;

export class DecodedPages implements CodeListener {
  /** Where the decoded page of a page is, of those that have one. */
  private readonly slotOfPage = new Map<number, number>();
  private readonly pageOfSlot = new Int32Array(DECODED_PAGES).fill(NO_PAGE);
  private nextSlot = 0;
  /** Slots that have had a page. */
  private used = 0;
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
    return (
      DECODED_BASE + (this.slotOfPage.get(page) ?? this.occupy(this.allocate(), page)) * DECODED_PAGE_SIZE
    );
  }
  /** Has a page be decoded at an address, unless it is elsewhere, or another is there. */
  reserve(page: number, address: number): void {
    const slot = (address - DECODED_BASE) / DECODED_PAGE_SIZE;
    if (!this.slotOfPage.has(page) && this.pageOfSlot[slot] === NO_PAGE) this.occupy(slot, page);
  }
  /** Whether a page has its decoded page at an address. */
  isAt(page: number, address: number): boolean {
    return this.slotOfPage.get(page) === (address - DECODED_BASE) / DECODED_PAGE_SIZE;
  }

  private occupy(slot: number, page: number): number {
    const isFresh = this.pageOfSlot[slot] === NO_PAGE;
    if (isFresh) this.used += 1;
    this.slotOfPage.set(page, slot);
    this.pageOfSlot[slot] = page;
    const start = DECODED_BASE + slot * DECODED_PAGE_SIZE;
    this.view.setInt32(start + DECODED_PAGE_NUMBER, page, true);
    this.view.setUint16(start + 1024 * DECODED_ENTRY_SIZE, HANDLER_PAGE_END, true);
    // Memory begins as zeros, of which hardly any need be touched.
    if (!isFresh) this.clear(slot);
    return slot;
  }

  /** The slot that was allocated longest ago, as soon as there is none without a page. */
  private allocate(): number {
    if (this.used < DECODED_PAGES)
      while (this.pageOfSlot[this.nextSlot] !== NO_PAGE) this.nextSlot = (this.nextSlot + 1) % DECODED_PAGES;
    const slot = this.nextSlot;
    this.nextSlot = (slot + 1) % DECODED_PAGES;
    const old = this.pageOfSlot[slot];
    if (old !== NO_PAGE) {
      this.slotOfPage.delete(old);
      this.code.drop(old);
      this.evicted();
    }
    return slot;
  }

  private clear(slot: number): void {
    const start = DECODED_BASE + slot * DECODED_PAGE_SIZE;
    this.u8.fill(0, start, start + 1024 * DECODED_ENTRY_SIZE);
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
