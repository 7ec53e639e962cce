/**
 * Where a machine is to stop for somebody outside, and where it has. Between two stops it runs as ever: breakpoints are
 * marks among decoded instructions, only pages with a watchpoint are slow, and a step makes pieces of one instruction.
 */
import type { CodePages } from '../code-pages.js';
import { PC } from '../layout.js';
import type { CoreState } from '../state.js';
import type { System } from '../system/index.js';
import { Breakpoints } from './breakpoints.js';
import { Marks } from './marks.js';
import type { Breakpoint, Step, Stop, Watchpoint } from './stop.js';
import { Watchpoints, type WatchedAccess } from './watchpoints.js';

/** A core as it is looked at here. */
interface StoppedCore {
  readonly index: number;
  readonly present: CoreState;
  readonly executed: number;
  readonly level: number;
  readonly system: System;
}

/** What has to forget what it knows of the guest's memory. */
interface Caches {
  readonly code: CodePages;
  forgetFetches(): void;
  forgetTranslations(): void;
}

/** A core between two instructions. */
interface Point {
  readonly core: number;
  readonly low: number;
  readonly high: number;
  readonly executed: number;
}

export class Stops {
  readonly marks: Marks;
  /** The cluster looks behind every exception what a core executes. */
  looksOften = false;
  private readonly breakpoints: Breakpoints;
  private readonly watchpoints: Watchpoints;
  private step: Step | undefined;
  /** The core that executes an instruction of the step. */
  private stepper: number | undefined;
  /** What steps has left its core in that instruction: the step ends where it goes on. */
  private isDue = false;
  private stop: Stop | undefined;
  /** Where the core was that stopped last. */
  private point: Point | undefined;
  /** Before that instruction, where a hosted kernel may have it executed again. */
  private before: { readonly low: number; readonly high: number; readonly exceptions: number } | undefined;
  /** The core whose next instruction is not stopped at: not by a breakpoint, nor by the watchpoints that it stopped for. */
  private passing: number | undefined;
  private readonly heeded = new Set<Watchpoint>();
  /** A tier has come to a mark. */
  private isMarked = false;

  constructor(caches: Caches) {
    this.marks = new Marks(caches.code);
    this.breakpoints = new Breakpoints(this.marks, () => caches.forgetFetches());
    this.watchpoints = new Watchpoints(() => caches.forgetTranslations());
  }

  // For whoever wants the machine to stop, between two runs. The results take away what was added.

  /** Throws RangeError for an address at which no instruction can be. */
  addBreakpoint(breakpoint: Breakpoint): () => void {
    checkAddress(breakpoint);
    if ((breakpoint.address & 3n) !== 0n)
      throw new RangeError(`breakpoint at 0x${breakpoint.address.toString(16)}: expected a multiple of 4`);
    return this.breakpoints.add(breakpoint);
  }
  /** Throws RangeError for a length or an address that cannot be. */
  addWatchpoint(watchpoint: Watchpoint): () => void {
    checkAddress(watchpoint);
    const { length } = watchpoint;
    if (!Number.isInteger(length) || length < 1 || length > 2 ** 48)
      throw new RangeError(`watchpoint of ${length} bytes: expected 1 to 2^48`);
    return this.watchpoints.add(watchpoint);
  }
  /** Has the machine stop when a core has made a step, unless something else stops it before; undefined: no more. */
  set stepping(step: Step | undefined) {
    this.step = step;
    this.isDue = false;
    this.looksOften = step !== undefined && step.core === undefined;
  }
  /** Why the machine stands still, since its last run; undefined if that did not end at a stop. */
  get reached(): Stop | undefined {
    return this.stop;
  }

  // For the cluster.

  /** A run begins. A core that has been stopped and left where it was executes the instruction there. */
  begin(cores: readonly StoppedCore[]): void {
    this.marks.settle();
    this.isMarked = false;
    this.stop = undefined;
    const { point } = this;
    const isThere = point !== undefined && isAt(cores[point.core], point);
    this.passing = isThere ? point.core : undefined;
    if (!isThere) this.heeded.clear();
  }
  private passed(): void {
    this.passing = undefined;
    this.heeded.clear();
  }

  /** Whether a core must execute one instruction at a time. */
  isSingle(core: number): boolean {
    return this.passing === core || this.steps(core);
  }
  /** Whether a step ends before a core executes anything. */
  endsBefore(core: StoppedCore): boolean {
    if (!this.isDue || !this.steps(core.index)) return false;
    this.isDue = false;
    return this.endStep(core);
  }
  /** A core, for which `isSingle` holds, is about to execute one instruction. */
  pieceBegins(core: StoppedCore): void {
    if (this.passing === core.index) this.marks.lift(placeOf(core));
    this.stepper = this.steps(core.index) ? core.index : undefined;
    const { present, system } = core;
    const isHosted = system.supervisor !== undefined;
    this.before = isHosted
      ? { low: present.low(PC), high: present.high(PC), exceptions: system.exceptionCount }
      : undefined;
  }
  /** A core took an interrupt before its next instruction: a step ends there, at the guest's vector. */
  interrupted(core: StoppedCore): boolean {
    if (this.passing === core.index) this.passed();
    return core.system.supervisor === undefined && this.steps(core.index) && this.endStep(core);
  }

