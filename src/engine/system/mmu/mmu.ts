/**
 * Address translation: the EL1&0, EL2 and EL3 regimes, both stages. Arm ARM D5, AArch64.FullTranslate().
 *
 * Runs at every TLB miss, so it allocates nothing and works on halves and on numbers below 2^48.
 */
import type { CoreState } from '../../state.js';
import type { SystemEnvironment } from '../environment.js';
import { toNumber } from '../halves.js';
import type { ProcessorState } from '../processor-state.js';
import { R, type StoredRegister } from '../stored-registers.js';
import {
  FAULT_OF_SOURCE,
  NO_FAULT,
  firstLevel,
  granulesOfTg0,
  granulesOfTg1,
  outputSize,
  TableWalk,
  type DescriptorSource,
} from './table-walk.js';
import { FaultStatus, Translation, type Access } from '../translation.js';

/** Bits of a physical address: ID_AA64MMFR0_EL1.PARange of a Cortex-A53 is 2. */
const PA_RANGE = 2;
const PA_SIZE = 40;

const SCTLR_M = 1 << 0;
const SCTLR_I = 1 << 12;
const SCTLR_WXN = 1 << 19;
const SCR_SIF = 1 << 9;
const HCR_VM = 1 << 0;
const HCR_PTW = 1 << 2;
const HCR_DC = 1 << 12;
const HCR_TGE = 1 << 27;

// Descriptors. High words hold bits 63 to 32.
const AF = 1 << 10;
const NG = 1 << 11;
const NS = 1 << 5;
const AP_EL0 = 1 << 6;
const AP_READ_ONLY = 1 << 7;
const PXN_HIGH = 1 << 21;
const UXN_HIGH = 1 << 22;
const TABLE_NS = 1 << 31;
const TABLE_AP_READ_ONLY = 1 << 30;
const TABLE_AP_NO_EL0 = 1 << 29;
const TABLE_UXN = 1 << 28;
const TABLE_PXN = 1 << 27;
const S2AP_READ = 1 << 6;
const S2AP_WRITE = 1 << 7;

/** PAR_EL1.ATTR values: Normal Write-Back allocating; Write-Through; Non-cacheable; Device-nGnRnE. */
const WRITE_BACK = 0xff;
const WRITE_THROUGH = 0xaa;
const NON_CACHEABLE = 0x44;
const DEVICE = 0x00;

/** The registers of a regime; EL1&0 has TTBR1_EL1 beside its tables. */
interface Regime {
  readonly control: StoredRegister;
  readonly translation: StoredRegister;
  readonly tables: StoredRegister;
  readonly attributes: StoredRegister;
}
const el1: Regime = {
  control: R.SCTLR_EL1,
  translation: R.TCR_EL1,
  tables: R.TTBR0_EL1,
  attributes: R.MAIR_EL1,
};
/** By exception level. */
const regimes: readonly Regime[] = [
  el1,
  el1,
  { control: R.SCTLR_EL2, translation: R.TCR_EL2, tables: R.TTBR0_EL2, attributes: R.MAIR_EL2 },
  { control: R.SCTLR_EL3, translation: R.TCR_EL3, tables: R.TTBR0_EL3, attributes: R.MAIR_EL3 },
];

/** Reads descriptors of stage 2, whose tables are at physical addresses. */
class PhysicalSource implements DescriptorSource {
  readonly descriptor = new Int32Array(2);
  /** Whether the tables are those of a Secure regime, in the Secure physical address space until one says otherwise. */
  secure = false;
  constructor(protected readonly environment: SystemEnvironment) {}
  read(address: number, level: number, tableAttributes: number): number {
    const { environment } = this;
    const isSecure = this.secure && (tableAttributes & TABLE_NS) === 0;
    const place = isSecure ? environment.secureAddress(address) : address;
    return environment.readPhysical(place, 8, this.descriptor)
      ? NO_FAULT
      : FaultStatus.ExternalOnWalk | level;
  }
}

/** Reads descriptors of stage 1, whose tables are at intermediate physical addresses. */
class IntermediateSource extends PhysicalSource {
  constructor(
    environment: SystemEnvironment,
    private readonly mmu: Mmu,
  ) {
    super(environment);
  }
  override read(address: number, level: number, tableAttributes: number): number {
    if (!this.mmu.stage2Enabled) return super.read(address, level, tableAttributes);
    const physical = this.mmu.walkAddress(address);
    return physical < 0 ? FAULT_OF_SOURCE : super.read(physical, level, tableAttributes);
  }
}

