/** Pages of a VMO that stay where they are while a device may use them: docs/syscalls/bti_pin.md. */
import type { Vmo } from './vmo.js';

/** Holds pages, and their VMO, from `Vmo.pin` until it is released, once. */
export class Pin {
  /** Pages `first` to `first + count` of `vmo`, which are pinned already. */
  constructor(
    readonly vmo: Vmo,
    readonly first: number,
    readonly count: number,
  ) {
    vmo.retain();
  }

  release(): void {
    this.vmo.unpin(this.first, this.count);
    this.vmo.release();
  }
}
