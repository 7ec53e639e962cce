/**
 * A virtio-mmio transport with no device behind it, virtio 1.2 section 4.2.2: DeviceID 0 tells the driver to
 * leave it alone. The version is that of the legacy interface, QEMU's default.
 */
import { nothing } from '../../engine/index.js';
import type { Device } from '../device.js';

const MagicValue = 0x000;
const Version = 0x004;
const VendorID = 0x00c;

const REGISTERS: { readonly [offset: number]: number } = {
  [MagicValue]: 0x7472_6976, // "virt"
  [Version]: 1,
  [VendorID]: 0x554d_4551, // "QEMU"
};

export class VirtioMmio implements Device<null> {
  readonly size = 0x200;
  readonly shape = nothing;

  constructor(readonly name: string) {}

  read(offset: number): number {
    return REGISTERS[offset] ?? 0;
  }

  write(): void {}

  save(): null {
    return null;
  }

  load(): void {}
}