export class Mmu {
  /** The outcome of the last translation. */
  readonly result = new Translation();
  /** Whether the translation under way has a second stage. */
  stage2Enabled = false;

  private readonly stage1 = new TableWalk();
  private readonly stage2 = new TableWalk();
  private readonly stage1Source: IntermediateSource;
  private readonly stage2Source: PhysicalSource;

  constructor(
    private readonly state: CoreState,
    private readonly environment: SystemEnvironment,
    private readonly pstate: ProcessorState,
  ) {
    this.stage1Source = new IntermediateSource(environment, this);
    this.stage2Source = new PhysicalSource(environment);
  }

  /**
   * Translates a virtual address for an access at exception level `el`. `stages` 1 stops before stage 2, for
   * AT S1*. The result is valid until the next call.
   */
  translate(low: number, high: number, access: Access, el: number, stages: 1 | 2 = 2): Translation {
    const { result, state } = this;
    result.fault = false;
    result.stage2 = false;
    result.onWalk = false;
    result.secure = el === 3 || this.pstate.secureBelow;
    const hypervisor = this.pstate.el2Enabled && el < 2 ? state.low(R.HCR_EL2) : 0;
    // HCR_EL2.DC acts as VM too.
    this.stage2Enabled = (hypervisor & (HCR_VM | HCR_DC)) !== 0;
    const control = state.low(regimes[el].control);
    if ((control & SCTLR_M) === 0 || (hypervisor & (HCR_DC | HCR_TGE)) !== 0) {
      this.flat(low, high, access, el, control, hypervisor);
    } else {
      this.walkStage1(low, high, access, el, control);
    }
    if (!result.fault && this.stage2Enabled && stages === 2) this.combine(access);
    if (!result.fault && result.secure) result.physical = this.environment.secureAddress(result.physical);
    return result;
  }

  /** Stage 1 disabled: AArch64.TranslateAddressS1Off(). */
  private flat(
    low: number,
    high: number,
    access: Access,
    el: number,
    control: number,
    hypervisor: number,
  ): void {
    const { result } = this;
    const top = this.hasTag(high, el) ? high & 0x00ff_ffff : high;
    if (top >>> (PA_SIZE - 32) !== 0) return this.fail(FaultStatus.AddressSize);
    result.physical = toNumber(low, top);
    result.pageSize = 0x4000_0000;
    result.read = result.write = result.execute = true;
    result.notGlobal = false;
    result.shareability = 2;
    if ((hypervisor & HCR_DC) !== 0) {
      result.attributes = WRITE_BACK;
      result.shareability = 0;
    } else if (access === 'execute') {
      result.attributes = (control & SCTLR_I) !== 0 ? WRITE_THROUGH : NON_CACHEABLE;
    } else {
      result.attributes = DEVICE;
    }
    result.device = result.attributes === DEVICE;
  }

  /** Whether the top byte of an address is a tag: TCR_ELx.TBI. */
  private hasTag(high: number, el: number): boolean {
    if (el >= 2) return (this.state.low(regimes[el].translation) & (1 << 20)) !== 0;
    const upper = (high & 0x0080_0000) !== 0;
    return (this.state.high(R.TCR_EL1) & (upper ? 1 << 6 : 1 << 5)) !== 0;
  }

  /** Finds the tables of stage 1 and walks them. */
  private walkStage1(low: number, high: number, access: Access, el: number, control: number): void {
    const { state, stage1 } = this;
    const upper = el < 2 && (high & 0x0080_0000) !== 0;
    const regime = regimes[el];
    const tcr = state.low(regime.translation);
    const sizeOffset = (upper ? tcr >>> 16 : tcr) & 63;
    const inputSize = 64 - sizeOffset;
    // Sizes out of bounds fault, as on QEMU, rather than being forced into bounds.
    if (sizeOffset < 16 || sizeOffset > 39) return this.fail(FaultStatus.Translation);
    if (!isCanonical(low, high, inputSize, upper, this.hasTag(high, el)))
      return this.fail(FaultStatus.Translation);
    if (el < 2 && (tcr & (upper ? 1 << 23 : 1 << 7)) !== 0) return this.fail(FaultStatus.Translation);

    const granule = upper ? granulesOfTg1[tcr >>> 30] : granulesOfTg0[(tcr >>> 14) & 3];
    const ps = el >= 2 ? (tcr >>> 16) & 7 : state.high(R.TCR_EL1) & 7;
    const base = upper ? R.TTBR1_EL1 : regime.tables;
    stage1.inputSize = inputSize;
    stage1.granule = granule;
    stage1.outputSize = outputSize(ps, PA_RANGE);
    stage1.startLevel = firstLevel(inputSize, granule);
    stage1.baseLow = state.low(base);
    stage1.baseHigh = state.high(base);
    this.stage1Source.secure = this.result.secure;
    const status = stage1.run(low, high, this.stage1Source);
    if (status === FAULT_OF_SOURCE) return;
    if (status !== NO_FAULT) return this.fail(status);
    if ((stage1.attributesLow & AF) === 0) return this.fail(FaultStatus.AccessFlag | stage1.level);
    this.describeStage1(el, control);
    this.check(access, FaultStatus.Permission | stage1.level);
  }

