/**
 * Self-hosted debug: software step, breakpoints, watchpoints. Arm ARM D2. There is no external debugger, so
 * Debug state and Halting debug do not exist.
 */
import { PC } from '../../layout.js';
import { count, integer, tuple, type Shaped } from '../../shape.js';
import type { CoreState } from '../../state.js';
import type { Exceptions } from './exceptions.js';
import { comparable } from '../halves.js';
import type { ProcessorState } from '../processor-state.js';
import { BREAKPOINTS, familyOf, R, WATCHPOINTS } from '../stored-registers.js';
import { ExceptionClass, ISS_WRITE, syndrome } from './syndrome.js';
import { FaultStatus } from '../translation.js';

const MDSCR_SS = 1 << 0;
const MDSCR_KDE = 1 << 13;
const MDSCR_MDE = 1 << 15;
const MDCR_TDE = 1 << 8;
/** MDCR_EL3: no debug exceptions, other than of BRK, from Secure state. */
const MDCR_SDD = 1 << 16;
const PSTATE_D = 1 << 9;
const OSLSR_OSLK = 1 << 1;
const OSDLR_DLK = 1;
/** Software step: ISV, EX. */
const ISS_STEP_VALID = 1 << 24;
const ISS_STEP_EXCLUSIVE = 1 << 6;

const ENABLED = 1;
/** DBGBCR.BT: address matches, and the context that a linked one names. */
const BreakpointType = { Address: 0, LinkedAddress: 1, LinkedContext: 3 } as const;
const CONTEXT_AWARE_FROM = BREAKPOINTS - 2;

const breakpointValues = familyOf('DBGBVR', '_EL1', BREAKPOINTS);
const breakpointControls = familyOf('DBGBCR', '_EL1', BREAKPOINTS);
const watchpointValues = familyOf('DBGWVR', '_EL1', WATCHPOINTS);
const watchpointControls = familyOf('DBGWCR', '_EL1', WATCHPOINTS);

/** Of the last step: the syndrome, at which instruction, after how many exceptions; and how many there have been. */
export const debugShape = tuple<[number, number, number, number]>(
  integer(0, 2 ** 25 - 1),
  count,
  count,
  count,
);
type DebugSnapshot = Shaped<typeof debugShape>;

export class Debug {
  /** Exceptions and returns counted before the instruction that is being stepped. */
  private countBefore = 0;
  private stepping = false;
  /** Syndrome bits of a software step exception right behind the instruction that was stepped last. */
  private steppedSyndrome = 0;
  /** Instructions executed, and exceptions and returns counted, when that had completed. */
  private steppedAt = 0;
  private steppedCount = 0;

  constructor(
    private readonly state: CoreState,
    private readonly pstate: ProcessorState,
    private readonly exceptions: Exceptions,
    private readonly instructions: () => number,
  ) {}

  /** Level that takes debug exceptions of EL0 and EL1; those of EL3 are never generated. DebugTarget(). */
  get target(): 1 | 2 {
    if (!this.pstate.el2Enabled) return 1;
    return this.pstate.trapsGeneral || (this.state.low(R.MDCR_EL2) & MDCR_TDE) !== 0 ? 2 : 1;
  }

  /** Whether debug exceptions other than BRK are generated. AArch64.GenerateDebugExceptionsFrom(). */
  private generatesFrom(el: number, daif: number): boolean {
    const { state, target } = this;
    if (el === 3 || (this.pstate.secureBelow && (state.low(R.MDCR_EL3) & MDCR_SDD) !== 0)) return false;
    if ((state.low(R.OSLSR_EL1) & OSLSR_OSLK) !== 0 || (state.low(R.OSDLR_EL1) & OSDLR_DLK) !== 0)
      return false;
    if (el !== target) return el < target;
    return (state.low(R.MDSCR_EL1) & MDSCR_KDE) !== 0 && (daif & PSTATE_D) === 0;
  }

  private get generates(): boolean {
    return this.generatesFrom(this.pstate.el, this.pstate.daif);
  }

  /** Whether the state that ERET returns to takes PSTATE.SS from SPSR. DebugExceptionReturnSS(). */
  setsStep(spsr: number): boolean {
    if ((this.state.low(R.MDSCR_EL1) & MDSCR_SS) === 0) return false;
    return !this.generates && this.generatesFrom((spsr >>> 2) & 3, spsr);
  }

