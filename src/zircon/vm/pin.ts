/** Pages of a VMO that stay where they are while a device may use them: docs/syscalls/bti_pin.md. */
import { PAGE_SIZE } from './layout.js';
import type { VirtualMemory } from './virtual-memory.js';
import type { Vmo } from './vmo.js';
import type { Inspector } from '../state/inspector.js';

/** Holds pages, and their VMO, from `Vmo.pin` until it is released, once. */
export class Pin {
  /** Pages `first` to `first + count` of `vmo`, which are pinned already. */
  constructor(
    private readonly vm: VirtualMemory,
    readonly vmo: Vmo,
    readonly first: number,
    readonly count: number,
  ) {
    vm.pins += 1;
    vmo.retain();
  }

  release(): void {
    this.vm.pins -= 1;
    this.vmo.unpin(this.first, this.count);
    this.vmo.release();
  }

  audit(inspector: Inspector): void {
    const { vmo, first, count } = this;
    inspector.ensure(count > 0 && first + count <= vmo.size / PAGE_SIZE, 'pinned pages are in their VMO');
    inspector.note('pins', 'all', 1);
    inspector.note('references to a VMO', vmo, 1);
    if (!vmo.isPaged) return;
    inspector.ensure(
      count <= vmo.committedIn(first * PAGE_SIZE, count * PAGE_SIZE),
      'pinned pages are committed',
    );
    inspector.note('pins of pages', vmo, count);
  }
}
