/**
 * The generic timers: physical and virtual timer of EL1, physical timer of EL2, physical timer of Secure EL1. Arm ARM D11.
 *
 * What a timer needs to know while its core's cells are not in memory (another core runs) is kept here too.
 */
import { integer, tuple, type Shaped } from '../../shape.js';
import type { CoreState } from '../../state.js';
import type { SystemEnvironment, TimerName } from '../environment.js';
import { addHigh, highHalf, lessThan, lowHalf, subtractHigh, toNumber } from '../halves.js';
import { R, type StoredRegister } from '../stored-registers.js';
import type { SystemCounter } from './system-counter.js';

const ENABLE = 1;
const IMASK = 2;
const ISTATUS = 4;

/** Of the physical, the virtual, the hypervisor's and the secure timer: whether the condition was met, and the line driven. */
export const timersShape = tuple<[number, number, number, number]>(
  integer(0, 3),
  integer(0, 3),
  integer(0, 3),
  integer(0, 3),
);
type TimersState = Shaped<typeof timersShape>;

export class Timers {
  /** The counter as the last `readCount` left it. */
  low = 0;
  high = 0;
  /** Virtual ns at which the next timer's condition is met; Infinity when none will be. */
  deadline = Infinity;
  readonly physical: Timer;
  readonly virtual: Timer;
  readonly hypervisor: Timer;
  readonly secure: Timer;
  private readonly all: readonly Timer[];

  constructor(
    private readonly state: CoreState,
    private readonly environment: SystemEnvironment,
    readonly counter: SystemCounter,
  ) {
    this.physical = new Timer('physical', R.CNTP_CTL_EL0, R.CNTP_CVAL_EL0, false, this, state);
    this.virtual = new Timer('virtual', R.CNTV_CTL_EL0, R.CNTV_CVAL_EL0, true, this, state);
    this.hypervisor = new Timer('hypervisor', R.CNTHP_CTL_EL2, R.CNTHP_CVAL_EL2, false, this, state);
    this.secure = new Timer('secure', R.CNTPS_CTL_EL1, R.CNTPS_CVAL_EL1, false, this, state);
    this.all = [this.physical, this.virtual, this.hypervisor, this.secure];
  }

  /** Reads the physical (CNTPCT_EL0) or the virtual (CNTVCT_EL0) count into `low` and `high`. */
  readCount(isVirtual: boolean): void {
    const ticks = this.counter.countAt(this.environment.visibleNow());
    const low = lowHalf(ticks);
    const high = highHalf(ticks);
    if (!isVirtual) {
      this.low = low;
      this.high = high;
      return;
    }
    const offsetLow = this.state.low(R.CNTVOFF_EL2);
    this.low = (low - offsetLow) | 0;
    this.high = subtractHigh(low, high, offsetLow, this.state.high(R.CNTVOFF_EL2));
  }

  /** Drives the lines as they are now. */
  update(): void {
    const now = this.environment.now();
    for (const timer of this.all) timer.update(now, this.environment);
    this.findDeadline();
  }
  private findDeadline(): void {
    let deadline = Infinity;
    for (const timer of this.all) deadline = Math.min(deadline, timer.deadline);
    this.deadline = deadline;
  }

  save(): TimersState {
    return [this.physical.save(), this.virtual.save(), this.hypervisor.save(), this.secure.save()];
  }
  /** Takes a state back once the registers are restored. The lines are taken to be as they were. */
  load(state: TimersState): void {
    for (const [i, timer] of this.all.entries()) timer.load(state[i]);
    this.findDeadline();
    this.environment.deadlineChanged();
  }

  /** A register of a timer, or CNTVOFF_EL2, was written: this core's cells are in memory. */
  rearm(): void {
    const now = this.environment.now();
    for (const timer of this.all) {
      timer.arm();
      timer.update(now, this.environment);
    }
    this.findDeadline();
    this.environment.deadlineChanged();
  }
}

export class Timer {
  private enabled = false;
  private masked = false;
  /** Virtual ns from which on the condition is met. */
  private due = Infinity;
  /** The line as it was last driven; undefined before that. */
  private driven: boolean | undefined;
  private met = false;

  constructor(
    private readonly name: TimerName,
    private readonly control: StoredRegister,
    private readonly compare: StoredRegister,
    private readonly isVirtual: boolean,
    private readonly timers: Timers,
    private readonly state: CoreState,
  ) {}

  /** When the line will change by itself. */
  get deadline(): number {
    return this.enabled && !this.masked && !this.met ? this.due : Infinity;
  }

  /** CTL as it reads: ISTATUS says whether the condition is met, 0 while the timer is disabled. */
  get status(): number {
    const control = this.state.low(this.control);
    if ((control & ENABLE) === 0) return control;
    this.timers.readCount(this.isVirtual);
    const { low, high } = this.timers;
    const early = lessThan(low, high, this.state.low(this.compare), this.state.high(this.compare));
    return control | (early ? 0 : ISTATUS);
  }

  /** TVAL as it reads: ticks until the condition is met, signed. */
  get remaining(): number {
    this.timers.readCount(this.isVirtual);
    return (this.state.low(this.compare) - this.timers.low) | 0;
  }
  /** TVAL as it is written: the condition is met so many ticks, signed, from now. */
  set remaining(ticks: number) {
    this.timers.readCount(this.isVirtual);
    const { low, high } = this.timers;
    const sum = (low + ticks) | 0;
    this.state.set64(this.compare, sum, addHigh(low, high, ticks >> 31, sum));
    this.timers.rearm();
  }

  /** Takes over what the registers say. */
  arm(): void {
    const { state } = this;
    const control = state.low(this.control);
    this.enabled = (control & ENABLE) !== 0;
    this.masked = (control & IMASK) !== 0;
    this.due = this.dueTime();
  }

  /** When the condition, count - CVAL >= 0 on unsigned 64-bit numbers, is met first from now on. */
  private dueTime(): number {
    const low = this.state.low(this.compare);
    const high = this.state.high(this.compare);
    this.timers.readCount(false);
    const present = toNumber(this.timers.low, this.timers.high);
    this.timers.readCount(this.isVirtual);
    const { low: countLow, high: countHigh } = this.timers;
    if (!lessThan(countLow, countHigh, low, high)) return 0;
    const ticks = toNumber((low - countLow) | 0, subtractHigh(low, high, countLow, countHigh));
    return this.timers.counter.timeOf(present + ticks);
  }

  /** Whether the condition was met (bit 0) and the line driven (bit 1) at the last update. */
  save(): number {
    return (this.met ? 1 : 0) | (this.driven === true ? 2 : 0);
  }
  load(state: number): void {
    this.arm();
    this.met = (state & 1) !== 0;
    this.driven = (state & 2) !== 0;
  }

  update(now: number, environment: SystemEnvironment): void {
    this.met = now >= this.due;
    const level = this.enabled && !this.masked && this.met;
    if (level === this.driven) return;
    this.driven = level;
    environment.timerLine(this.name, level);
  }
}