  private get stepArmed(): boolean {
    return (this.state.low(R.MDSCR_EL1) & MDSCR_SS) !== 0 && this.generates;
  }

  /** Whether breakpoints and watchpoints are in use at all. */
  private get monitors(): boolean {
    return (this.state.low(R.MDSCR_EL1) & MDSCR_MDE) !== 0;
  }
  private get monitorArmed(): boolean {
    return this.monitors && this.generates;
  }

  /** Whether instructions must be run one at a time. */
  get needsSlowStepping(): boolean {
    return (
      this.pstate.illegal || this.stepArmed || (this.monitorArmed && this.anyEnabled(breakpointControls))
    );
  }

  private anyEnabled(controls: readonly { address: number }[]): boolean {
    return controls.some((each) => (this.state.i32[each.address >> 2] & ENABLED) !== 0);
  }

  /**
   * The exceptions that come before an instruction; true when one was taken. `canFetch` says whether fetching
   * it succeeds, since a fault of the fetch comes before breakpoints and the illegal state.
   */
  beforeInstruction(canFetch: () => boolean): boolean {
    this.stepping = false;
    if (this.stepArmed) {
      if (!this.pstate.softwareStep) {
        this.takeStep();
        return true;
      }
      this.stepping = true;
      this.countBefore = this.exceptions.count;
    }
    const breaks = this.monitorArmed && this.anyEnabled(breakpointControls) && this.hitsBreakpoint();
    if (!breaks && !this.pstate.illegal) return false;
    if (!canFetch()) return false;
    if (breaks) {
      this.exceptions.synchronous(this.target, this.debugSyndrome(ExceptionClass.BreakpointLower));
    } else {
      const { exceptions } = this;
      exceptions.synchronous(exceptions.defaultTarget, syndrome(ExceptionClass.IllegalState));
    }
    return true;
  }

  /** The instruction that was stepped has completed, or an exception or return has ended it. */
  afterInstruction(word: number): void {
    this.steppedSyndrome = 0;
    if (!this.stepping || this.exceptions.count !== this.countBefore) return;
    this.pstate.softwareStep = false;
    // Load-exclusive: bits 29 to 24 are 001000, o2 is 0, L is 1.
    const isExclusiveLoad = (word & 0x3fc0_0000) === 0x0840_0000;
    this.steppedSyndrome = ISS_STEP_VALID | (isExclusiveLoad ? ISS_STEP_EXCLUSIVE : 0);
    this.steppedAt = this.instructions();
    this.steppedCount = this.exceptions.count;
  }

  /** SVC and HVC complete before their exception is taken. */
  completeStep(): void {
    if (this.stepping) this.pstate.softwareStep = false;
  }

  private takeStep(): void {
    const isBehind = this.steppedAt === this.instructions() && this.steppedCount === this.exceptions.count;
    const specific = isBehind ? this.steppedSyndrome : 0;
    this.exceptions.synchronous(this.target, this.debugSyndrome(ExceptionClass.SoftwareStepLower) | specific);
  }

  private debugSyndrome(lower: number): number {
    const same = this.pstate.el === this.target ? 1 : 0;
    return syndrome(lower + same, FaultStatus.Debug);
  }

  private hitsBreakpoint(): boolean {
    const { state, pstate } = this;
    for (let n = 0; n < BREAKPOINTS; n++) {
      const control = state.low(breakpointControls[n]);
      if (!isWatchedLevel(control, pstate.el, pstate.secure) || ((control >>> 5) & 15) === 0) continue;
      if (!this.contextMatches(control, 20, 15)) continue;
      const value = breakpointValues[n];
      if (state.low(PC) === (state.low(value) & ~3) && sameAddressHigh(state.high(PC), state.high(value))) {
        return true;
      }
    }
    return false;
  }

