/**
 * The walk of one stage's translation tables. AArch64.TranslationTableWalk() of the Arm ARM, section D5.2,
 * without the permissions, which `mmu.ts` reads off the descriptor that is found.
 */
import { bits } from '../halves.js';
import { FaultStatus } from '../translation.js';

/** Reads the descriptor at a physical (or intermediate physical) address; answers the outcome. */
export interface DescriptorSource {
  /**
   * Leaves the descriptor in `descriptor[0]` (low) and `descriptor[1]` (high). `tableAttributes` are those of the tables
   * that have led there.
   */
  read(address: number, level: number, tableAttributes: number): number;
  readonly descriptor: Int32Array;
}

/** Outcomes of a walk other than a fault status: none, and one that the source has already described in full. */
export const NO_FAULT = -1;
export const FAULT_OF_SOURCE = -2;

/**
 * log2 of the bytes of a page, by TCR_ELx.TG0 and by TCR_EL1.TG1. Where no granule of a Cortex-A53's is chosen, one of
 * 16 KiB or the reserved value, it is 4 KiB: ID_AA64MMFR0_EL1.TGran4, TGran64.
 */
export const granulesOfTg0 = [12, 16, 12, 12];
export const granulesOfTg1 = [12, 12, 12, 16];
/** Bits of an output address, by TCR_ELx.(I)PS. */
const outputSizes = [32, 36, 40, 42, 44, 48, 48, 48];

/** Bits of physical addresses by ID_AA64MMFR0_EL1.PARange; outputs beyond `range` are address size faults. */
export function outputSize(size: number, range: number): number {
  return outputSizes[Math.min(size, range)];
}

/** The level at which a walk of stage 1 begins, by the size of its input. */
export function firstLevel(inputSize: number, granule: number): number {
  return 4 - Math.ceil((inputSize - granule) / (granule - 3));
}

export class TableWalk {
  // What to walk: set by the caller.
  /** Bits of the input address that the tables resolve. */
  inputSize = 0;
  /** log2 of the granule: 12, 14 or 16. */
  granule = 12;
  outputSize = 48;
  startLevel = 0;
  baseLow = 0;
  baseHigh = 0;

  // What was found.
  level = 0;
  /** Physical address of the input, below 2^48. */
  output = 0;
  /** log2 of the bytes that the block or page translates. */
  blockShift = 0;
  attributesLow = 0;
  attributesHigh = 0;
  /** Bits 63 to 59 of the table descriptors on the way, or-ed, at 31 to 27. */
  tableAttributes = 0;

  /** Walks the tables for an input address in halves. Answers the outcome: a fault status has its level. */
  run(low: number, high: number, source: DescriptorSource): number {
    const { granule } = this;
    const stride = granule - 3;
    const sizeShift = Math.min(this.outputSize, 48) - 32;
    let level = this.startLevel;
    let shift = granule + (3 - level) * stride;
    let indexBits = this.inputSize - shift;
    let tableHigh = this.baseHigh & 0xffff;
    this.tableAttributes = 0;
    if (tableHigh >>> sizeShift !== 0) return FaultStatus.AddressSize;
    const align = -(1 << (indexBits + 3));
    let tableLow = this.baseLow & align;
    for (;;) {
      this.level = level;
      const index = bits(low, high, shift, indexBits);
      const address = tableHigh * 0x1_0000_0000 + ((tableLow >>> 0) + index * 8);
      const failed = source.read(address, level, this.tableAttributes);
      if (failed !== NO_FAULT) return failed;
      const descriptorLow = source.descriptor[0];
      const descriptorHigh = source.descriptor[1];
      if ((descriptorLow & 1) === 0) return FaultStatus.Translation | level;
      const isTable = (descriptorLow & 2) !== 0 && level < 3;
      if (!isTable && !this.isLeaf(descriptorLow, level)) return FaultStatus.Translation | level;
      const addressHigh = descriptorHigh & 0xffff;
      if (addressHigh >>> sizeShift !== 0) return FaultStatus.AddressSize | level;
      if (!isTable) {
        this.blockShift = shift;
        const offset = (1 << shift) - 1; // no block is larger than 1 GiB
        this.output = addressHigh * 0x1_0000_0000 + (((descriptorLow & ~offset) | (low & offset)) >>> 0);
        this.attributesLow = descriptorLow;
        this.attributesHigh = descriptorHigh;
        return NO_FAULT;
      }
      this.tableAttributes |= descriptorHigh & 0xf800_0000;
      tableLow = descriptorLow & -(1 << granule);
      tableHigh = addressHigh;
      level += 1;
      shift -= stride;
      indexBits = stride;
    }
  }

  /** Whether a valid descriptor that is no table can stand at this level: pages at 3, blocks where D5.3.1 says. */
  private isLeaf(descriptorLow: number, level: number): boolean {
    if (level === 3) return (descriptorLow & 2) !== 0;
    return level === 2 || (level === 1 && this.granule === 12);
  }
}
