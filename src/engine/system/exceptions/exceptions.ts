/** Taking exceptions and returning from them. Arm ARM D1.10 "Exception entry", D1.11 "Exception return". */
import { PC, SPSEL } from '../../layout.js';
import type { CoreState } from '../../state.js';
import type { Supervisor } from '../environment.js';
import { Listeners } from '../../listeners.js';
import type { CoreListener } from '../listener.js';
import type { Level, ProcessorState } from '../processor-state.js';
import { R } from '../stored-registers.js';
import { ExceptionClass, syndrome } from './syndrome.js';

/** Offsets of the four kinds of exception in a quarter of the vector table. */
export const Vector = { Synchronous: 0x000, Irq: 0x080, Fiq: 0x100, SError: 0x180 } as const;
type Vector = (typeof Vector)[keyof typeof Vector];

const SPSR_SS = 1 << 21;
const SPSR_IL = 1 << 20;
/** D, A, I and F are set on entry. */
const ALL_MASKED = 0x3c0;

const banks = {
  1: { spsr: R.SPSR_EL1, elr: R.ELR_EL1, esr: R.ESR_EL1, far: R.FAR_EL1, vbar: R.VBAR_EL1 },
  2: { spsr: R.SPSR_EL2, elr: R.ELR_EL2, esr: R.ESR_EL2, far: R.FAR_EL2, vbar: R.VBAR_EL2 },
  3: { spsr: R.SPSR_EL3, elr: R.ELR_EL3, esr: R.ESR_EL3, far: R.FAR_EL3, vbar: R.VBAR_EL3 },
} as const;

/** What the rest of the core does as exceptions change its context. */
interface ContextChanges {
  /** Called before PSTATE.EL may change, and when an exception or return is complete. */
  readonly before: () => void;
  readonly after: () => void;
  /** Whether a return takes PSTATE.SS from the SPSR. */
  readonly maySetStep: (spsr: number) => boolean;
}

export class Exceptions {
  /** In place of a guest's vectors at EL1. */
  supervisor: Supervisor | undefined;
  /** Hears of every exception and return. */
  readonly listeners = new Listeners<CoreListener>();
  /** Exceptions taken and returns made: changes whenever the flow is redirected by one. */
  count = 0;

  constructor(
    private readonly state: CoreState,
    private readonly pstate: ProcessorState,
    private readonly changes: ContextChanges,
  ) {}

  /** Level that takes a synchronous exception which is not specially routed. */
  get defaultTarget(): Level {
    const { el } = this.pstate;
    if (el === 3) return 3;
    return el === 2 || (el === 0 && this.pstate.trapsGeneral) ? 2 : 1;
  }

  /**
   * Takes a synchronous exception with this syndrome; the preferred return address is `offset` bytes after the
   * current instruction. Answers false, for host services.
   */
  synchronous(target: Level, esr: number, offset = 0): false {
    const { state } = this;
    // Exceptions for EL1 go to EL2 under TGE; FP traps then lose their syndrome, AdvSIMDFPAccessTrap().
    if (target === 1 && this.pstate.el === 0 && this.pstate.trapsGeneral) {
      target = 2;
      if (esr >>> 26 === ExceptionClass.TrappedFp) esr = syndrome(ExceptionClass.Unknown);
    }
    state.set64(banks[target].esr, esr, 0);
    this.enter(target, Vector.Synchronous, offset);
    return false;
  }

  /** The same with the faulting virtual address. */
  fault(target: Level, esr: number, low: number, high: number): false {
    const actual = target === 1 && this.pstate.el === 0 && this.pstate.trapsGeneral ? 2 : target;
    this.state.set64(banks[actual].far, low, high);
    return this.synchronous(actual, esr);
  }

  /** The instruction is UNDEFINED. */
  undefined(): false {
    return this.synchronous(this.defaultTarget, syndrome(ExceptionClass.Unknown));
  }

  /** Sets the syndrome of an SError interrupt and takes it. */
  systemError(target: Level, esr: number): void {
    this.state.set64(banks[target].esr, esr, 0);
    this.enter(target, Vector.SError);
  }

