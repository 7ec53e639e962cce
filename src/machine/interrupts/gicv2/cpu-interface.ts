/**
 * A core's CPU interface, GICC_*, IHI 0048B section 4.4. With the Security Extensions, Non-secure accesses have views
 * of their own: of GICC_CTLR what is about Group 1, of priorities the lower half as the whole. Without them, every
 * access is as a Secure one.
 *
 * The virtual CPU interface (GICV_*) has the same rules over another source of interrupts, the list registers;
 * so what an interface needs from the source is an interface of its own.
 */
import { integer, listOfExactly, record, word, type Shaped } from '../../../engine/index.js';
import type { Snapshotable } from '../../device.js';
import { SPURIOUS, WRONG_GROUP, type Candidate } from './interrupt-table.js';

const GICC_CTLR = 0x0000;
const GICC_PMR = 0x0004;
const GICC_BPR = 0x0008;
const GICC_IAR = 0x000c;
const GICC_EOIR = 0x0010;
const GICC_RPR = 0x0014;
const GICC_HPPIR = 0x0018;
const GICC_ABPR = 0x001c;
const GICC_APR0 = 0x00d0;
const GICC_NSAPR0 = 0x00e0;
const GICC_IIDR = 0x00fc;
const GICC_DIR = 0x1000;

/** Architecture version 2, implementer Arm. */
const IIDR_VALUE = 0x0002_043b;

export const CTLR_AckCtl = 1 << 2;
const CTLR_FIQEn = 1 << 3;
const CTLR_CBPR = 1 << 4;
const CTLR_EnableGrp1 = 1 << 1;
const CTLR_EOImode = 1 << 9;
const CTLR_EOImodeNS = 1 << 10;
const CTLR_WRITABLE = 0x21f;
const CTLR_SECURITY_WRITABLE = CTLR_WRITABLE | CTLR_EOImodeNS;

/** The running priority when nothing is active. */
const IDLE_PRIORITY = 0x100;

/** Where a CPU interface's interrupts come from. */
export interface InterruptSource {
  /** EnableGrp0 and EnableGrp1 as bits 0 and 1. */
  enabledGroups(): number;
  /** Whether EOIR and DIR accept this INTID. */
  exists(id: number): boolean;
  priority(id: number): number;
  group(id: number): 0 | 1;
  /** Takes the pending interrupt, marks it active, gives what IAR reads. */
  acknowledge(id: number): number;
  /** `count`: if it is not active, this is one of the ends that a virtual interface counts. */
  deactivate(id: number, count: boolean): void;
}

/** What tells a virtual interface from a physical one. */
export interface InterfaceKind {
  /**
   * The lowest binary point, which also says how many priority bits the active priorities registers tell apart:
   * all eight for 0.
   */
  readonly minimumBpr: 0 | 2;
  readonly minimumAbpr: 1 | 3;
  /** Implemented priority bits. */
  readonly priorityMask: number;
  /** Bits of GICC_CTLR that can be written. */
  readonly controlMask: number;
  /** One active priorities register for both groups; the end of an interrupt that is not active is counted. */
  readonly isVirtual: boolean;
}

export const PHYSICAL: InterfaceKind = {
  minimumBpr: 0,
  minimumAbpr: 1,
  priorityMask: 0xff,
  controlMask: CTLR_WRITABLE,
  isVirtual: false,
};
export const PHYSICAL_WITH_SECURITY: InterfaceKind = { ...PHYSICAL, controlMask: CTLR_SECURITY_WRITABLE };

const stateShape = record({
  ctlr: integer(0, CTLR_SECURITY_WRITABLE),
  pmr: integer(0, 0xff),
  bpr: integer(0, 7),
  abpr: integer(0, 7),
  apr: listOfExactly(4, word),
  nsapr: listOfExactly(4, word),
  runningPriority: integer(0, IDLE_PRIORITY),
});
export type CpuInterfaceState = Shaped<typeof stateShape>;

export class CpuInterface implements Snapshotable<CpuInterfaceState> {
  readonly shape = stateShape;
  s: CpuInterfaceState;
  /** The pending interrupt that the priority mask lets through, or SPURIOUS. */
  private pending = SPURIOUS;

  constructor(
    private readonly source: InterruptSource,
    private readonly kind: InterfaceKind,
    private readonly changed: () => void,
  ) {
    this.s = {
      ctlr: 0,
      pmr: 0,
      bpr: kind.minimumBpr,
      abpr: kind.minimumAbpr,
      apr: [0, 0, 0, 0],
      nsapr: [0, 0, 0, 0],
      runningPriority: IDLE_PRIORITY,
    };
  }

  /** Takes up the source's best candidate; gives the levels of the outputs to the core. */
  evaluate(candidate: Candidate): { irq: boolean; fiq: boolean } {
    const none = { irq: false, fiq: false };
    this.pending = SPURIOUS;
    const enabled = this.source.enabledGroups();
    if ((enabled & 3) === 0 || (this.s.ctlr & 3) === 0) return none;
    if (candidate.priority >= this.s.pmr) return none;
    this.pending = candidate.id;
    if (candidate.priority >= this.s.runningPriority) return none;
    const group = this.source.group(candidate.id);
    if ((enabled & this.s.ctlr & (1 << group)) === 0) return none;
    const isFiq = group === 0 && (this.s.ctlr & CTLR_FIQEn) !== 0;
    return { irq: !isFiq, fiq: isFiq };
  }

