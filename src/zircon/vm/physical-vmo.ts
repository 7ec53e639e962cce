/** VMOs over a fixed range of physical addresses: device registers. Zircon's docs/syscalls/vmo_create_physical.md. */
import { CachePolicy, Status } from '../abi/constants.js';
import { isPageAligned, PAGE_SIZE } from './layout.js';
import type { VirtualMemory } from './virtual-memory.js';
import { Vmo } from './vmo.js';
import type { Inspector } from '../state/inspector.js';

/** Physical addresses of a Cortex-A53 have 40 bits. */
export const PHYSICAL_END = 2 ** 40;

export class PhysicalVmo extends Vmo {
  readonly isPaged = false;
  readonly isResizable = false;
  readonly accessStatus = Status.NOT_SUPPORTED;

  /** `physical`, `size`: bytes, multiples of the page size. Uncached until told otherwise. */
  constructor(
    vm: VirtualMemory,
    readonly physical: number,
    size: number,
  ) {
    super(vm, size);
    this.cachePolicy = CachePolicy.UNCACHED;
  }

  own(index: number): number {
    return this.physical - this.vm.pages.ram.base + index * PAGE_SIZE;
  }
  see(index: number): number {
    return this.own(index);
  }
  commit(index: number): number {
    return this.own(index);
  }
  *presentIn(offset: number, length: number): Iterable<readonly [index: number, page: number]> {
    const end = (offset + length) / PAGE_SIZE;
    for (let index = offset / PAGE_SIZE; index < end; index++) yield [index, this.own(index)];
  }
  committedIn(): number {
    return 0;
  }
  resize(): number {
    return Status.NOT_SUPPORTED;
  }
  commitRange(): number {
    return Status.NOT_SUPPORTED;
  }
  decommitRange(): number {
    return Status.NOT_SUPPORTED;
  }
  setCachePolicy(policy: CachePolicy): number {
    if (this.mappings.size > 0 || this.children.size > 0) return Status.BAD_STATE;
    this.cachePolicy = policy;
    return Status.OK;
  }
  pin(): number {
    return Status.OK;
  }
  unpin(): void {}
  protected dispose(): undefined {}

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    const { physical, bytes } = this;
    const { ram } = this.vm.pages;
    const isElsewhere = physical + bytes <= ram.base || physical >= ram.base + ram.size;
    inspector.ensure(
      isPageAligned(physical) && physical + bytes <= PHYSICAL_END,
      'devices have physical addresses',
    );
    inspector.ensure(isElsewhere && bytes > 0, 'RAM is no device');
    inspector.ensure(this.children.size === 0, 'devices have no clones');
  }
}
