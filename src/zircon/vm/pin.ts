/** Pages of a VMO that stay where they are while a device may use them: docs/syscalls/bti_pin.md. */
import type { VirtualMemory } from './virtual-memory.js';
import type { Vmo } from './vmo.js';

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
}
