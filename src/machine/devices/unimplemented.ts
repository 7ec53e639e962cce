/** A device that only has a place: it reads as zero, and writes vanish. */
import { nothing } from '../../engine/index.js';
import type { Device } from '../device.js';

export class Unimplemented implements Device<null> {
  readonly shape = nothing;

  constructor(
    readonly name: string,
    readonly size: number,
  ) {}

  read(): number {
    return 0;
  }

  write(): void {}

  save(): null {
    return null;
  }

  load(): void {}
}
