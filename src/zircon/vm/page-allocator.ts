/**
 * Physical memory in pages. A page is named by its offset in guest RAM in bytes, a multiple of 4096; its physical
 * address is that plus the base of RAM.
 */
import type { GuestRam } from '../../engine/index.js';
import { Cost, type Work } from '../work.js';
import { PAGE_SHIFT, PAGE_SIZE } from './layout.js';
import type { Inspector } from '../state/inspector.js';

/** What `allocate` answers when nothing is left. */
export const NO_PAGE = -1;

/** How many pages are in use for what. */
export interface PagesInUse {
  /** By the kernel itself. */
  wired: number;
  vmo: number;
  table: number;
}
export type PageUse = keyof PagesInUse;

export class PageAllocator {
  /** Pages in use, by what for. */
  readonly used: PagesInUse = { wired: 0, vmo: 0, table: 0 };
  /** Pages that may be used. */
  readonly total: number;
  /** 1 for each page in use, by page number. */
  private readonly taken: Uint8Array;
  /** Pages given back, the last one on top. */
  private free: number[] = [];
  /** Pages from here on have never been given out, other than claimed ones. */
  private fresh = 0;
  /** All zero, mapped read-only wherever a page that does not exist is read. */
  readonly zeroPage: number;

  /** `limit`: bytes of RAM to use at most. */
  constructor(
    readonly ram: GuestRam,
    private readonly work: Work,
    limit = Infinity,
  ) {
    this.total = Math.floor(Math.min(ram.size, limit) / PAGE_SIZE);
    this.taken = new Uint8Array(ram.size / PAGE_SIZE);
    this.zeroPage = this.allocate('wired');
  }

  /** Pages that can be had. */
  get available(): number {
    return this.total - this.used.wired - this.used.vmo - this.used.table;
  }

  /**
   * Takes the pages of a range of RAM (offset and length in bytes) as they are: the boot image's. Throws
   * RangeError if one of them is in use.
   */
  claim(offset: number, length: number, use: PageUse): void {
    const first = offset >>> PAGE_SHIFT;
    const end = Math.ceil((offset + length) / PAGE_SIZE);
    if (this.taken.subarray(first, end).includes(1)) {
      throw new RangeError(`RAM at 0x${offset.toString(16)}+0x${length.toString(16)} is in use already`);
    }
    this.take(first, end - first, use);
  }
  private take(first: number, count: number, use: PageUse): void {
    this.taken.fill(1, first, first + count);
    this.used[use] += count;
    this.free = this.free.filter((page) => this.taken[page >>> PAGE_SHIFT] === 0);
  }

  /** A page of zeros, or NO_PAGE. */
  allocate(use: PageUse = 'wired'): number {
    const page = this.allocateDirty(use);
    if (page === NO_PAGE) return NO_PAGE;
    this.work.add(Cost.pageZeroed);
    this.ram.fill(page, PAGE_SIZE);
    return page;
  }

  /** A page that the caller overwrites as a whole, or NO_PAGE. */
  allocateDirty(use: PageUse): number {
    const page = this.available > 0 ? (this.free.pop() ?? this.takeFresh()) : NO_PAGE;
    if (page === NO_PAGE) return NO_PAGE;
    this.taken[page >>> PAGE_SHIFT] = 1;
    this.used[use] += 1;
    return page;
  }

  private takeFresh(): number {
    const { taken } = this;
    while (this.fresh < taken.length && taken[this.fresh] !== 0) this.fresh += 1;
    if (this.fresh === taken.length) return NO_PAGE;
    this.fresh += 1;
    return (this.fresh - 1) * PAGE_SIZE;
  }

  /**
   * Neighbouring pages of zeros, the first one at a physical address that is a multiple of `alignment` bytes (a
   * power of 2, at least a page). Its offset, or NO_PAGE.
   */
  allocateContiguous(pages: number, alignment: number, use: PageUse): number {
    if (pages > this.available) return NO_PAGE;
    const step = alignment / PAGE_SIZE;
    const misaligned = (this.ram.base / PAGE_SIZE) % step;
    let start = (step - misaligned) % step;
    while (start + pages <= this.taken.length) {
      const obstacle = this.taken.subarray(start, start + pages).lastIndexOf(1);
      if (obstacle < 0) {
        this.take(start, pages, use);
        this.work.add(pages * Cost.pageZeroed);
        this.ram.fill(start * PAGE_SIZE, pages * PAGE_SIZE);
        return start * PAGE_SIZE;
      }
      start += Math.ceil((obstacle + 1) / step) * step;
    }
    return NO_PAGE;
  }

  /** Gives a page back. */
  release(page: number, use: PageUse): void {
    const number = page >>> PAGE_SHIFT;
    if (this.taken[number] === 0) throw new RangeError(`page 0x${page.toString(16)} is free already`);
    this.taken[number] = 0;
    this.used[use] -= 1;
    this.free.push(page);
  }

  /** Each page is free or has one owner. */
  auditLast(inspector: Inspector): void {
    const { taken, used, free, fresh, total, ram } = this;
    const pages = ram.size / PAGE_SIZE;
    inspector.ensure(taken.length === pages && total <= pages, 'all pages are known');
    inspector.index(fresh, pages + 1, 'the first fresh page');
    inspector.page(this.zeroPage, 'wired');
    inspector.ensure(ram.isZero(this.zeroPage, PAGE_SIZE), 'the page of zeros is one');
    for (const use of ['wired', 'vmo', 'table'] as const) {
      inspector.ensure(
        inspector.pagesOf(use) === used[use],
        `pages are in use as ${use} as many as are counted`,
      );
    }
    const inUse = taken.reduce((sum, each) => sum + each, 0);
    inspector.ensure(
      taken.every((each) => each <= 1),
      'pages are taken or free',
    );
    inspector.ensure(inUse === used.wired + used.vmo + used.table, 'pages are taken as many as are counted');
    for (const page of free) {
      inspector.ensure(page % PAGE_SIZE === 0 && taken[page / PAGE_SIZE] === 0, 'free pages are free');
      inspector.once('page', page);
    }
  }
  isTaken(page: number): boolean {
    return page % PAGE_SIZE === 0 && this.taken[page / PAGE_SIZE] === 1;
  }
}
