/**
 * The GIC's virtual interface control registers of one core, GICH_*, IHI 0048B section 5.3: a hypervisor lists
 * interrupts here, and its guest takes them through a CPU interface of its own, GICV_*.
 */
import { listOfExactly, record, word, type Shaped } from '../../../engine/index.js';
import type { Snapshotable } from '../../device.js';
import { CpuInterface, type InterfaceKind, type InterruptSource } from './cpu-interface.js';
import { SPURIOUS, type Candidate } from './interrupt-table.js';

const GICH_HCR = 0x000;
const GICH_VTR = 0x004;
const GICH_VMCR = 0x008;
const GICH_MISR = 0x010;
const GICH_EISR0 = 0x020;
const GICH_ELRSR0 = 0x030;
const GICH_APR = 0x0f0;
const GICH_LR0 = 0x100;

const LIST_REGISTERS = 4;
/** PRIbits and PREbits: 5 each, so 32 levels; ListRegs: 4. Each is stored less one. */
const VTR_VALUE = ((4 << 29) | (4 << 26) | (LIST_REGISTERS - 1)) >>> 0;

// GICH_HCR. The maintenance interrupt enables, bits [7:1], each have a condition in GICH_MISR.
const HCR_EN = 1 << 0;
const HCR_UIE = 1 << 1;
const HCR_LRENPIE = 1 << 2;
const HCR_NPIE = 1 << 3;
const HCR_VGrp0EIE = 1 << 4;
const HCR_VGrp0DIE = 1 << 5;
const HCR_VGrp1EIE = 1 << 6;
const HCR_VGrp1DIE = 1 << 7;
const HCR_WRITABLE = 0xf800_00ff;
const EOI_COUNT_ONE = 1 << 27;
const EOI_COUNT = 0xf800_0000;

// GICH_LRn.
const LR_PENDING = 1 << 28;
const LR_ACTIVE = 1 << 29;
const LR_Grp1 = 1 << 30;
const LR_HW = 1 << 31;
const LR_EOI = 1 << 19;
const LR_WRITABLE = 0xff8f_ffff;
const LR_STATE = LR_PENDING | LR_ACTIVE;

const virtualId = (lr: number): number => lr & 0x3ff;
/** With HW set: the physical interrupt. */
const physicalId = (lr: number): number => (lr >>> 10) & 0x3ff;
/** With HW clear: the core that is said to have sent an SGI. */
const senderId = (lr: number): number => (lr >>> 10) & 7;
const priorityOf = (lr: number): number => ((lr >>> 23) & 0x1f) << 3;
const isInvalid = (lr: number): boolean => (lr & LR_STATE) === 0;

/** INTIDs from 1020 have special meanings. */
const MAX_INTID = 1020;
const SGIS = 16;

const stateShape = record({ hcr: word, lr: listOfExactly(LIST_REGISTERS, word) });
export type VirtualInterfaceState = Shaped<typeof stateShape>;

export class VirtualInterface implements Snapshotable<VirtualInterfaceState>, InterruptSource {
  /** GICV: what the guest sees as its CPU interface. */
  readonly cpuInterface: CpuInterface;
  readonly shape = stateShape;
  private hcr = 0;
  private lr = Array<number>(LIST_REGISTERS).fill(0);

  /**
   * @param physical what the interface is like that it is the virtual one beside
   * @param deactivatePhysical ends a hardware interrupt that the guest has ended
   * @param changed the outputs may have changed
   */
  constructor(
    physical: InterfaceKind,
    private readonly deactivatePhysical: (id: number) => void,
    readonly changed: () => void,
  ) {
    const kind = { ...physical, minimumBpr: 2, minimumAbpr: 3, priorityMask: 0xf8, isVirtual: true } as const;
    this.cpuInterface = new CpuInterface(this, kind, changed);
  }

  read(offset: number): number {
    const index = (offset - GICH_LR0) >> 2;
    if (index >= 0 && index < LIST_REGISTERS) return this.lr[index] >>> 0;
    switch (offset) {
      case GICH_HCR:
        return this.hcr;
      case GICH_VTR:
        return VTR_VALUE;
      case GICH_VMCR:
        return this.readVmcr();
      case GICH_MISR:
        return this.maintenanceStatus();
      case GICH_EISR0:
        return this.collect((lr) => isInvalid(lr) && (lr & LR_HW) === 0 && (lr & LR_EOI) !== 0);
      case GICH_ELRSR0:
        return this.collect((lr) => isInvalid(lr) && ((lr & LR_HW) !== 0 || (lr & LR_EOI) === 0));
      case GICH_APR:
        return this.cpuInterface.activePriorities;
      default:
        return 0;
    }
  }

