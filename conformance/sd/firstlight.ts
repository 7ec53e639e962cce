/** Carries out operations on this project's controllers and card, without the board around them. */
import { PhysicalMap, type Ram } from '../../src/machine/bus.js';
import { Clock } from '../../src/machine/clock.js';
import type { Disk } from '../../src/machine/disk/index.js';
import { busMaster } from '../../src/machine/dma.js';
import { Sdhci, Sdhost, SdSlot } from '../../src/machine/sd/index.js';
import {
  ENABLE_2,
  GPFSEL4,
  GPFSEL5,
  PENDING_2,
  SDHCI,
  SDHCI_INTERRUPT,
  SDHOST,
  SDHOST_INTERRUPT,
  type Operation,
} from './operations.js';

const RAM_SIZE = 2 ** 21;

function ram(): Ram {
  const bytes = new Uint8Array(RAM_SIZE);
  return {
    size: RAM_SIZE,
    read: (offset, length) => bytes.slice(offset, offset + length),
    write: (offset, data) => bytes.set(data, offset),
  };
}

export class Controllers {
  readonly bus = new PhysicalMap();
  readonly clock = new Clock();
  private readonly slot: SdSlot;
  private pending = 0;
  private enabled = 0;
  private readonly functions = new Map([
    [GPFSEL4, 0],
    [GPFSEL5, 0],
  ]);

  constructor(disk: Disk | undefined) {
    const { bus, clock } = this;
    this.slot = new SdSlot('sd', clock, disk);
    bus.attachRam(0, ram());
    const interrupt = (number: number) => ({ set: (level: boolean) => this.setPending(number - 32, level) });
    bus.attach(SDHOST, new Sdhost('sdhost', this.slot.wires('sdhost'), interrupt(SDHOST_INTERRUPT)));
    bus.attach(SDHCI, new Sdhci('sdhci', this.slot, clock, interrupt(SDHCI_INTERRUPT), busMaster(bus)));
  }

  /** What a read gives; 0 for the others. */
  perform(operation: Operation): number {
    switch (operation.kind) {
      case 'read':
        if (operation.address === PENDING_2) return (this.pending & this.enabled) >>> 0;
        return this.bus.read(operation.address, operation.size);
      case 'write':
        if (operation.address === ENABLE_2) this.enabled = operation.value;
        else if (this.functions.has(operation.address)) this.setFunctions(operation.address, operation.value);
        else this.bus.write(operation.address, operation.size, operation.value);
        return 0;
    }
  }

  private setPending(bit: number, level: boolean): void {
    if (level) this.pending |= 1 << bit;
    else this.pending &= ~(1 << bit);
  }

  /** Pins 48 to 53 are all inputs, or all alternate function 0. */
  private setFunctions(address: number, value: number): void {
    this.functions.set(address, value);
    const fours =
      ((this.functions.get(GPFSEL4) ?? 0) >>> 24) | (((this.functions.get(GPFSEL5) ?? 0) & 0xfff) << 6);
    if (fours === 0) this.slot.select.set(false);
    else if (fours === 0o444444) this.slot.select.set(true);
  }
}
