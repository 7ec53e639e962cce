/** Physical and virtual interrupts: pending, masked, routed, taken. Arm ARM D1.13. */
import type { CoreState } from '../../state.js';
import { Vector, type Exceptions } from './exceptions.js';
import type { Level, ProcessorState } from '../processor-state.js';
import { R } from '../stored-registers.js';
import { ExceptionClass, syndrome } from './syndrome.js';

// PSTATE and ISR_EL1.
const A = 1 << 8;
const I = 1 << 7;
const F = 1 << 6;
// HCR_EL2.
const FMO = 1 << 3;
const IMO = 1 << 4;
const AMO = 1 << 5;
const VF = 1 << 6;
const VI = 1 << 7;
const VSE = 1 << 8;
const TGE = 1 << 27;
/** SCR_EL3: what EL3 takes. */
const Scr = { Irq: 1 << 1, Fiq: 1 << 2 } as const;

/** Bits of `SystemEnvironment.interruptLines`. The virtual ones come from a GIC's virtual interface. */
export const Line = { Irq: 1, Fiq: 2, VirtualIrq: 4, VirtualFiq: 8 } as const;

export class Interrupts {
  /** None is taken for the moment, masked or not: somebody outside steps. */
  held = false;

  constructor(
    private readonly state: CoreState,
    private readonly pstate: ProcessorState,
    private readonly exceptions: Exceptions,
    private readonly lines: () => number,
  ) {}

  private get hcr(): number {
    return this.pstate.el2Enabled ? this.state.low(R.HCR_EL2) : 0;
  }

  /** Takes a pending interrupt that is not masked, FIQ before IRQ before virtual ones; whether it did. */
  take(lines: number): boolean {
    if (this.held) return false;
    const { hcr } = this;
    const scr = this.state.low(R.SCR_EL3);
    if ((lines & Line.Fiq) !== 0) {
      const target = (scr & Scr.Fiq) !== 0 ? 3 : (hcr & (FMO | TGE)) !== 0 ? 2 : 1;
      if (this.takePhysical(F, target, Vector.Fiq)) return true;
    }
    if ((lines & Line.Irq) !== 0) {
      const target = (scr & Scr.Irq) !== 0 ? 3 : (hcr & (IMO | TGE)) !== 0 ? 2 : 1;
      if (this.takePhysical(I, target, Vector.Irq)) return true;
    }
    const unmasked = this.virtualPending(lines) & ~this.pstate.daif;
    if (this.pstate.el >= 2 || unmasked === 0) return false;
    if ((unmasked & I) !== 0) {
      this.exceptions.enter(1, Vector.Irq);
    } else if ((unmasked & F) !== 0) {
      this.exceptions.enter(1, Vector.Fiq);
    } else {
      this.state.setLow(R.HCR_EL2, hcr & ~VSE);
      this.exceptions.systemError(1, syndrome(ExceptionClass.SError));
    }
    return true;
  }

  /** PSTATE does not mask interrupts for EL2 and EL3 below them, and everywhere masks those for a lower level. */
  private takePhysical(mask: number, target: Level, vector: typeof Vector.Irq | typeof Vector.Fiq): boolean {
    const { el, daif } = this.pstate;
    if (el > target) return false;
    if ((el === target || target === 1) && (daif & mask) !== 0) return false;
    this.exceptions.enter(target, vector);
    return true;
  }

  /** Virtual interrupts that are pending by HCR_EL2 or their lines, as bits of PSTATE. */
  private virtualPending(lines: number): number {
    const { hcr } = this;
    if ((hcr & TGE) !== 0) return 0;
    const irq = (hcr & VI) !== 0 || (lines & Line.VirtualIrq) !== 0;
    const fiq = (hcr & VF) !== 0 || (lines & Line.VirtualFiq) !== 0;
    return (
      (irq && (hcr & IMO) !== 0 ? I : 0) |
      (fiq && (hcr & FMO) !== 0 ? F : 0) |
      ((hcr & (AMO | VSE)) === (AMO | VSE) ? A : 0)
    );
  }

  /** The lines that end WFI, whether PSTATE masks them or not. */
  get wakers(): number {
    const { hcr } = this;
    if ((hcr & TGE) !== 0) return Line.Irq | Line.Fiq;
    const virtual = ((hcr & IMO) !== 0 ? Line.VirtualIrq : 0) | ((hcr & FMO) !== 0 ? Line.VirtualFiq : 0);
    return Line.Irq | Line.Fiq | virtual;
  }

  /** Whether anything is pending that ends WFI, masked or not. */
  wakes(lines: number): boolean {
    return (lines & (Line.Irq | Line.Fiq)) !== 0 || this.virtualPending(lines) !== 0;
  }

  /** ISR_EL1: EL1 sees the virtual interrupts in place of the physical ones that go to EL2. */
  status(): number {
    const { hcr, pstate } = this;
    const lines = this.lines();
    const physical = ((lines & Line.Irq) !== 0 ? I : 0) | ((lines & Line.Fiq) !== 0 ? F : 0);
    if (pstate.el >= 2) return physical;
    const hidden = ((hcr & IMO) !== 0 ? I : 0) | ((hcr & FMO) !== 0 ? F : 0);
    return (physical & ~hidden) | this.virtualPending(lines);
  }
}
