/** The GICv2 as the kernel programs it. Arm IHI 0048B, chapter 4. */
import type { Board } from '../../machine/index.js';
import type { InterruptDriver } from './drivers.js';

const GICD_CTLR = 0x000;
const GICD_ISENABLER = 0x100;
const GICD_ITARGETSR = 0x800;
const GICD_SGIR = 0xf00;
const GICC_CTLR = 0x00;
const GICC_PMR = 0x04;
const GICC_IAR = 0x0c;
const GICC_EOIR = 0x10;
const SPURIOUS = 1023;
const EVERY_PRIORITY = 0xff;
/** SGI that cores send each other. */
const SGI = 0;

export class Gicv2Driver implements InterruptDriver {
  constructor(
    private readonly bus: Board['bus'],
    /** Physical addresses of GICD and GICC. */
    private readonly distributor: number,
    private readonly cpuInterface: number,
  ) {}

  startCore(core: number, interrupts: readonly number[]): void {
    const enabled = [SGI, ...interrupts].reduce((bits, number) => bits | (1 << number), 0);
    this.writeDistributor(core, GICD_ISENABLER, enabled);
    this.writeInterface(core, GICC_PMR, EVERY_PRIORITY);
    this.writeInterface(core, GICC_CTLR, 1);
    if (core === 0) this.writeDistributor(0, GICD_CTLR, 1);
  }
  enableShared(number: number): void {
    this.bus.initiator = 0;
    this.bus.write(this.distributor + GICD_ITARGETSR + number, 1, 1);
    this.writeDistributor(0, GICD_ISENABLER + 4 * (number >> 5), 1 << (number & 31));
  }
  acknowledge(core: number): number | undefined {
    this.bus.initiator = core;
    const number = this.bus.read(this.cpuInterface + GICC_IAR, 4) & 0x3ff;
    return number === SPURIOUS ? undefined : number;
  }
  end(core: number, number: number): void {
    this.writeInterface(core, GICC_EOIR, number);
  }
  send(from: number, to: number): void {
    this.writeDistributor(from, GICD_SGIR, (1 << (16 + to)) | SGI);
  }

  private writeDistributor(core: number, offset: number, value: number): void {
    this.bus.initiator = core;
    this.bus.write(this.distributor + offset, 4, value >>> 0);
  }
  private writeInterface(core: number, offset: number, value: number): void {
    this.bus.initiator = core;
    this.bus.write(this.cpuInterface + offset, 4, value >>> 0);
  }
}