  /** Permissions and memory type that the descriptors of stage 1 give. AArch64.CheckPermission(). */
  private describeStage1(el: number, control: number): void {
    const { result, stage1, state } = this;
    const { attributesLow, attributesHigh, tableAttributes } = stage1;
    const readOnly = (attributesLow & AP_READ_ONLY) !== 0 || (tableAttributes & TABLE_AP_READ_ONLY) !== 0;
    const writeForbidsExecute = (control & SCTLR_WXN) !== 0;
    let executeNever = (attributesHigh & UXN_HIGH) !== 0 || (tableAttributes & TABLE_UXN) !== 0;
    if (el >= 2) {
      result.read = true;
      result.write = !readOnly;
    } else {
      const el0 = (attributesLow & AP_EL0) !== 0 && (tableAttributes & TABLE_AP_NO_EL0) === 0;
      result.read = el === 1 || el0;
      result.write = !readOnly && (el === 1 || el0);
      if (el === 1) {
        const pxn = (attributesHigh & PXN_HIGH) !== 0 || (tableAttributes & TABLE_PXN) !== 0;
        executeNever = pxn || (el0 && !readOnly);
      }
    }
    result.execute = !executeNever && !(writeForbidsExecute && result.write);
    if (result.secure) this.describeSecurity();
    result.notGlobal = el < 2 && (attributesLow & NG) !== 0;
    result.physical = stage1.output;
    result.pageSize = 1 << stage1.blockShift;

    const index = (attributesLow >>> 2) & 7;
    const mair = regimes[el].attributes;
    const half = index < 4 ? state.low(mair) : state.high(mair);
    result.attributes = (half >>> ((index & 3) * 8)) & 0xff;
    result.device = (result.attributes & 0xf0) === 0;
    const outerShareable = result.device || result.attributes === NON_CACHEABLE;
    result.shareability = outerShareable ? 2 : (attributesLow >>> 8) & 3;
  }

  /** Where a Secure regime leads to Non-secure memory; under SCR_EL3.SIF nothing is executed from there. */
  private describeSecurity(): void {
    const { result, stage1, state } = this;
    result.secure = (stage1.attributesLow & NS) === 0 && (stage1.tableAttributes & TABLE_NS) === 0;
    if (!result.secure && (state.low(R.SCR_EL3) & SCR_SIF) !== 0) result.execute = false;
  }

  private check(access: Access, status: number): void {
    const { result } = this;
    const allowed = access === 'read' ? result.read : access === 'write' ? result.write : result.execute;
    if (!allowed) this.fail(status);
  }

  /** Second stage of a translation whose first succeeded: AArch64.SecondStageTranslate(). */
  private combine(access: Access): void {
    const { result, stage2 } = this;
    const intermediate = result.physical;
    if (!this.walkStage2(intermediate)) return;
    const { attributesLow, attributesHigh } = stage2;
    const read = (attributesLow & S2AP_READ) !== 0;
    const write = (attributesLow & S2AP_WRITE) !== 0;
    const execute = (attributesHigh & UXN_HIGH) === 0;
    if (!(access === 'read' ? read : access === 'write' ? write : execute)) {
      return this.failStage2(FaultStatus.Permission | stage2.level, intermediate, false);
    }
    result.read &&= read;
    result.write &&= write;
    result.execute &&= execute;
    result.physical = stage2.output;
    result.pageSize = Math.min(result.pageSize, 2 ** stage2.blockShift);
    this.combineAttributes((attributesLow >>> 2) & 15, (attributesLow >>> 8) & 3);
  }

