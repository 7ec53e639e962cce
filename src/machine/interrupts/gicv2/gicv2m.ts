/**
 * A GICv2m frame: a write of an interrupt number raises that SPI, so that PCI devices can signal by message
 * (Arm Server Base System Architecture 2.2, appendix E).
 */
import { nothing } from '../../../engine/index.js';
import type { AccessSize, Device, Line } from '../../device.js';

const MSI_TYPER = 0x008;
const MSI_SETSPI_NS = 0x040;
const MSI_IIDR = 0xfcc;

/** As QEMU's frame identifies itself: ProductID 0x51 ('Q'), no implementer. */
const IIDR_VALUE = 0x0510_0000;

export class Gicv2m implements Device<null> {
  readonly size = 0x1000;
  readonly shape = nothing;

  /**
   * @param base the first SPI of the frame
   * @param lines the GIC's inputs of the frame's SPIs, in order
   */
  constructor(
    readonly name: string,
    private readonly base: number,
    private readonly lines: readonly Line[],
  ) {}

  /** Anything but a word reads as zero and is ignored on write. */
  read(offset: number, size: AccessSize): number {
    if (size !== 4) return 0;
    switch (offset) {
      case MSI_TYPER:
        return ((32 + this.base) << 16) | this.lines.length;
      case MSI_IIDR:
        return IIDR_VALUE;
      default:
        return 0;
    }
  }

  /** The interrupt is a pulse: it arrives as an edge. */
  write(offset: number, size: AccessSize, value: number): void {
    if (offset !== MSI_SETSPI_NS || size !== 4) return;
    const line = this.lines[(value & 0x3ff) - 32 - this.base];
    line?.set(true);
    line?.set(false);
  }

  save(): null {
    return null;
  }

  load(): void {}
}
