/**
 * A PCI Express host bridge whose configuration space is memory-mapped (ECAM: PCI Express Base Specification,
 * section 7.2.2), with nothing on its bus but itself: QEMU's generic "gpex" bridge, 1b36:0008.
 */
import { bytes, record, type Shaped } from '../../engine/index.js';
import type { AccessSize, Device } from '../device.js';

/** Bytes of configuration space that a conventional PCI function has; ECAM leaves room for 4 KiB. */
const CONFIG_SIZE = 0x100;

const VENDOR_DEVICE = [0x36, 0x1b, 0x08, 0x00];
const CLASS_HOST_BRIDGE = [0x00, 0x00, 0x06];
const SUBSYSTEM = [0xf4, 0x1a, 0x00, 0x11];

// Offsets, PCI Local Bus Specification 3.0, figure 6-1.
const COMMAND = 0x04;
const CLASS_CODE = 0x09;
const CACHE_LINE_SIZE = 0x0c;
const SUBSYSTEM_IDS = 0x2c;
const INTERRUPT_LINE = 0x3c;
const DEVICE_SPECIFIC = 0x40;

const stateShape = record({ config: bytes(CONFIG_SIZE) });
export type PcieHostState = Shaped<typeof stateShape>;

export class PcieHost implements Device<PcieHostState> {
  readonly shape = stateShape;
  private readonly config = new Uint8Array(CONFIG_SIZE);
  /** Which bits software may write. */
  private readonly writable = new Uint8Array(CONFIG_SIZE);

  constructor(
    readonly name: string,
    readonly size: number,
  ) {
    this.config.set(VENDOR_DEVICE);
    this.config.set(CLASS_HOST_BRIDGE, CLASS_CODE);
    this.config.set(SUBSYSTEM, SUBSYSTEM_IDS);
    this.writable.set([0x07, 0x05], COMMAND); // I/O, memory, master; SERR, interrupt disable
    this.writable[CACHE_LINE_SIZE] = 0xff;
    this.writable[INTERRUPT_LINE] = 0xff;
    this.writable.fill(0xff, DEVICE_SPECIFIC);
  }

  /** Offset: bus [27:20], device [19:15], function [14:12], register [11:0]. All but 00:00.0 is absent. */
  read(offset: number, size: AccessSize): number {
    if (offset >= CONFIG_SIZE) return 0xffff_ffff;
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = (value << 8) | this.config[offset + i];
    return value >>> 0;
  }

  write(offset: number, size: AccessSize, value: number): void {
    if (offset >= CONFIG_SIZE) return;
    for (let i = 0; i < size; i++) {
      const mask = this.writable[offset + i];
      this.config[offset + i] = (this.config[offset + i] & ~mask) | ((value >>> (8 * i)) & mask);
    }
  }

  save(): PcieHostState {
    return { config: this.config.slice() };
  }

  load(state: PcieHostState): void {
    this.config.set(state.config);
  }
}