  /** Whether it is enabled, with a priority mask that lets something through. */
  get delivers(): boolean {
    return (this.s.ctlr & 3) !== 0 && this.s.pmr > 0;
  }

  /** `nonSecure`: by a Non-secure access to a GIC with the Security Extensions. */
  read(offset: number, nonSecure = false): number {
    const priorities = this.activePrioritiesAt(offset, nonSecure);
    if (priorities !== undefined) return priorities.registers[priorities.index];
    if (nonSecure) return this.readNonSecure(offset);
    switch (offset) {
      case GICC_CTLR:
        return this.s.ctlr;
      case GICC_PMR:
        return this.s.pmr;
      case GICC_BPR:
        return this.s.bpr;
      case GICC_IAR:
        return this.acknowledge(false);
      case GICC_RPR:
        return Math.min(this.s.runningPriority, 0xff);
      case GICC_HPPIR:
        return this.visiblePending(false);
      case GICC_ABPR:
        return this.s.abpr;
      case GICC_IIDR:
        return IIDR_VALUE;
      default:
        return 0;
    }
  }

  private readNonSecure(offset: number): number {
    const { ctlr, pmr, bpr, abpr, runningPriority } = this.s;
    switch (offset) {
      case GICC_CTLR:
        return (ctlr & (CTLR_EnableGrp1 | CTLR_EOImodeNS)) >> 1;
      case GICC_PMR:
        return nonSecurePriority(pmr);
      case GICC_BPR:
        return (ctlr & CTLR_CBPR) !== 0 ? Math.min(bpr + 1, 7) : abpr;
      case GICC_IAR:
        return this.acknowledge(true);
      case GICC_RPR:
        return runningPriority > 0xff ? 0xff : nonSecurePriority(runningPriority);
      case GICC_HPPIR:
        return this.visiblePending(true);
      case GICC_IIDR:
        return IIDR_VALUE;
      default:
        return 0;
    }
  }

  write(offset: number, value: number, nonSecure = false): void {
    const priorities = this.activePrioritiesAt(offset, nonSecure);
    if (priorities !== undefined) {
      priorities.registers[priorities.index] = value;
      this.findRunningPriority();
    } else if (offset === GICC_EOIR) {
      this.endOfInterrupt(value & 0x3ff, nonSecure);
    } else if (offset === GICC_DIR) {
      this.deactivate(value & 0x3ff, nonSecure);
    } else if (nonSecure) {
      this.writeNonSecure(offset, value);
    } else {
      this.writeControl(offset, value);
    }
    this.changed();
  }

  /** GICC_APR0, of a virtual interface also known as GICH_APR. */
  get activePriorities(): number {
    return this.s.apr[0];
  }

  set activePriorities(value: number) {
    this.s.apr[0] = value;
    this.findRunningPriority();
  }

  /** Sets what GICH_VMCR sets. */
  set({ ctlr, pmr, bpr, abpr }: Pick<CpuInterfaceState, 'ctlr' | 'pmr' | 'bpr' | 'abpr'>): void {
    this.s.ctlr = ctlr & this.kind.controlMask;
    this.s.pmr = pmr & this.kind.priorityMask;
    this.s.bpr = Math.max(bpr, this.kind.minimumBpr);
    this.s.abpr = Math.max(abpr, this.kind.minimumAbpr);
  }

  /** The register at GICC_APRn or GICC_NSAPRn; Non-secure GICC_APRn are the upper half of GICC_NSAPRn. */
  private activePrioritiesAt(
    offset: number,
    nonSecure: boolean,
  ): { registers: number[]; index: number } | undefined {
    if (offset < GICC_APR0 || offset >= GICC_NSAPR0 + 16 || offset & 3) return undefined;
    if (nonSecure) {
      const index = (offset - GICC_APR0) / 4 + 2;
      return index < 4 ? { registers: this.s.nsapr, index } : undefined;
    }
    if (this.kind.isVirtual) return offset === GICC_APR0 ? { registers: this.s.apr, index: 0 } : undefined;
    const registers = offset < GICC_NSAPR0 ? this.s.apr : this.s.nsapr;
    return { registers, index: (offset >> 2) & 3 };
  }

  private writeControl(offset: number, value: number): void {
    switch (offset) {
      case GICC_CTLR:
        this.s.ctlr = value & this.kind.controlMask;
        break;
      case GICC_PMR:
        this.s.pmr = value & this.kind.priorityMask;
        break;
      case GICC_BPR:
        this.s.bpr = Math.max(value & 7, this.kind.minimumBpr);
        break;
      case GICC_ABPR:
        this.s.abpr = Math.max(value & 7, 1);
        break;
    }
  }

