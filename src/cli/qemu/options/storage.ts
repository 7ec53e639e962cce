/** The drives that USB devices have: `-device usb-storage,drive=ID`, and firstlight's `--device`. */
import type { UsbSpecification } from '../../../machine/index.js';
import { QemuError } from '../error.js';

/** A drive as devices name it. */
export interface NamedDrive {
  readonly id: string;
  /** The number of its disk; undefined for a drive without a medium. */
  readonly disk: number | undefined;
  /** Whether the board has it already. */
  readonly isTaken: boolean;
}

/** Gives a memory stick its drive, which is then nobody else's. @throws QemuError */
export class StorageDrives {
  private readonly taken = new Set<string>();

  constructor(private readonly drives: readonly NamedDrive[]) {}

  plug(device: UsbSpecification): UsbSpecification {
    if (device.kind !== 'usb-storage') return device;
    const { drive } = device;
    if (drive === '') throw new QemuError('drive property not set');
    const found = this.drives.find(({ id }) => id === drive);
    if (found === undefined) throw new QemuError(`Property 'usb-storage.drive' can't find value '${drive}'`);
    if (found.isTaken || this.taken.has(drive))
      throw new QemuError(`Drive '${drive}' is already in use by another device`);
    if (found.disk === undefined) throw new QemuError('Device needs media, but drive is empty');
    this.taken.add(drive);
    return { ...device, disk: found.disk };
  }
}