  /** A core has executed so many instructions of a piece. */
  pieceEnded(core: StoppedCore, executed: number): void {
    this.marks.settle();
    const done = this.isToBeExecutedAgain(core) ? 0 : executed;
    this.before = undefined;
    if (done > 0 && this.passing === core.index) this.passed();
    if (this.isMarked) {
      this.isMarked = false;
      this.lookAt(core);
    } else if (done > 0 && this.stop === undefined && this.stepper === core.index) {
      if (this.steps(core.index)) this.endStep(core);
      else this.isDue = true;
    }
    this.stepper = undefined;
    if (this.stop?.core === core.index) this.stand(core);
  }

  /**
   * Whether the instruction of a piece has faulted, and a hosted kernel has seen to it that it will not again: nothing was
   * done, and nobody has seen a vector.
   */
  private isToBeExecutedAgain({ present, system }: StoppedCore): boolean {
    const { before } = this;
    if (before === undefined || system.exceptionCount === before.exceptions) return false;
    return present.low(PC) === before.low && present.high(PC) === before.high;
  }

  /** Whether what a core executes now is stepped. */
  private steps(core: number): boolean {
    const { step } = this;
    if (step === undefined || (step.core !== undefined && step.core !== core)) return false;
    return step.holds === undefined || step.holds(core);
  }
  /** Stops a core behind a step, unless it is still in the step's range. */
  private endStep(core: StoppedCore): boolean {
    const range = this.step?.range;
    const { pc } = core.present;
    if (range !== undefined && pc >= range.from && pc < range.to) return false;
    this.stop = { kind: 'step', core: core.index };
    this.stand(core);
    return true;
  }

  /** Whether a core that has come to a mark stops there; else it executes the instruction. */
  private lookAt(core: StoppedCore): void {
    const { present, index } = core;
    const breakpoint = this.breakpoints.at(index, present.low(PC), present.high(PC), placeOf(core));
    if (breakpoint === undefined) this.passing = index;
    else this.stop = { kind: 'breakpoint', core: index, breakpoint };
  }

  /** Remembers where the core has stopped. */
  private stand({ index, present, executed }: StoppedCore): void {
    this.point = { core: index, low: present.low(PC), high: present.high(PC), executed };
  }

  // For a core that is executing.

  /** A core fetches from the page of a virtual address, in halves, which is at a physical one. */
  fetched(low: number, high: number, physical: number): void {
    this.breakpoints.fetched(low, high, physical);
  }
  /** A tier has come to a mark. */
  marked(): void {
    this.isMarked = true;
  }
  /** Whether accesses to a page, at a virtual address in halves and at a physical one, must be looked at each time. */
  watchesPage(low: number, high: number, physical: number): boolean {
    return !this.watchpoints.isEmpty && this.watchpoints.watchesPage(low, high, physical);
  }
  /** Whether a core stops before an access, which its next instruction is about to make. */
  watches(
    core: StoppedCore,
    low: number,
    high: number,
    bytes: number,
    write: boolean,
    level: number,
  ): boolean {
    if (this.watchpoints.isEmpty) return false;
    const { index, system } = core;
    const access: WatchedAccess = { core: index, system, level, low, high, bytes, write };
    const hit = this.watchpoints.hit(access, this.passing === index ? this.heeded : undefined);
    if (hit === undefined) return false;
    if (this.passing !== index) this.heeded.clear();
    this.heeded.add(hit.watchpoint);
    this.stop = { kind: 'watchpoint', core: index, write, ...hit };
    return true;
  }
}

/** The physical address of the instruction at PC; that of nothing if a fetch would fault. */
function placeOf({ present, system, level }: StoppedCore): number {
  const { fault, physical } = system.lookUp(present.low(PC), present.high(PC), 'execute', level);
  return fault ? -1 : physical;
}

function isAt({ present, executed }: StoppedCore, point: Point): boolean {
  return executed === point.executed && present.low(PC) === point.low && present.high(PC) === point.high;
}

function checkAddress({ space, address }: Breakpoint): void {
  const limit = space === 'virtual' ? 2n ** 64n : 2n ** 48n;
  if (address < 0n || address >= limit)
    throw new RangeError(`${space} address ${address}: expected 0 to 2^${space === 'virtual' ? 64 : 48} - 1`);
}