  private writeNonSecure(offset: number, value: number): void {
    const { s } = this;
    const own = CTLR_EnableGrp1 | CTLR_EOImodeNS;
    switch (offset) {
      case GICC_CTLR:
        s.ctlr = (s.ctlr & ~own) | ((value << 1) & own);
        break;
      case GICC_PMR:
        if ((s.pmr & 0x80) !== 0) s.pmr = 0x80 | ((value & 0xff) >> 1);
        break;
      case GICC_BPR:
        if ((s.ctlr & CTLR_CBPR) === 0) s.abpr = Math.max(value & 7, 1);
        break;
    }
  }

  /** What firmware leaves for Non-secure software: a mask that it can change. */
  openToNonSecure(): void {
    this.s.pmr = 0x80;
  }

  save(): CpuInterfaceState {
    return structuredClone(this.s);
  }

  load(state: CpuInterfaceState): void {
    this.s = structuredClone(state);
  }

  /** HPPIR's view: Secure software sees a Group 1 interrupt only if AckCtl is set, other software no Group 0 (4.4.6). */
  private visiblePending(nonSecure: boolean): number {
    if (this.pending === SPURIOUS) return SPURIOUS;
    const group = this.source.group(this.pending);
    if (nonSecure) return group === 0 ? SPURIOUS : this.pending;
    const hidden = group === 1 && (this.s.ctlr & CTLR_AckCtl) === 0;
    return hidden ? WRONG_GROUP : this.pending;
  }

  private acknowledge(nonSecure: boolean): number {
    const id = this.visiblePending(nonSecure);
    if (id >= WRONG_GROUP) return id;
    if (this.source.priority(id) >= this.s.runningPriority) return SPURIOUS;
    this.activate(id);
    const value = this.source.acknowledge(id);
    this.changed();
    return value;
  }

  /** Sets the active priorities bit of the interrupt's group priority, which becomes the running priority. */
  private activate(id: number): void {
    const priority = this.groupPriority(id);
    const level = priority >> (this.kind.minimumBpr + 1);
    const registers = this.activePrioritiesOf(id);
    registers[level >> 5] = (registers[level >> 5] | (1 << (level & 31))) >>> 0;
    this.s.runningPriority = priority;
  }

  /** The active priorities registers that an interrupt of this group is noted in. */
  private activePrioritiesOf(id: number): number[] {
    if (this.kind.isVirtual) return this.s.apr;
    return this.source.group(id) === 1 ? this.s.nsapr : this.s.apr;
  }

  /**
   * The part of the priority above the binary point: BPR n leaves bits [7:n+1]. ABPR, for Group 1, counts from
   * one more, as the Non-secure BPR does (section 3.3.3).
   */
  private groupPriority(id: number): number {
    const useAbpr = this.source.group(id) === 1 && (this.s.ctlr & CTLR_CBPR) === 0;
    const bpr = useAbpr ? this.s.abpr - 1 : this.s.bpr;
    return this.source.priority(id) & (-2 << bpr) & 0xff;
  }

  /** Whether the end of an interrupt leaves it active, for GICC_DIR. */
  private endIsSplit(nonSecure: boolean): boolean {
    return (this.s.ctlr & (nonSecure ? CTLR_EOImodeNS : CTLR_EOImode)) !== 0;
  }

  private deactivate(id: number, nonSecure: boolean): void {
    if (!this.endIsSplit(nonSecure) || !this.source.exists(id)) return;
    if (nonSecure && this.source.group(id) === 0) return;
    this.source.deactivate(id, true);
  }

  private endOfInterrupt(id: number, nonSecure: boolean): void {
    if (!this.source.exists(id)) return;
    if (nonSecure && this.source.group(id) === 0) return;
    const isRunning = this.s.runningPriority !== IDLE_PRIORITY;
    if (!isRunning && !this.kind.isVirtual) return;
    this.dropPriority(this.activePrioritiesOf(id));
    if (!this.endIsSplit(nonSecure)) this.source.deactivate(id, isRunning);
  }

  /** Clears the highest active priority of the group and finds what is then the running priority. */
  private dropPriority(registers: number[]): void {
    const highest = registers.findIndex((register) => register !== 0);
    if (highest >= 0) registers[highest] = (registers[highest] & (registers[highest] - 1)) >>> 0;
    this.findRunningPriority();
  }

  private findRunningPriority(): void {
    this.s.runningPriority = IDLE_PRIORITY;
    for (let i = 0; i < 4; i++) {
      const active = this.s.apr[i] | this.s.nsapr[i];
      if (active === 0) continue;
      const lowestBit = 31 - Math.clz32(active & -active);
      this.s.runningPriority = (i * 32 + lowestBit) << (this.kind.minimumBpr + 1);
      return;
    }
  }
}

/** A priority as Non-secure software sees it: the lower half as the whole range, the upper half as 0 (section 3.8.1). */
const nonSecurePriority = (priority: number): number =>
  (priority & 0x80) !== 0 ? (priority << 1) & 0xff : 0;