  /** The weaker of both stages' memory types wins: CombineS1S2Desc(). */
  private combineAttributes(memory: number, shareability: number): void {
    const { result } = this;
    if (memory >>> 2 === 0) {
      const device = memory << 2;
      result.attributes = result.device ? Math.min(result.attributes, device) : device;
      result.device = true;
    } else if (!result.device) {
      const outer = weaker(result.attributes >>> 4, memory >>> 2);
      const inner = weaker(result.attributes & 15, memory & 3);
      result.attributes = (outer << 4) | inner;
    }
    const outerShareable = result.device || result.attributes === NON_CACHEABLE;
    const sharing = Math.max(sharingRank(result.shareability), sharingRank(shareability));
    result.shareability = outerShareable || sharing === 2 ? 2 : sharing === 1 ? 3 : 0;
  }

  /** Physical address of a descriptor of stage 1; negative after a stage 2 fault on the walk. */
  walkAddress(address: number): number {
    if (!this.walkStage2(address, true)) return -1;
    const { stage2 } = this;
    const device = (stage2.attributesLow & 0x30) === 0;
    const protect = device && (this.state.low(R.HCR_EL2) & HCR_PTW) !== 0;
    if ((stage2.attributesLow & S2AP_READ) === 0 || protect) {
      this.failStage2(FaultStatus.Permission | stage2.level, address, true);
      return -1;
    }
    return stage2.output;
  }

  /** Walks the tables of stage 2 for an intermediate physical address; false after a fault. */
  private walkStage2(address: number, onWalk = false): boolean {
    const { state, stage2 } = this;
    const vtcr = state.low(R.VTCR_EL2);
    const granule = granulesOfTg0[(vtcr >>> 14) & 3];
    stage2.granule = granule;
    stage2.inputSize = 64 - (vtcr & 63);
    stage2.outputSize = outputSize((vtcr >>> 16) & 7, PA_RANGE);
    const sl0 = (vtcr >>> 6) & 3;
    stage2.startLevel = (granule === 12 ? 2 : 3) - sl0;
    stage2.baseLow = state.low(R.VTTBR_EL2);
    stage2.baseHigh = state.high(R.VTTBR_EL2);
    let status: number = FaultStatus.Translation;
    if (this.stage2IsConsistent(sl0) && address < 2 ** stage2.inputSize) {
      const high = Math.floor(address / 0x1_0000_0000);
      status = stage2.run(address | 0, high, this.stage2Source);
      if (status === NO_FAULT && (stage2.attributesLow & AF) === 0) {
        status = FaultStatus.AccessFlag | stage2.level;
      }
    }
    if (status === NO_FAULT) return true;
    this.failStage2(status, address, onWalk);
    return false;
  }

  /** Whether VTCR_EL2.SL0 and T0SZ fit each other, the granule and the physical address size. */
  private stage2IsConsistent(sl0: number): boolean {
    const { granule, inputSize, startLevel, outputSize: size } = this.stage2;
    if (sl0 === 3) return false;
    if (startLevel === 0 && (granule !== 12 || size <= 42)) return false;
    if (startLevel === 1 && ((granule === 16 && size <= 42) || (granule === 14 && size <= 40))) return false;
    if (inputSize > size || inputSize < 25) return false;
    const startBits = inputSize - (granule + (3 - startLevel) * (granule - 3));
    return startBits >= 1 && startBits <= granule - 3 + 4;
  }

  private fail(status: number): void {
    this.result.fault = true;
    this.result.status = status;
  }

  private failStage2(status: number, intermediate: number, onWalk: boolean): void {
    const { result } = this;
    result.fault = true;
    result.status = status;
    result.stage2 = true;
    result.onWalk = onWalk;
    result.intermediate = intermediate;
  }
}

/** Whether bits 63 (55 with a tag) down to `inputSize` of an address are all equal to its range's. */
function isCanonical(low: number, high: number, inputSize: number, upper: boolean, tagged: boolean): boolean {
  const extended = tagged ? (high << 8) >> 8 : high;
  const expected = upper ? -1 : 0;
  if (inputSize >= 32) return extended >> (inputSize - 32) === expected;
  return extended === expected && low >> inputSize === expected;
}

/** Descriptors' SH in order: 0 not or reserved, 1 inner shareable, 2 outer shareable. */
function sharingRank(shareability: number): number {
  return shareability === 2 ? 2 : shareability === 3 ? 1 : 0;
}

/** The weaker of a cacheability of MAIR (4 bits) and of stage 2 (1 none, 2 write-through, 3 write-back). */
function weaker(stage1: number, stage2: number): number {
  if (stage1 === 4 || stage2 === 1) return 4;
  const isWriteBack = (stage1 & 4) !== 0;
  return isWriteBack && stage2 === 2 ? 8 | (stage1 & 3) : stage1;
}
