/** VMOs of RAM pages that come on demand, and their copy-on-write clones. Zircon's docs/syscalls/vmo_clone.md. */
import { CachePolicy, Status } from '../abi/constants.js';
import { Cost } from '../work.js';
import { PAGE_SIZE, VMO_SIZE_MAX } from './layout.js';
import { NO_PAGE } from './page-allocator.js';
import type { CommitReason } from './listener.js';
import type { VirtualMemory } from './virtual-memory.js';
import { Vmo } from './vmo.js';
import type { PageSource } from '../objects/pager.js';
import type { Thread } from '../objects/thread.js';
import type { Inspector } from '../state/inspector.js';

/** What an access to a page comes to: OK, SHOULD_WAIT for a pager, BAD_STATE when that is gone. */
export type PageStatus = typeof Status.OK | typeof Status.SHOULD_WAIT | typeof Status.BAD_STATE;

/** How a paged VMO was made, for good. */
export interface PagedVmoOptions {
  readonly resizable: boolean;
  readonly contiguous?: boolean;
  /** What it is a clone of, and where in it the clone begins (bytes, a multiple of the page size). */
  readonly parent?: PagedVmo;
  readonly parentOffset?: number;
  /** Who has what is in it, where that is not zeros. */
  readonly source?: PageSource;
}

export class PagedVmo extends Vmo {
  readonly isPaged = true;
  readonly isResizable: boolean;
  override readonly isContiguous: boolean;
  /** Own pages by index. */
  private readonly pages = new Map<number, number>();
  /** How often pages are pinned, by index. */
  private readonly pins = new Map<number, number>();
  private readonly origin: PagedVmo | undefined;
  /** The parent's index of this VMO's page 0. */
  private readonly originIndex: number;
  private readonly source: PageSource | undefined;

  /** `size` in bytes, a multiple of the page size, at most VMO_SIZE_MAX. */
  constructor(vm: VirtualMemory, size: number, options: PagedVmoOptions) {
    super(vm, size);
    this.isResizable = options.resizable;
    this.isContiguous = options.contiguous ?? false;
    this.origin = options.parent;
    this.originIndex = (options.parentOffset ?? 0) / PAGE_SIZE;
    this.source = options.source;
    if (this.origin !== undefined) {
      this.cachePolicy = this.origin.cachePolicy;
      this.origin.retain();
      this.origin.addChild(this);
    }
  }

  override get parent(): PagedVmo | undefined {
    return this.origin;
  }
  get accessStatus(): number {
    // A call does not wait for a program: docs/objects/pager.md.
    if (this.source !== undefined) return Status.NOT_SUPPORTED;
    return this.cachePolicy === CachePolicy.CACHED ? Status.OK : Status.BAD_STATE;
  }

  override statusOf(index: number): PageStatus {
    const { source } = this;
    return source === undefined || this.pages.has(index) ? Status.OK : source.status;
  }
  /** Has a thread wait for a page that a pager has. */
  override request(thread: Thread, index: number): void {
    this.source?.request(thread, index * PAGE_SIZE);
  }

  /** Takes over the pages of a range of RAM (byte offset), as many as it has: the boot image's. */
  claim(offset: number): void {
    this.vm.pages.claim(offset, this.bytes, 'vmo');
    for (let at = 0; at < this.bytes; at += PAGE_SIZE) this.pages.set(at / PAGE_SIZE, offset + at);
  }
  /** Gets neighbouring pages for all of it, which stay. False: there are none. */
  commitContiguous(alignment: number): boolean {
    const count = this.bytes / PAGE_SIZE;
    const first = this.vm.pages.allocateContiguous(count, alignment, 'vmo');
    if (first === NO_PAGE) return false;
    for (let i = 0; i < count; i++) this.pages.set(i, first + i * PAGE_SIZE);
    return true;
  }

  /** A copy-on-write clone of a range that may lie beyond the VMO's end. */
  clone(offset: number, size: number, resizable: boolean): PagedVmo {
    return new PagedVmo(this.vm, size, { resizable, parent: this, parentOffset: offset });
  }

  own(index: number): number {
    return this.pages.get(index) ?? NO_PAGE;
  }

  see(index: number): number {
    const page = this.pages.get(index);
    if (page !== undefined) return page;
    let at = index + this.originIndex;
    for (let vmo = this.origin; vmo !== undefined; vmo = vmo.origin) {
      if (at >= vmo.bytes / PAGE_SIZE) return NO_PAGE;
      const seen = vmo.pages.get(at);
      if (seen !== undefined) return seen;
      at += vmo.originIndex;
    }
    return NO_PAGE;
  }

