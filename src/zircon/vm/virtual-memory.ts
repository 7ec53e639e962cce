/** Virtual memory as the kernel holds it: pages, address spaces, cached translations, and where randomness is from. */
import type { Machine } from '../../machine/index.js';
import type { Random } from '../random.js';
import { AddressSpace, NO_ASID } from './address-space.js';
import { PAGE_SIZE } from './layout.js';
import type { VmListener } from './listener.js';
import { NO_PAGE, PageAllocator } from './page-allocator.js';
import { PagedVmo } from './paged-vmo.js';

/** TTBR0_EL1.ASID has 16 bits. */
const ASIDS = 0x1_0000;

export class VirtualMemory {
  readonly pages: PageAllocator;
  /** Physical address of a root table that translates nothing. */
  readonly emptyRoot: number;
  listener: VmListener | undefined;
  private readonly asids = new Uint8Array(ASIDS);
  private lastAsid = NO_ASID;

  /** `isRandomized`: regions go to random addresses; else to the lowest that are free. */
  constructor(
    private readonly machine: Machine,
    readonly random: Random,
    readonly isRandomized: boolean,
  ) {
    this.pages = new PageAllocator(machine.cluster.ram);
    const root = this.pages.allocate('table');
    if (root === NO_PAGE) throw new RangeError('RAM is too small for the kernel');
    this.emptyRoot = this.pages.ram.base + root;
  }

  /** A new address space; one without `tables` if there is no memory or no ASID for them. */
  createAddressSpace(): AddressSpace {
    const asid = this.takeAsid();
    const space = new AddressSpace(this, asid);
    if (space.tables === undefined) this.releaseAsid(asid);
    return space;
  }

  /** A paged VMO of `size` bytes, a multiple of the page size, without content. The caller retains it. */
  createVmo(size: number, name = '', resizable = true): PagedVmo {
    const vmo = new PagedVmo(this, size, { resizable });
    vmo.name = name;
    return vmo;
  }
  /** A VMO over reserved pages of RAM (offset and size in bytes, multiples of the page size), which it takes over. */
  createVmoOver(offset: number, size: number, name: string): PagedVmo {
    const vmo = this.createVmo(size, name, false);
    for (let at = 0; at < size; at += PAGE_SIZE) vmo.adopt(at / PAGE_SIZE, offset + at);
    return vmo;
  }

  // ASIDs go round, so that one is not used again soon.

  private takeAsid(): number {
    for (let i = 1; i < ASIDS; i++) {
      const asid = (this.lastAsid + i) % ASIDS;
      if (asid === NO_ASID || this.asids[asid] !== 0) continue;
      this.asids[asid] = 1;
      this.lastAsid = asid;
      return asid;
    }
    return NO_ASID;
  }
  releaseAsid(asid: number): void {
    this.asids[asid] = 0;
  }

  // Cached translations, on all cores.

  invalidatePage(address: number): void {
    const high = Math.floor(address / 2 ** 32);
    this.machine.cluster.cores[0].flushTlbPage('el1', address | 0, high, true);
  }
  invalidateAll(): void {
    this.machine.cluster.cores[0].flushTlb('el1', true);
  }
}