  /** Whether the type is an address match, alone or linked to a context that is the current one. */
  private contextMatches(control: number, typeShift: number, typeMask: number): boolean {
    const type = (control >>> typeShift) & typeMask;
    if (type === BreakpointType.Address) return true;
    if (type !== BreakpointType.LinkedAddress) return false;
    const link = (control >>> 16) & 15;
    if (link < CONTEXT_AWARE_FROM || link >= BREAKPOINTS) return false;
    const linked = this.state.low(breakpointControls[link]);
    const isContext = ((linked >>> 20) & 15) === BreakpointType.LinkedContext && (linked & ENABLED) !== 0;
    return isContext && this.state.low(R.CONTEXTIDR_EL1) === this.state.low(breakpointValues[link]);
  }

  /**
   * Whether a watchpoint watches part of the 4 KiB page of an address, so that every access to it must be looked at.
   * Says nothing of whether debug exceptions are enabled: what decides that (PSTATE.EL, PSTATE.D, MDSCR_EL1.KDE, the
   * locks, the routing) changes too often for the page's translations to be forgotten each time.
   */
  watchesPage(low: number, high: number): boolean {
    if (!this.monitors) return false;
    const page = low & ~0xfff;
    for (let n = 0; n < WATCHPOINTS; n++) {
      const control = this.state.low(watchpointControls[n]);
      if ((control & ENABLED) === 0) continue;
      const value = watchpointValues[n];
      const ignored = Math.max(2 ** ((control >>> 24) & 31), 4096) - 1;
      const samePage = ((this.state.low(value) ^ page) & ~ignored) === 0;
      if (samePage && sameAddressHigh(high, this.state.high(value))) return true;
    }
    return false;
  }

  /** Takes the watchpoint exception of an access at level `el`; true when it was taken. */
  checkWatchpoint(low: number, high: number, bytes: number, write: boolean, el: number): boolean {
    if (!this.monitorArmed) return false;
    for (let n = 0; n < WATCHPOINTS; n++) {
      const control = this.state.low(watchpointControls[n]);
      if (!isWatchedLevel(control, el, this.pstate.secure) || !this.contextMatches(control, 20, 1)) continue;
      if ((control & (write ? 1 << 4 : 1 << 3)) === 0) continue;
      const distance = this.watchedByte(n, control, low, high, bytes);
      if (distance < 0) continue;
      const esr = this.debugSyndrome(ExceptionClass.WatchpointLower) | (write ? ISS_WRITE : 0);
      const far = (low + distance) | 0;
      this.exceptions.fault(this.target, esr, far, far >>> 0 < distance ? (high + 1) | 0 : high);
      return true;
    }
    return false;
  }

  /** Offset of the first byte of an access that watchpoint `n` selects, by DBGWCR.MASK or by BAS; -1 if none. */
  private watchedByte(n: number, control: number, low: number, high: number, bytes: number): number {
    const value = watchpointValues[n];
    const mask = (control >>> 24) & 31;
    const size = mask === 0 ? 8 : 2 ** mask;
    const aligned = this.state.low(value) & ~(mask === 0 ? 3 : size - 1);
    const start = comparable(aligned, this.state.high(value));
    const first = comparable(low, high);
    for (let at = Math.max(first, start); at < Math.min(first + bytes, start + size); at++) {
      if (mask !== 0 || (control & (1 << (5 + at - start))) !== 0) return at - first;
    }
    return -1;
  }

  save(): DebugSnapshot {
    return [this.steppedSyndrome, this.steppedAt, this.steppedCount, this.exceptions.count];
  }
  load([steppedSyndrome, steppedAt, steppedCount, count]: DebugSnapshot): void {
    this.steppedSyndrome = steppedSyndrome;
    this.steppedAt = steppedAt;
    this.steppedCount = steppedCount;
    this.exceptions.count = count;
    this.stepping = false;
  }
}

/** Bits 48 and up of DBGBVR and DBGWVR are a sign extension; tags do not take part. */
function sameAddressHigh(high: number, value: number): boolean {
  return ((high ^ value) & 0x0001_ffff) === 0;
}

/** E, SSC, HMC and PMC or PAC of a control register: whether it applies at a level. */
function isWatchedLevel(control: number, el: number, secure: boolean): boolean {
  if ((control & ENABLED) === 0 || ((control >>> 14) & 3) === (secure ? 1 : 2)) return false;
  if (el >= 2) return (control & (1 << 13)) !== 0;
  return (control & (el === 1 ? 1 << 1 : 1 << 2)) !== 0;
}