  commit(index: number, reason: CommitReason): number {
    const present = this.pages.get(index);
    if (present !== undefined) return present;
    const { pages } = this.vm;
    const seen = this.see(index);
    if (this.source !== undefined) return NO_PAGE;
    const page = seen === NO_PAGE ? pages.allocate('vmo') : pages.allocateDirty('vmo');
    if (page === NO_PAGE) return NO_PAGE;
    if (seen !== NO_PAGE) {
      this.vm.work.add(Cost.pageCopied);
      pages.ram.copy(page, seen, PAGE_SIZE);
    }
    this.pages.set(index, page);
    this.contentMoved(index, 1);
    for (const each of this.vm.listeners.all) each.committed(this, index, page, reason, seen !== NO_PAGE);
    return page;
  }

  /** Mappings, those of clones and their clones too, must look anew what is at these pages. */
  private contentMoved(index: number, count: number): void {
    this.forgetMapped(index, count);
    // Most VMOs have no clones, and every page fault comes here.
    if (this.children.size === 0) return;
    const left: [vmo: PagedVmo, first: number, end: number][] = [[this, index, index + count]];
    for (let moved = left.pop(); moved !== undefined; moved = left.pop()) {
      const [vmo, first, end] = moved;
      for (const child of vmo.children) {
        const childFirst = Math.max(first - child.originIndex, 0);
        const childEnd = Math.min(end - child.originIndex, child.bytes / PAGE_SIZE);
        if (childFirst >= childEnd) continue;
        child.forgetMapped(childFirst, childEnd - childFirst);
        left.push([child, childFirst, childEnd]);
      }
    }
  }
  private forgetMapped(index: number, count: number): void {
    for (const mapping of this.mappings) mapping.forget(index * PAGE_SIZE, count * PAGE_SIZE);
  }

  /** It, what it is a clone of, and so on. */
  private *lineage(): Generator<PagedVmo> {
    yield this;
    for (let vmo = this.origin; vmo !== undefined; vmo = vmo.origin) yield vmo;
  }

  presentIn(offset: number, length: number): (readonly [index: number, page: number])[] {
    const found = new Map<number, number>();
    const first = offset / PAGE_SIZE;
    let end = (offset + length) / PAGE_SIZE;
    let shift = 0;
    // Generation by generation, since there is no limit to them: a page hides those behind it, and nothing is seen of
    // what lies beyond the end of a generation in between.
    for (const vmo of this.lineage()) {
      end = Math.min(end, vmo.bytes / PAGE_SIZE - shift);
      if (end <= first) break;
      for (const index of vmo.ownIndices((first + shift) * PAGE_SIZE, (end - first) * PAGE_SIZE)) {
        if (!found.has(index - shift)) found.set(index - shift, vmo.own(index));
      }
      shift += vmo.originIndex;
    }
    return [...found].sort(([a], [b]) => a - b);
  }

  committedIn(offset: number, length: number): number {
    if (offset === 0 && length >= this.bytes) return this.pages.size;
    return this.ownIndices(offset, length).length;
  }

  /** Indices of own pages in a range of bytes that is page-aligned, in no special order. */
  private ownIndices(offset: number, length: number): number[] {
    const first = offset / PAGE_SIZE;
    const end = (offset + length) / PAGE_SIZE;
    if (end - first >= this.pages.size) {
      return [...this.pages.keys()].filter((index) => index >= first && index < end);
    }
    const found: number[] = [];
    for (let index = first; index < end; index++) if (this.pages.has(index)) found.push(index);
    return found;
  }

  /** Gives own pages in a range back. */
  private drop(offset: number, length: number): void {
    const indices = this.ownIndices(offset, length);
    for (const index of indices) {
      this.vm.pages.release(this.own(index), 'vmo');
      this.pages.delete(index);
    }
    if (indices.length > 0) {
      for (const each of this.vm.listeners.all) each.decommitted(this, offset / PAGE_SIZE, indices.length);
    }
  }

  /** Sets the size in bytes, a multiple of the page size. */
  resize(size: number): number {
    if (!this.isResizable) return Status.UNAVAILABLE;
    if (size > VMO_SIZE_MAX) return Status.OUT_OF_RANGE;
    const before = this.bytes;
    if (size < before) {
      if (this.hasPinned(size / PAGE_SIZE, before / PAGE_SIZE)) return Status.BAD_STATE;
      this.contentMoved(size / PAGE_SIZE, (before - size) / PAGE_SIZE);
      this.drop(size, before - size);
    }
    this.bytes = size;
    return Status.OK;
  }