  write(offset: number, value: number): void {
    const index = (offset - GICH_LR0) >> 2;
    if (index >= 0 && index < LIST_REGISTERS) this.lr[index] = value & LR_WRITABLE;
    else if (offset === GICH_HCR) this.hcr = (value & HCR_WRITABLE) >>> 0;
    else if (offset === GICH_VMCR) this.writeVmcr(value);
    else if (offset === GICH_APR) this.cpuInterface.activePriorities = value;
    this.changed();
  }

  /** The level of the maintenance interrupt. */
  get maintenance(): boolean {
    return (this.hcr & HCR_EN) !== 0 && this.maintenanceStatus() !== 0;
  }

  /** The levels of the virtual interrupts to the core. */
  evaluate(): { irq: boolean; fiq: boolean } {
    const best: Candidate = { id: SPURIOUS, priority: 0x100 };
    for (const lr of this.lr) {
      if ((lr & LR_STATE) !== LR_PENDING || priorityOf(lr) >= best.priority) continue;
      best.id = virtualId(lr);
      best.priority = priorityOf(lr);
    }
    return this.cpuInterface.evaluate(best);
  }

  save(): VirtualInterfaceState {
    return { hcr: this.hcr, lr: [...this.lr] };
  }

  load(state: VirtualInterfaceState): void {
    this.hcr = state.hcr;
    this.lr = [...state.lr];
  }

  // What the guest's CPU interface asks.

  enabledGroups(): number {
    return this.hcr & HCR_EN ? 3 : 0;
  }

  exists(id: number): boolean {
    return id < MAX_INTID;
  }

  priority(id: number): number {
    return priorityOf(this.lr[this.listed(id)]);
  }

  group(id: number): 0 | 1 {
    return this.lr[this.listed(id)] & LR_Grp1 ? 1 : 0;
  }

  acknowledge(id: number): number {
    const index = this.listed(id);
    this.lr[index] = (this.lr[index] | LR_ACTIVE) & ~LR_PENDING;
    return id < SGIS ? id | (senderId(this.lr[index]) << 10) : id;
  }

  /** An interrupt that is not listed as active is only counted, for the hypervisor to see to. */
  deactivate(id: number, count: boolean): void {
    const index = this.lr.findIndex((lr) => virtualId(lr) === id && (lr & LR_ACTIVE) !== 0);
    if (index < 0) {
      if (count) this.hcr = (this.hcr + EOI_COUNT_ONE) >>> 0;
      return;
    }
    const first = this.listed(id);
    this.lr[first] &= ~LR_ACTIVE;
    if (this.lr[first] & LR_HW) this.deactivatePhysical(physicalId(this.lr[first]));
  }

  /** The first list register that holds this interrupt in any state; there is one when it was a candidate. */
  private listed(id: number): number {
    return this.lr.findIndex((lr) => virtualId(lr) === id && !isInvalid(lr));
  }

  private collect(condition: (lr: number) => boolean): number {
    return this.lr.reduce((bits, lr, i) => (condition(lr) ? bits | (1 << i) : bits), 0);
  }

  /** GICH_MISR, section 5.3.4: its bits are HCR's enables with the conditions that hold. */
  private maintenanceStatus(): number {
    const { hcr } = this;
    const valid = this.lr.filter((lr) => !isInvalid(lr)).length;
    const pending = this.lr.some((lr) => (lr & LR_STATE) === LR_PENDING);
    const groups = this.cpuInterface.s.ctlr;
    const conditions: [enable: number, holds: boolean][] = [
      [HCR_UIE, valid < 2],
      [HCR_LRENPIE, (hcr & EOI_COUNT) !== 0],
      [HCR_NPIE, !pending],
      [HCR_VGrp0EIE, (groups & 1) !== 0],
      [HCR_VGrp0DIE, (groups & 1) === 0],
      [HCR_VGrp1EIE, (groups & 2) !== 0],
      [HCR_VGrp1DIE, (groups & 2) === 0],
    ];
    const ended = this.read(GICH_EISR0) !== 0 ? 1 : 0;
    return conditions.reduce((status, [enable, holds]) => status | (holds ? hcr & enable : 0), ended);
  }

  /** VMPriMask [31:27], VMBP [23:21], VMABP [20:18], VMCCtlr [9:0]: views of the guest's registers. */
  private readVmcr(): number {
    const { ctlr, pmr, bpr, abpr } = this.cpuInterface.s;
    return (((pmr >>> 3) << 27) | (bpr << 21) | (abpr << 18) | (ctlr & 0x3ff)) >>> 0;
  }

  private writeVmcr(value: number): void {
    this.cpuInterface.set({
      ctlr: value & 0x3ff,
      pmr: (value >>> 27) << 3,
      bpr: (value >>> 21) & 7,
      abpr: (value >>> 18) & 7,
    });
  }
}
