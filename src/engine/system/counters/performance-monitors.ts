/**
 * The Performance Monitors: cycle counter and event counters with their filters and overflow interrupt.
 * Arm ARM D6. A cycle is a virtual nanosecond, so an instruction takes one unless the machine has another rate.
 *
 * Counters lie in their cells as of the last `sync`; whoever reads or changes anything that counting depends on,
 * the exception level included, calls `sync` first.
 */
import { EL } from '../../layout.js';
import { integer, tuple, type Shaped } from '../../shape.js';
import type { CoreState } from '../../state.js';
import type { SystemEnvironment } from '../environment.js';
import type { ProcessorState } from '../processor-state.js';
import { addHigh, highHalf, lowHalf, toNumber } from '../halves.js';
import { EVENT_COUNTERS, familyOf, R } from '../stored-registers.js';

const PMCR_E = 1 << 0;
const PMCR_P = 1 << 1;
const PMCR_C = 1 << 2;
const PMCR_D = 1 << 3;
const PMCR_LC = 1 << 6;
const PMCR_DP = 1 << 5;
const MDCR_HPME = 1 << 7;
/** MDCR_EL3: counting is allowed in Secure state. */
const MDCR_SPME = 1 << 17;
const CYCLE_COUNTER = 1 << 31;

const Event = { SoftwareIncrement: 0x00, InstructionsRetired: 0x08, CpuCycles: 0x11 } as const;
/** PMCEID0_EL0: the events above. */
export const COMMON_EVENTS = 0x2_0101;
/** What QEMU tells, which counts instructions with -icount only; see `identification.ts` of the registers. */
export const EVENTS_TOLD_BY_QEMU = 0x2_0001;

export const counters = familyOf('PMEVCNTR', '_EL0', EVENT_COUNTERS);
export const types = familyOf('PMEVTYPER', '_EL0', EVENT_COUNTERS);

/** Cycles left over from dividing by 64. */
export const monitorsShape = tuple<[number]>(integer(0, 63));

export class PerformanceMonitors {
  /** Whether anything counts: while nothing does, `sync` costs nothing. */
  private active = false;
  private syncedCycles = 0;
  private syncedInstructions = 0;
  /** Cycles that the 64-cycle divider of PMCR_EL0.D has not handed on yet. */
  private dividerRest = 0;
  private driven = false;
  /** Virtual ns at which a counter that raises an interrupt could overflow, or earlier. */
  deadline = Infinity;

  constructor(
    private readonly state: CoreState,
    private readonly environment: SystemEnvironment,
    private readonly pstate: ProcessorState,
  ) {}

  /** Brings the counters up to the present. */
  sync(): void {
    if (!this.active) return;
    const cycles = this.environment.now();
    const instructions = this.environment.instructions();
    this.count(cycles - this.syncedCycles, instructions - this.syncedInstructions);
    this.syncedCycles = cycles;
    this.syncedInstructions = instructions;
  }

  private count(cycles: number, instructions: number): void {
    const { state } = this;
    const enabled = state.low(R.PMCNTENSET_EL0);
    if ((enabled & CYCLE_COUNTER) !== 0 && this.isGlobalOn() && this.countsCycles()) {
      this.advanceCycleCounter(this.divided(cycles));
    }
    for (let n = 0; n < EVENT_COUNTERS; n++) {
      if (!this.isCounting(n)) continue;
      const event = state.low(types[n]) & 0xffff;
      if (event === Event.CpuCycles) this.advance(n, cycles);
      else if (event === Event.InstructionsRetired) this.advance(n, instructions);
    }
  }

  private divided(cycles: number): number {
    if ((this.state.low(R.PMCR_EL0) & PMCR_D) === 0) return cycles;
    const all = this.dividerRest + cycles;
    this.dividerRest = all % 64;
    return Math.floor(all / 64);
  }

  private advanceCycleCounter(by: number): void {
    const { state } = this;
    const low = state.low(R.PMCCNTR_EL0);
    const high = state.high(R.PMCCNTR_EL0);
    const sum = (low + lowHalf(by)) | 0;
    const sumHigh = addHigh(low, high, highHalf(by), sum);
    state.set64(R.PMCCNTR_EL0, sum, sumHigh);
    const long = (state.low(R.PMCR_EL0) & PMCR_LC) !== 0;
    const overflows = long ? sumHigh >>> 0 < high >>> 0 : sumHigh !== high;
    if (overflows) this.raise(CYCLE_COUNTER);
  }

  private advance(n: number, by: number): void {
    const sum = (this.state.low(counters[n]) >>> 0) + by;
    this.state.set64(counters[n], lowHalf(sum), 0);
    if (sum > 0xffff_ffff) this.raise(1 << n);
  }

  private raise(counter: number): void {
    this.state.set64(R.PMOVSSET_EL0, this.state.low(R.PMOVSSET_EL0) | counter, 0);
  }

  private isGlobalOn(): boolean {
    return (this.state.low(R.PMCR_EL0) & PMCR_E) !== 0;
  }