  commitRange(offset: number, length: number): number {
    if (this.source !== undefined) return Status.NOT_SUPPORTED;
    const range = this.trim(offset, length);
    if (range === undefined) return Status.OUT_OF_RANGE;
    const [first, end] = range;
    const missing = end - first - this.committedIn(first * PAGE_SIZE, (end - first) * PAGE_SIZE);
    if (missing > this.vm.pages.available) return Status.NO_MEMORY;
    for (let index = first; index < end; index++) {
      if (this.commit(index, 'commit') === NO_PAGE) return Status.NO_MEMORY;
    }
    return Status.OK;
  }

  decommitRange(offset: number, length: number): number {
    if (this.isContiguous) return Status.NOT_SUPPORTED;
    const range = this.trim(offset, length);
    if (range === undefined) return Status.OUT_OF_RANGE;
    const [first, end] = range;
    if (first === end) return Status.OK;
    if (this.hasPinned(first, end)) return Status.BAD_STATE;
    this.contentMoved(first, end - first);
    this.drop(first * PAGE_SIZE, (end - first) * PAGE_SIZE);
    return Status.OK;
  }

  pin(first: number, count: number): number {
    const status = this.commitRange(first * PAGE_SIZE, count * PAGE_SIZE);
    if (status !== Status.OK) return status;
    for (let index = first; index < first + count; index++) {
      this.pins.set(index, (this.pins.get(index) ?? 0) + 1);
    }
    return Status.OK;
  }
  unpin(first: number, count: number): void {
    for (let index = first; index < first + count; index++) {
      const left = (this.pins.get(index) ?? 0) - 1;
      if (left > 0) this.pins.set(index, left);
      else this.pins.delete(index);
    }
  }
  private hasPinned(first: number, end: number): boolean {
    for (const index of this.pins.keys()) if (index >= first && index < end) return true;
    return false;
  }

  /** The pages that a range of bytes touches, cut off at the VMO's end; undefined if it begins beyond. */
  private trim(offset: number, length: number): [number, number] | undefined {
    if (offset > this.bytes) return undefined;
    const end = Math.min(offset + length, this.bytes);
    return end === offset ? [0, 0] : [Math.floor(offset / PAGE_SIZE), Math.ceil(end / PAGE_SIZE)];
  }

  setCachePolicy(policy: CachePolicy): number {
    const isUntouched =
      this.mappings.size === 0 &&
      this.children.size === 0 &&
      this.origin === undefined &&
      this.pins.size === 0 &&
      (this.pages.size === 0 || this.isContiguous);
    if (!isUntouched) return Status.BAD_STATE;
    this.cachePolicy = policy;
    return Status.OK;
  }

  /** Copies bytes from `offset` on; all of them lie inside. For the kernel's own use. */
  read(offset: number, bytes: Uint8Array): void {
    const { ram } = this.vm.pages;
    for (let done = 0; done < bytes.length;) {
      const at = offset + done;
      const within = at % PAGE_SIZE;
      const length = Math.min(PAGE_SIZE - within, bytes.length - done);
      const page = this.see(Math.floor(at / PAGE_SIZE));
      if (page === NO_PAGE) bytes.fill(0, done, done + length);
      else ram.readInto(page + within, bytes, done, length);
      done += length;
    }
  }
  /** Writes bytes from `offset` on; all of them lie inside. False: out of memory. For the kernel's own use. */
  write(offset: number, bytes: Uint8Array, reason: CommitReason = 'kernel'): boolean {
    const { ram } = this.vm.pages;
    for (let done = 0; done < bytes.length;) {
      const at = offset + done;
      const within = at % PAGE_SIZE;
      const length = Math.min(PAGE_SIZE - within, bytes.length - done);
      const page = this.commit(Math.floor(at / PAGE_SIZE), reason);
      if (page === NO_PAGE) return false;
      ram.write(page + within, bytes.subarray(done, done + length));
      done += length;
    }
    return true;
  }

  protected dispose(): PagedVmo | undefined {
    for (const page of this.pages.values()) this.vm.pages.release(page, 'vmo');
    this.pages.clear();
    this.source?.complete();
    this.origin?.removeChild(this);
    return this.origin;
  }

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    const { origin, pages, pins } = this;
    for (const [index, page] of pages) {
      inspector.index(index, this.bytes / PAGE_SIZE, 'the number of a page');
      inspector.page(page, 'vmo');
    }
    for (const [index, times] of pins) {
      inspector.ensure(pages.has(index) && times > 0, 'pinned pages are committed');
      inspector.note('pins of pages', this, -times);
    }
    inspector.ensure(this.originIndex <= VMO_SIZE_MAX / PAGE_SIZE, 'a clone begins within what there can be');
    if (origin === undefined) return;
    inspector.ensure(origin.source === undefined, 'what a pager has is not cloned');
    inspector.ensure(origin.children.has(this), 'a parent knows its clones');
    inspector.note('references to a VMO', origin, 1);
    inspector.clone(this, origin);
  }
}
