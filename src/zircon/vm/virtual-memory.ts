/** Virtual memory as the kernel holds it: pages, address spaces, cached translations, and where randomness is from. */
import { Listeners } from '../../engine/index.js';
import type { Machine } from '../../machine/index.js';
import type { Random } from '../random.js';
import type { PageSource } from '../objects/pager.js';
import { Cost, Work } from '../work.js';
import { AddressSpace, ASIDS, NO_ASID } from './address-space.js';
import { PAGE_SIZE, roundUpToPage } from './layout.js';
import type { Transient } from '../state/field-types.js';
import type { VmListener } from './listener.js';
import { NO_PAGE, PageAllocator } from './page-allocator.js';
import { PagedVmo } from './paged-vmo.js';
import type { Inspector } from '../state/inspector.js';

/** A request for a region or VMO beyond these fails with NO_MEMORY. */
const REGIONS_MAX = 1 << 16;
const VMOS_MAX = 1 << 18;
/** Pins, those in quarantine included; a request for more is UNAVAILABLE. */
const PINS_MAX = 1 << 18;

/** What the kernel command line says of memory. */
export interface VirtualMemoryOptions {
  readonly isRandomized: boolean;
  /** Bytes of RAM that may be used, if there is more; all of it unless given. */
  readonly limit?: number;
}

export class VirtualMemory {
  /** What the kernel has done, of memory or else, and not accounted for yet. */
  readonly work = new Work();
  readonly pages: PageAllocator;
  /** Physical address of a root table that translates nothing. */
  readonly emptyRoot: number;
  private watching: Transient<Listeners<VmListener> | undefined>;
  /** Mappings, and VMARs other than roots, in all address spaces. */
  regions = 0;
  /** VMOs that exist: with a handle, mapped, or the parent of one that does. */
  vmos = 0;
  /** Pins that have not been released. */
  pins = 0;
  private lastAsid = NO_ASID;

  /** Regions go to random addresses; else to the lowest that are free. */
  readonly isRandomized: boolean;

  constructor(
    private readonly machine: Machine,
    readonly random: Random,
    options: VirtualMemoryOptions,
  ) {
    this.isRandomized = options.isRandomized;
    const limit = Math.min(options.limit ?? Infinity, machine.board.ram.size);
    this.pages = new PageAllocator(machine.cluster.ram, this.work, limit);
    const root = this.pages.allocate('table');
    if (root === NO_PAGE) throw new RangeError('RAM is too small for the kernel');
    this.emptyRoot = this.pages.ram.base + root;
  }

  /** Those who watch. A snapshot has none, so the list is made when somebody asks for it. */
  get listeners(): Listeners<VmListener> {
    return (this.watching ??= new Listeners());
  }
  /** Has those who watch that of the kernel before watch this one. */
  inheritListeners(before: VirtualMemory): void {
    this.watching = before.listeners;
  }

  /** Whether there may be more: they take memory of the host, which no guest may use up. */
  get hasRoomForRegions(): boolean {
    return this.regions < REGIONS_MAX;
  }
  get hasRoomForVmos(): boolean {
    return this.vmos < VMOS_MAX;
  }
  get hasRoomForPins(): boolean {
    return this.pins < PINS_MAX;
  }

  /**
   * A new address space; one without `tables` if there is no memory for them. ASIDs go round: two spaces may have the
   * same, since a core tells what it has cached of them apart by their tables, too.
   */
  createAddressSpace(): AddressSpace {
    this.lastAsid = (this.lastAsid % (ASIDS - 1)) + 1;
    return new AddressSpace(this, this.lastAsid);
  }

  /** A resizable paged VMO of `size` bytes, a multiple of the page size, without content. */
  createPaged(size: number, resizable = true): PagedVmo {
    return new PagedVmo(this, size, { resizable });
  }
  /** A VMO of `size` bytes, a multiple of the page size, whose content a pager has. */
  createPagedBy(source: PageSource, size: number): PagedVmo {
    return new PagedVmo(this, size, { resizable: false, source });
  }
  /** A VMO of neighbouring pages, the first at a multiple of `alignment` (a power of 2); undefined without them. */
  createContiguous(size: number, alignment: number): PagedVmo | undefined {
    const vmo = new PagedVmo(this, size, { resizable: false, contiguous: true });
    if (vmo.commitContiguous(alignment)) return vmo;
    vmo.retain();
    vmo.release();
    return undefined;
  }
  /** A VMO that holds a copy of `bytes`, filled up with zeros to a page. Throws RangeError without memory. */
  createFromImage(bytes: Uint8Array): PagedVmo {
    const vmo = this.createPaged(roundUpToPage(bytes.length), false);
    if (!vmo.write(0, bytes)) throw new RangeError('RAM is too small for an image of the kernel');
    return vmo;
  }
  /**
   * A VMO of the pages that hold a range of RAM, which it takes over: physical address and size in bytes. The
   * rest of the last page is cleared. Throws RangeError if that is not all RAM, or in use.
   */
  createFromRam(address: number, size: number): PagedVmo {
    const { ram } = this.pages;
    const offset = ram.offsetOf(address);
    if (offset < 0 || offset % PAGE_SIZE !== 0 || offset + size > ram.size) {
      throw new RangeError(`0x${address.toString(16)}+0x${size.toString(16)} is not a range of pages of RAM`);
    }
    const vmo = this.createPaged(roundUpToPage(size), false);
    vmo.claim(offset);
    ram.fill(offset + size, vmo.size - size);
    return vmo;
  }

  // Cached translations, on all cores.

  invalidatePage(address: number): void {
    this.work.add(Cost.invalidatePage);
    const high = Math.floor(address / 2 ** 32);
    this.machine.cluster.cores[0].flushTlbPage('el1', address | 0, high, true);
  }
  invalidateAll(): void {
    this.work.add(Cost.invalidateAll);
    this.machine.cluster.cores[0].flushTlb('el1', true);
  }

  audit(inspector: Inspector): void {
    inspector.index(this.lastAsid, ASIDS, 'the last ASID');
    inspector.page(this.emptyRoot - this.pages.ram.base, 'table');
    inspector.note('regions', 'all', -this.regions);
    inspector.note('VMOs', 'all', -this.vmos);
    inspector.note('pins', 'all', -this.pins);
  }
}