  /** Whether an event counter counts at the current level: enabled, switched on, not filtered. */
  private isCounting(n: number): boolean {
    const { state } = this;
    if ((state.low(R.PMCNTENSET_EL0) & (1 << n)) === 0) return false;
    const reserved = this.pstate.el2Enabled && n >= (state.low(R.MDCR_EL2) & 31);
    const on = reserved ? (state.low(R.MDCR_EL2) & MDCR_HPME) !== 0 : this.isGlobalOn();
    return on && !this.prohibited && this.counts(state.low(types[n]));
  }

  /** PMCR_EL0.DP says whether the cycle counter stops where events are not counted. */
  private countsCycles(): boolean {
    const stops = this.prohibited && (this.state.low(R.PMCR_EL0) & PMCR_DP) !== 0;
    return !stops && this.counts(this.state.low(R.PMCCFILTR_EL0));
  }

  /** Whether counting is prohibited where the core is: in Secure state, unless MDCR_EL3 allows it. */
  private get prohibited(): boolean {
    return this.pstate.secure && (this.state.low(R.MDCR_EL3) & MDCR_SPME) === 0;
  }

  /** P and NSK, U and NSU, NSH, M of a filter (bits 31 to 26): whether the current level counts. */
  private counts(filter: number): boolean {
    const secure = this.pstate.secureBelow;
    const P = filter < 0;
    const U = (filter & (1 << 30)) !== 0;
    switch (this.state.low(EL)) {
      case 0:
        return secure ? !U : U === ((filter & (1 << 28)) !== 0);
      case 1:
        return secure ? !P : P === ((filter & (1 << 29)) !== 0);
      case 2:
        return (filter & (1 << 27)) !== 0;
      default:
        return P === ((filter & (1 << 26)) !== 0);
    }
  }

  /** PMSWINC_EL0: counts one for every selected counter of that event. */
  increment(selected: number): void {
    this.sync();
    for (let n = 0; n < EVENT_COUNTERS; n++) {
      const isSoftware = (this.state.low(types[n]) & 0xffff) === Event.SoftwareIncrement;
      if ((selected & (1 << n)) !== 0 && isSoftware && this.isCounting(n)) this.advance(n, 1);
    }
    this.rearm();
  }

  /** PMCR_EL0 was written: its C and P bits reset counters. */
  reset(control: number): void {
    if ((control & PMCR_C) !== 0) {
      this.state.set64(R.PMCCNTR_EL0, 0, 0);
      this.dividerRest = 0;
    }
    if ((control & PMCR_P) !== 0) for (const counter of counters) this.state.set64(counter, 0, 0);
  }

  /** After any change of a register: what counts now, when it overflows, and the interrupt. */
  rearm(): void {
    const { state, environment } = this;
    const on = this.isGlobalOn() || (state.low(R.MDCR_EL2) & MDCR_HPME) !== 0;
    this.active = on && state.low(R.PMCNTENSET_EL0) !== 0;
    this.syncedCycles = environment.now();
    this.syncedInstructions = environment.instructions();
    const before = this.deadline;
    this.deadline = this.active ? this.syncedCycles + this.untilOverflow() : Infinity;
    if (this.deadline !== before) environment.deadlineChanged();
    this.update();
  }

  /** Cycles until the first counter with its interrupt enabled can overflow, if it counts in every level. */
  private untilOverflow(): number {
    const { state } = this;
    const watched = state.low(R.PMCNTENSET_EL0) & state.low(R.PMINTENSET_EL1);
    let cycles = Infinity;
    if ((watched & CYCLE_COUNTER) !== 0) {
      const long = (state.low(R.PMCR_EL0) & PMCR_LC) !== 0;
      const value = toNumber(state.low(R.PMCCNTR_EL0), long ? state.high(R.PMCCNTR_EL0) : 0);
      cycles = (long ? 2 ** 64 : 2 ** 32) - value;
    }
    for (let n = 0; n < EVENT_COUNTERS; n++) {
      if ((watched & (1 << n)) !== 0) cycles = Math.min(cycles, 2 ** 32 - (state.low(counters[n]) >>> 0));
    }
    return Math.max(cycles, 1);
  }

  /** Drives the overflow interrupt. */
  private update(): void {
    const { state } = this;
    const pending = state.low(R.PMOVSSET_EL0) & state.low(R.PMINTENSET_EL1);
    const level = pending !== 0 && this.isGlobalOn();
    if (level === this.driven) return;
    this.driven = level;
    this.environment.pmuLine(level);
  }

  /** The deadline was reached, or a snapshot was loaded. */
  refresh(): void {
    this.sync();
    this.rearm();
  }

  save(): Shaped<typeof monitorsShape> {
    this.sync();
    return [this.dividerRest];
  }
  load([dividerRest]: Shaped<typeof monitorsShape>): void {
    this.dividerRest = dividerRest;
    this.driven = false;
    this.rearm();
  }
}
