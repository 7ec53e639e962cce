/**
 * A window onto a bus with nothing behind it: reads give all ones, writes vanish, as on a PCI bus where no
 * device claims the cycle (PCI Local Bus Specification 3.0, section 6.1).
 */
import { nothing } from '../../engine/index.js';
import type { Device } from '../device.js';

export class UnmappedWindow implements Device<null> {
  readonly shape = nothing;

  constructor(
    readonly name: string,
    readonly size: number,
  ) {}

  read(): number {
    return 0xffff_ffff;
  }

  write(): void {}

  save(): null {
    return null;
  }

  load(): void {}
}
