/** Virtual memory objects. Zircon's docs/objects/vm_object.md. */
import { CachePolicy, Status } from '../abi/constants.js';
import type { Thread } from '../objects/thread.js';
import { isPageAligned, PAGE_SIZE, VMO_SIZE_MAX } from './layout.js';
import type { Mapping } from './mapping.js';
import type { PagedVmo, PageStatus } from './paged-vmo.js';
import type { CommitReason } from './listener.js';
import type { VirtualMemory } from './virtual-memory.js';
import type { Inspector } from '../state/inspector.js';

/** Who hears when the number of clones changes: the dispatcher, for ZX_VMO_ZERO_CHILDREN. */
export interface ChildObserver {
  onChildrenChanged(count: number): void;
}

/**
 * A range of memory that can be mapped. Pages are numbered from 0; a page of memory is named by its offset from
 * the start of RAM. Lives as long as something refers to it: the dispatcher, a mapping, a clone, the kernel.
 */
export abstract class Vmo {
  name = '';
  /** Koid of the dispatcher; 0 if it never had one. */
  koid = 0;
  cachePolicy: CachePolicy = CachePolicy.CACHED;
  readonly mappings = new Set<Mapping>();
  /** Clones that still exist. */
  readonly children = new Set<PagedVmo>();
  observer: ChildObserver | undefined;
  /** For an image of the vDSO: the only range (bytes) that may be mapped executable. */
  codeSegment: { readonly offset: number; readonly size: number } | undefined;
  private references = 0;

  constructor(
    protected readonly vm: VirtualMemory,
    protected bytes: number,
  ) {
    vm.vmos += 1;
  }

  /** Bytes, a multiple of the page size. */
  get size(): number {
    return this.bytes;
  }
  abstract readonly isPaged: boolean;
  abstract readonly isResizable: boolean;
  readonly isContiguous: boolean = false;
  /** The VMO that this one is a clone of. */
  get parent(): Vmo | undefined {
    return undefined;
  }

  retain(): void {
    this.references += 1;
  }
  release(): void {
    this.references -= 1;
    if (this.references > 0) return;
    // A clone's end may be its parent's, and so on: a loop, since there is no limit to generations.
    this.vm.vmos -= 1;
    for (let next = this.dispose(); next !== undefined;) {
      next.references -= 1;
      if (next.references > 0) break;
      this.vm.vmos -= 1;
      next = next.dispose();
    }
  }
  /** Gives everything back; the VMO to release next, if there is one. */
  protected abstract dispose(): Vmo | undefined;

  // Pages. An index is below `size / PAGE_SIZE`.

  /** The VMO's own page, or NO_PAGE. */
  abstract own(index: number): number;
  /** The page whose content is seen, which may be an ancestor's, or NO_PAGE where zeros are. */
  abstract see(index: number): number;
  /** The VMO's own page, made if there is none; NO_PAGE if memory is used up. */
  abstract commit(index: number, reason: CommitReason): number;

  /** Whether a page can be had now. */
  statusOf(_index: number): PageStatus {
    return Status.OK;
  }
  /** Has a thread wait for a page whose status is SHOULD_WAIT. */
  request(_thread: Thread, _index: number): void {}

  /** The pages in a range of bytes that exist, own or seen, with their indices, in order of these. */
  abstract presentIn(offset: number, length: number): Iterable<readonly [index: number, page: number]>;
  /** Own pages in a range of bytes. */
  abstract committedIn(offset: number, length: number): number;
  get committedBytes(): number {
    return this.committedIn(0, this.bytes) * PAGE_SIZE;
  }

  // Operations of the system calls; each answers a status.

  abstract resize(size: number): number;
  abstract commitRange(offset: number, length: number): number;
  abstract decommitRange(offset: number, length: number): number;
  abstract setCachePolicy(policy: CachePolicy): number;
  /** Status for vmo_read and vmo_write on it. */
  abstract get accessStatus(): number;

  // Pages that a device may use must stay: `Pin` holds them.

  /** Commits pages, all inside, and keeps them from being given back until `unpin`. A status. */
  abstract pin(first: number, count: number): number;
  abstract unpin(first: number, count: number): void;

  addChild(child: PagedVmo): void {
    this.children.add(child);
    this.observer?.onChildrenChanged(this.children.size);
  }
  removeChild(child: PagedVmo): void {
    this.children.delete(child);
    this.observer?.onChildrenChanged(this.children.size);
  }

  /** Address spaces that map it; of a VMO that none does, 1. */
  get shareCount(): number {
    return Math.max(1, new Set([...this.mappings].map((mapping) => mapping.space)).size);
  }

  audit(inspector: Inspector): void {
    const { bytes, references, mappings, children, codeSegment } = this;
    inspector.ensure(isPageAligned(bytes) && bytes <= VMO_SIZE_MAX, 'a VMO has whole pages');
    inspector.note('VMOs', 'all', references > 0 ? 1 : 0);
    inspector.note('references to a VMO', this, -references);
    for (const mapping of mappings) inspector.ensure(mapping.vmo === this, 'mappings show their VMO');
    for (const mapping of mappings) inspector.note('mappings of a VMO', mapping, 1);
    for (const child of children)
      inspector.ensure(child.parent === (this as Vmo), 'clones are of their parent');
    inspector.ensure(
      codeSegment === undefined || codeSegment.offset + codeSegment.size <= bytes,
      'code is in its VMO',
    );
  }
}
