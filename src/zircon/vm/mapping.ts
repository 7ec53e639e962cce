/** A part of an address space that shows a part of a VMO. */
import { Status, VmFlag } from '../abi/constants.js';
import type { Access } from '../../engine/index.js';
import type { AddressSpace } from './address-space.js';
import { PERMISSIONS } from './flags.js';
import { isPageAligned, PAGE_SIZE, roundDownToPage } from './layout.js';
import type { Thread } from '../objects/thread.js';
import type { CommitReason } from './listener.js';
import { NO_PAGE } from './page-allocator.js';
import { TABLE_SPAN } from './page-table.js';
import type { Vmar } from './vmar.js';
import type { Vmo } from './vmo.js';
import type { Inspector } from '../state/inspector.js';

/** Pages after which dropping all cached translations is cheaper than one by one. */
const MANY_PAGES = 32;
/** Bytes of a device that ZX_VM_MAP_RANGE maps at once: as many as one table translates. */
const DEVICE_AT_ONCE = TABLE_SPAN;

const needed = {
  read: VmFlag.PERM_READ,
  write: VmFlag.PERM_WRITE,
  execute: VmFlag.PERM_EXECUTE,
} as const;

export class Mapping {
  readonly isVmar = false;
  readonly space: AddressSpace;

  /**
   * `base`, `size`, `offset` (in the VMO): bytes, multiples of the page size. `permissions`: PERM_* bits;
   * `allowed`: those that protect may give.
   */
  constructor(
    readonly parent: Vmar,
    public base: number,
    public size: number,
    readonly vmo: Vmo,
    public offset: number,
    public permissions: number,
    readonly allowed: number,
  ) {
    this.space = parent.space;
    vmo.retain();
    vmo.mappings.add(this);
    this.space.vm.regions += 1;
  }

  get end(): number {
    return this.base + this.size;
  }
  private indexOf(address: number): number {
    return (address - this.base + this.offset) / PAGE_SIZE;
  }

  /** Maps the page at `address`, committing it if the access asks for that. */
  fault(address: number, access: Access, reason: CommitReason): number {
    if ((this.permissions & needed[access]) === 0) return Status.ACCESS_DENIED;
    const { vmo } = this;
    const index = this.indexOf(address);
    if (index >= vmo.size / PAGE_SIZE) return Status.OUT_OF_RANGE;
    let page = vmo.own(index);
    const status = page === NO_PAGE ? vmo.statusOf(index) : Status.OK;
    if (status !== Status.OK) return status;
    if (page === NO_PAGE && access === 'write') {
      page = vmo.commit(index, reason);
      if (page === NO_PAGE) return Status.NO_MEMORY;
    }
    if (page !== NO_PAGE) return this.enter(address, page, this.permissions);
    const seen = vmo.see(index);
    const shown = seen === NO_PAGE ? this.space.vm.pages.zeroPage : seen;
    return this.enter(address, shown, this.permissions & ~VmFlag.PERM_WRITE);
  }

  /** Has a thread wait for the page at `address`, which is in the VMO. */
  request(thread: Thread, address: number): void {
    this.vmo.request(thread, this.indexOf(roundDownToPage(address)));
  }

  /** RAM offset of the byte at an address as it is seen now, or -1: behind the VMO's end, or a device. */
  ramOffset(address: number): number {
    const { vmo } = this;
    const { pages } = this.space.vm;
    const index = this.indexOf(roundDownToPage(address));
    if (index >= vmo.size / PAGE_SIZE) return -1;
    if (vmo.statusOf(index) !== Status.OK) return -1;
    const seen = vmo.see(index);
    const page = seen === NO_PAGE ? pages.zeroPage : seen;
    return page >= 0 && page < pages.ram.size ? page + (address % PAGE_SIZE) : -1;
  }
  /** Commits the page at `address`; false behind the VMO's end or without memory. */
  commit(address: number, reason: CommitReason): boolean {
    const index = this.indexOf(address);
    return index < this.vmo.size / PAGE_SIZE && this.vmo.commit(index, reason) !== NO_PAGE;
  }

  private enter(address: number, page: number, permissions: number): number {
    const { tables, vm } = this.space;
    if (tables === undefined) return Status.NO_MEMORY;
    const isStale = tables.isMapped(address);
    if (!tables.map(address, page, permissions, this.vmo.cachePolicy)) return Status.NO_MEMORY;
    if (isStale) vm.invalidatePage(address);
    return Status.OK;
  }