  /** AArch64.TakeException(): saves PSTATE and the return address and goes to the vector. */
  enter(target: Level, kind: Vector, offset = 0): void {
    const { state, pstate } = this;
    const bank = banks[target];
    const from = pstate.el;
    const fromLower = from < target;
    const vector = kind + (fromLower ? 0x400 : state.low(SPSEL) !== 0 ? 0x200 : 0);
    const pcLow = state.low(PC);
    const returnLow = (pcLow + offset) | 0;
    const carry = offset !== 0 && returnLow >>> 0 < pcLow >>> 0 ? 1 : 0;
    state.set64(bank.spsr, pstate.spsr, 0);
    state.set64(bank.elr, returnLow, this.pcHigh() + carry);
    this.changes.before();
    pstate.daif = ALL_MASKED;
    pstate.illegal = false;
    pstate.softwareStep = false;
    pstate.select(target, true);
    this.count += 1;
    // VBAR is aligned to 2 KiB, so the addition does not carry.
    state.set64(PC, state.low(bank.vbar) | vector, state.high(bank.vbar));
    this.changes.after();
    for (const each of this.listeners.all) each.exceptionTaken(from, target, vector);
    if (target === 1 && this.supervisor !== undefined) this.supervisor.exception(vector);
  }

  /** Returns from the current exception level by its SPSR and ELR. */
  return(): void {
    const { state, pstate } = this;
    const from = pstate.el;
    const bank = banks[from as Level];
    const spsr = state.low(bank.spsr);
    const mayStep = this.changes.maySetStep(spsr);
    pstate.clearExclusive();
    this.changes.before();
    this.count += 1;
    const low = state.low(bank.elr);
    const high = state.high(bank.elr);
    state.nzcv = spsr;
    pstate.daif = spsr & ALL_MASKED;
    const illegal = this.isIllegalReturn(spsr);
    if (illegal) {
      pstate.illegal = true;
      pstate.softwareStep = false;
    } else {
      pstate.illegal = (spsr & SPSR_IL) !== 0;
      pstate.softwareStep = mayStep && (spsr & SPSR_SS) !== 0;
      pstate.select((spsr >>> 2) & 3, (spsr & 1) !== 0);
    }
    // The manual leaves the upper half UNKNOWN after an illegal return; QEMU takes it as it is.
    state.set64(PC, low, illegal ? high : this.branchHigh(high));
    this.changes.after();
    for (const each of this.listeners.all) each.exceptionReturned(from);
  }

  /** IllegalExceptionReturn(): a level that does not exist or is off, a higher one, AArch32, or a malformed mode. */
  private isIllegalReturn(spsr: number): boolean {
    const mode = spsr & 31;
    const target = (mode >>> 2) & 3;
    if ((mode & 0x12) !== 0) return true;
    const { pstate } = this;
    if (target > pstate.el || (target === 2 && !pstate.el2Enabled)) return true;
    if (target === 0 && (mode & 1) !== 0) return true;
    return (target === 1 && pstate.trapsGeneral) || !pstate.runsAArch64(target);
  }

  /** High half of PC without a tag, as fetching sees it; an illegal return leaves the tag in. */
  pcHigh(): number {
    const high = this.state.high(PC);
    return this.pstate.illegal ? high : this.branchHigh(high);
  }

  /** High half of a branch target with its top byte replaced where it is a tag. AArch64.BranchAddr(). */
  private branchHigh(high: number): number {
    const { state } = this;
    const { el } = this.pstate;
    if (el >= 2) {
      const control = el === 2 ? R.TCR_EL2 : R.TCR_EL3;
      return (state.low(control) & (1 << 20)) !== 0 ? high & 0x00ff_ffff : high;
    }
    const upper = (high & 0x0080_0000) !== 0;
    const tagged = (state.high(R.TCR_EL1) & (upper ? 1 << 6 : 1 << 5)) !== 0;
    if (!tagged) return high;
    return upper ? high | 0xff00_0000 : high & 0x00ff_ffff;
  }
}
