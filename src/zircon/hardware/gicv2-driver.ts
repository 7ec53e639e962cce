/** The GICv2 as the kernel programs it. Arm IHI 0048B, chapter 4. */
import type { Board } from '../../machine/index.js';
import type { InterruptDriver } from './drivers.js';

const GICD_CTLR = 0x000;
const GICD_TYPER = 0x004;
const GICD_ISENABLER = 0x100;
const GICD_ITARGETSR = 0x800;
const GICD_SGIR = 0xf00;
const GICC_CTLR = 0x00;
const GICC_PMR = 0x04;
const GICC_IAR = 0x0c;
const GICC_EOIR = 0x10;
const SPURIOUS = 1023;
const EVERY_PRIORITY = 0xff;
/** SGI that cores send each other, and all SGIs. */
const SGI = 0;
const SGIS = 0xffff;

export class Gicv2Driver implements InterruptDriver {
  constructor(
    private readonly bus: Board['bus'],
    /** Physical addresses of GICD and GICC. */
    private readonly distributor: number,
    private readonly cpuInterface: number,
  ) {}

  startCore(core: number, interrupts: readonly number[]): void {
    this.writeDistributor(core, GICD_ISENABLER, this.ownBits(interrupts));
    this.writeInterface(core, GICC_PMR, EVERY_PRIORITY);
    this.writeInterface(core, GICC_CTLR, 1);
    if (core === 0) this.writeDistributor(0, GICD_CTLR, 1);
  }
  /** A core's own interrupts, as bits; SGIs are always enabled. */
  private ownBits(interrupts: readonly number[]): number {
    return interrupts.reduce((bits, number) => bits | (1 << number), SGIS) >>> 0;
  }
  enableShared(number: number): void {
    this.bus.initiator = 0;
    this.bus.write(this.distributor + GICD_ITARGETSR + number, 1, 1);
    this.writeDistributor(0, GICD_ISENABLER + 4 * (number >> 5), 1 << (number & 31));
  }
  acknowledge(core: number): number | undefined {
    const number = this.readInterface(core, GICC_IAR) & 0x3ff;
    return number === SPURIOUS ? undefined : number;
  }
  end(core: number, number: number): void {
    this.writeInterface(core, GICC_EOIR, number);
  }
  send(from: number, to: number): void {
    this.writeDistributor(from, GICD_SGIR, (1 << (16 + to)) | SGI);
  }

  isStarted(core: number, interrupts: readonly number[], shared: number | undefined): boolean {
    const own = this.ownBits(interrupts);
    return (
      this.enabled(core, 0) === own &&
      this.readInterface(core, GICC_PMR) === EVERY_PRIORITY &&
      this.readInterface(core, GICC_CTLR) === 1 &&
      (shared === undefined || this.onlyShared(shared))
    );
  }
  private onlyShared(shared: number): boolean {
    const words = 32 * ((this.read(0, this.distributor + GICD_TYPER) & 0x1f) + 1);
    for (let first = 32; first < words; first += 32) {
      const bits = shared >>> 5 === first / 32 ? (1 << (shared & 31)) >>> 0 : 0;
      if (this.enabled(0, first / 32) !== bits) return false;
    }
    return this.read(0, this.distributor + GICD_CTLR) === 1;
  }
  private enabled(core: number, word: number): number {
    return this.read(core, this.distributor + GICD_ISENABLER + 4 * word);
  }
  private read(core: number, address: number): number {
    this.bus.initiator = core;
    return this.bus.read(address, 4);
  }
  private readInterface(core: number, offset: number): number {
    return this.read(core, this.cpuInterface + offset);
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