  /** Whether a translation of an address is one that an access would have made. */
  shows(address: number, descriptor: bigint): boolean {
    const { vmo, permissions } = this;
    const index = this.indexOf(address);
    if (index >= vmo.size / PAGE_SIZE) return false;
    const own = vmo.own(index);
    const seen = own === NO_PAGE ? vmo.see(index) : own;
    const page = seen === NO_PAGE ? this.space.vm.pages.zeroPage : seen;
    const shown = own === NO_PAGE ? permissions & ~VmFlag.PERM_WRITE : permissions;
    return this.space.tables?.descriptorOf(page, shown, vmo.cachePolicy) === descriptor;
  }

  /**
   * Maps the pages that exist, without committing any: ZX_VM_MAP_RANGE. All pages of a device exist, whoever needs them:
   * only the first are mapped now, the others when they are touched.
   */
  enterAll(): number {
    const { vmo, base, offset, permissions } = this;
    if (permissions === 0) return Status.OK;
    const most = vmo.isPaged ? Infinity : DEVICE_AT_ONCE;
    const size = Math.max(0, Math.min(this.size, vmo.size - offset, most));
    for (const [index, page] of vmo.presentIn(offset, size)) {
      const shown = vmo.own(index) === page ? permissions : permissions & ~VmFlag.PERM_WRITE;
      const status = this.enter(base + index * PAGE_SIZE - offset, page, shown);
      if (status !== Status.OK) return status;
    }
    return Status.OK;
  }

  /** The pages of a range of the VMO (bytes) have moved: the next access looks anew. */
  forget(offset: number, length: number): void {
    const start = Math.max(offset, this.offset);
    const end = Math.min(offset + length, this.offset + this.size);
    if (start < end) this.unmapPages(this.base + start - this.offset, this.base + end - this.offset);
  }

  private unmapPages(start: number, end: number): void {
    const { tables, vm } = this.space;
    if (tables === undefined) return;
    let count = 0;
    for (let at = tables.nextMapped(start, end); at < end; at = tables.nextMapped(at + PAGE_SIZE, end)) {
      tables.unmap(at);
      count += 1;
      if (count <= MANY_PAGES) vm.invalidatePage(at);
    }
    if (count > MANY_PAGES) vm.invalidateAll();
  }

  /** Other permissions, for the pages that are mapped too. */
  protect(permissions: number): void {
    this.permissions = permissions;
    const { tables, vm } = this.space;
    if (tables === undefined) return;
    if (permissions === 0) return this.unmapPages(this.base, this.end);
    for (
      let at = tables.nextMapped(this.base, this.end);
      at < this.end;
      at = tables.nextMapped(at + PAGE_SIZE, this.end)
    ) {
      const page = tables.pageAt(at);
      const isOwn = this.vmo.own(this.indexOf(at)) === page;
      const shown = isOwn ? permissions : permissions & ~VmFlag.PERM_WRITE;
      tables.map(at, page, shown, this.vmo.cachePolicy);
      vm.invalidatePage(at);
    }
  }

  /** Cuts off everything from `address` on, which lies inside; the rest becomes a mapping of its own. */
  split(address: number): Mapping {
    const { parent, vmo, permissions, allowed } = this;
    const kept = address - this.base;
    const rest = new Mapping(
      parent,
      address,
      this.size - kept,
      vmo,
      this.offset + kept,
      permissions,
      allowed,
    );
    this.size = kept;
    return rest;
  }

  /** Takes it out of the address space; its VMAR has let go of it. */
  remove(): void {
    this.unmapPages(this.base, this.end);
    for (const each of this.space.vm.listeners.all) each.unmapped(this, this.base, this.size);
    this.space.forgetMapping(this);
    this.vmo.mappings.delete(this);
    this.space.vm.regions -= 1;
    this.vmo.release();
  }

  /** Own pages of the VMO in the mapped range. */
  get committedPages(): number {
    const size = Math.min(this.size, this.vmo.size - this.offset);
    return size <= 0 ? 0 : this.vmo.committedIn(this.offset, size);
  }

  audit(inspector: Inspector): void {
    const { base, size, offset, vmo, permissions, allowed } = this;
    const places = [base, size, offset];
    inspector.ensure(
      places.every((place) => isPageAligned(place)) && size > 0,
      'mappings are of whole pages',
    );
    inspector.ensure(offset + size <= 2 ** 64, 'a mapping shows what a VMO can have');
    inspector.ensure(
      (allowed & ~PERMISSIONS) === 0 && (permissions & ~allowed) === 0,
      'permissions are allowed',
    );
    inspector.note('regions in a tree', this, -1);
    inspector.note('references to a VMO', vmo, 1);
    inspector.note('mappings of a VMO', this, -1);
  }
}
