/**
 * The system part of a core: everything that is not computation. Exceptions, system registers, address
 * translation, timers, performance monitors, debug.
 *
 * Generated code and the run loop call its methods. The PC cell holds the current instruction's address at every
 * call. Services of instructions answer a boolean: true, the instruction is complete and execution goes on at
 * PC + 4; false, PC has been set (exception, return, changed context). Unless said otherwise the core's state
 * must be the one in memory.
 */
import { PC } from '../layout.js';
import type { Listeners } from '../listeners.js';
import { flag, record, type Shaped } from '../shape.js';
import type { CoreState } from '../state.js';
import { monitorsShape, PerformanceMonitors } from './counters/performance-monitors.js';
import { Timers, timersShape } from './counters/timers.js';
import type { CoreOptions, Supervisor, SystemEnvironment } from './environment.js';
import { Aborts } from './exceptions/aborts.js';
import { Debug, debugShape } from './exceptions/debug.js';
import { Exceptions } from './exceptions/exceptions.js';
import { generateException, performHint } from './exceptions/instructions.js';
import { Interrupts } from './exceptions/interrupts.js';
import { ISS_WRITE, trappedFp, trappedSystem } from './exceptions/syndrome.js';
import type { CoreListener } from './listener.js';
import { Mmu } from './mmu/mmu.js';
import { ProcessorState, type Level } from './processor-state.js';
import { readRegister, writePstate, writeRegister } from './registers/access.js';
import { performOperation } from './registers/operations.js';
import { traps } from './registers/traps.js';
import { unallocated } from './registers/unallocated.js';
import { prepareLowerLevel, resetState } from './reset.js';
import type { StoredRegister } from './stored-registers.js';
import { FaultStatus, type Access, type Translation } from './translation.js';

/** State that is not in the core's cells, as plain data. */
export type SystemSnapshot = Shaped<typeof systemShape>;
const systemShape = record({
  monitors: monitorsShape,
  timers: timersShape,
  debug: debugShape,
  event: flag,
});

/** SCTLR_ELx.A: alignment is checked for all accesses. */
const SCTLR_A = 1 << 1;
const PSTATE_D = 1 << 9;

/** How the system instruction under way ends. */
type Outcome = 'complete' | 'redirect' | 'ended';

export class System {
  readonly pstate: ProcessorState;
  readonly exceptions: Exceptions;
  readonly aborts: Aborts;
  readonly mmu: Mmu;
  private readonly onlooker: Mmu;
  readonly interrupts: Interrupts;
  readonly timers: Timers;
  readonly monitors: PerformanceMonitors;
  readonly debug: Debug;

  /** The value of the register that is being read, in halves. */
  low = 0;
  high = 0;
  private outcome: Outcome = 'complete';
  /** The event register of WFE. */
  private event = false;

  constructor(
    readonly state: CoreState,
    readonly environment: SystemEnvironment,
    readonly options: CoreOptions,
  ) {
    this.pstate = new ProcessorState(state, options);
    this.monitors = new PerformanceMonitors(state, environment, this.pstate);
    this.exceptions = new Exceptions(state, this.pstate, {
      before: () => this.monitors.sync(),
      after: () => this.announceContext(),
      maySetStep: (spsr) => this.debug.setsStep(spsr),
    });
    this.aborts = new Aborts(state, this.pstate, this.exceptions);
    this.mmu = new Mmu(state, environment, this.pstate);
    this.onlooker = new Mmu(state, environment, this.pstate);
    this.interrupts = new Interrupts(state, this.pstate, this.exceptions, () => environment.interruptLines());
    this.timers = new Timers(state, environment, options.counter);
    this.debug = new Debug(state, this.pstate, this.exceptions, () => environment.instructions());
  }

  /** Takes exceptions to EL1 in place of a guest's vector table. */
  get supervisor(): Supervisor | undefined {
    return this.exceptions.supervisor;
  }
  set supervisor(supervisor: Supervisor | undefined) {
    this.exceptions.supervisor = supervisor;
  }

  /** Exceptions taken and returns made. */
  get exceptionCount(): number {
    return this.exceptions.count;
  }

  /** Hears what the core does beside computing. */
  get listeners(): Listeners<CoreListener> {
    return this.exceptions.listeners;
  }

  get highestLevel(): Level {
    const { el2, el3 } = this.options;
    return el3 ? 3 : el2 ? 2 : 1;
  }

  /**
   * State after a cold reset, as QEMU's: starts at `pc` in level `el` with SP_ELx, all interrupts masked. Below the
   * highest level it is as firmware leaves it for a Non-secure kernel.
   */
  reset(pc: bigint, el: 0 | Level): void {
    const { state } = this;
    resetState(state, this.options);
    if (el < this.highestLevel) prepareLowerLevel(state, this.options);
    this.pstate.deriveSecurity();
    this.pstate.clearExclusive();
    this.pstate.select(el, el !== 0);
    state.sp = 0n;
    state.pc = pc;
    this.event = false;
    this.debug.load([0, 0, 0, 0]);
    this.monitors.load([0]);
    this.timers.rearm();
    this.environment.flushTlb('all', false);
    this.environment.contextChanged();
  }

  // Services of instructions.

  /** The word is unallocated, or UNDEFINED in the current state. */
  undefined(_word: number): false {
    return this.exceptions.undefined();
  }
  exceptionGenerating(word: number): boolean {
    return generateException(this, word);
  }
  /** ERET. DRPS exists in Debug state only. */
  exceptionReturn(word: number): boolean {
    const isDrps = ((word >>> 21) & 15) === 5;
    if (isDrps || this.pstate.el === 0) return this.exceptions.undefined();
    this.returnFromException();
    return false;
  }
  /** ERET's effect at the current level, and then an interrupt if one is pending. For supervisors too. */
  returnFromException(): void {
    this.exceptions.return();
    this.takePending();
  }
  /** MRS, MSR, SYS and SYSL. */
  system(word: number): boolean {
    this.outcome = 'complete';
    const op0 = (word >>> 19) & 3;
    const isRead = (word & (1 << 21)) !== 0;
    if (op0 >= 2) return isRead ? readRegister(this, word) : writeRegister(this, word);
    if (op0 === 0) return writePstate(this, word);
    return isRead ? unallocated(this, word) : performOperation(this, word);
  }
  hint(word: number): boolean {
    return performHint(this, word);
  }
  /** FP_TRAP was set when an FP or SIMD instruction started. */
  floatingPointTrap(): boolean {
    const target = this.pstate.fpTrapTarget();
    return target === 0 ? true : this.exceptions.synchronous(target, trappedFp);
  }
  stackAlignment(): boolean {
    return this.aborts.stackAlignment();
  }
  /** A load or store at this virtual address is not aligned as it must be. */
  alignmentFault(low: number, high: number, write: boolean): boolean {
    return this.aborts.dataAccess(FaultStatus.Alignment, low, high, write);
  }
  /** DC ZVA before anything else: true when it traps. */
  trapsZeroBlock(word: number): boolean {
    const target = traps.zero(this, true);
    if (target !== 0) this.trap(target, trappedSystem(word));
    return target !== 0;
  }
  /** DC ZVA before it writes its 64-byte block; false when the block cannot be written so. */
  zeroBlock(word: number, low: number, high: number): boolean {
    const result = this.mmu.translate(low, high, 'write', this.pstate.el);
    if (result.fault) {
      this.dataAbort(result, low, high, true, word);
      return false;
    }
    if (result.device && this.options.laxAlignment !== true) return this.alignmentFault(low, high, true);
    return !this.checkWatchpoint(low & ~63, high, 64, true, this.pstate.el);
  }

  // Memory.

  /**
   * Replaces the top byte of PC where it is a tag. Indirect branches leave that to the fetch that follows, which
   * never finds a tagged address in a TLB.
   */
  untagPC(): void {
    const { state } = this;
    state.set64(PC, state.low(PC), this.exceptions.pcHigh());
  }
  /**
   * Translates a virtual address for an access at level `el`: the current one, or 0 for unprivileged accesses of
   * EL1. The result is reused by the next call.
   */
  translate(low: number, high: number, access: Access, el: number): Translation {
    return this.mmu.translate(low, high, access, el);
  }
  /** The same for somebody who looks on, at any time: what an access of the guest's has found stays as it is. */
  lookUp(low: number, high: number, access: Access, el: number): Translation {
    return this.onlooker.translate(low, high, access, el);
  }
  /** Takes the abort that a failed `translate` of a data access stands for. `word` is the instruction. */
  dataAbort(fault: Translation, low: number, high: number, write: boolean, word: number): void {
    for (const each of this.listeners.all) each.translationFailed(low, high, write ? 'write' : 'read', fault);
    this.aborts.data(fault, low, high, write ? ISS_WRITE : 0, word);
  }
  instructionAbort(fault: Translation, low: number, high: number): void {
    for (const each of this.listeners.all) each.translationFailed(low, high, 'execute', fault);
    this.aborts.instruction(fault, low, high);
  }
  /** Nothing answers at the physical address: synchronous external abort. */
  externalDataAbort(low: number, high: number, write: boolean): void {
    this.aborts.dataAccess(FaultStatus.External, low, high, write);
  }
  externalInstructionAbort(low: number, high: number): void {
    this.aborts.externalInstruction(low, high);
  }
  /** PC is not a multiple of 4. */
  pcAlignment(): void {
    this.aborts.pcAlignment();
  }
  /** Whether SCTLR_ELx.A has every unaligned access at the current level fault. */
  get checksAlignment(): boolean {
    return (this.pstate.control & SCTLR_A) !== 0;
  }

  // Interrupts and events.

  /** Takes a pending interrupt that is not masked; whether PC has moved to its vector. */
  takeInterrupts(lines: number): boolean {
    return this.interrupts.take(lines);
  }
  /** The interrupt lines that end the waiting of a WFI. */
  get wakers(): number {
    return this.interrupts.wakers;
  }
  /** Whether WFI does not wait: an interrupt is pending, masked or not. */
  wakes(lines: number): boolean {
    return this.interrupts.wakes(lines);
  }
  /** Sets the event register. Needs no state in memory. */
  signalEvent(): void {
    this.event = true;
  }
  get hasEvent(): boolean {
    return this.event;
  }
  /** Clears the event register; whether it was set. */
  consumeEvent(): boolean {
    const { event } = this;
    this.event = false;
    return event;
  }

  // Time.

  /** Virtual ns at which a line may change by itself, or Infinity. Needs no state in memory. */
  nextDeadline(): number {
    return Math.min(this.timers.deadline, this.monitors.deadline);
  }
  /** A deadline was reached: drives the lines. `isCurrent`: the core's state is the one in memory. */
  updateLines(isCurrent: boolean): void {
    this.timers.update();
    if (isCurrent && this.monitors.deadline <= this.environment.now()) this.monitors.refresh();
  }

  // Debug.

  /** Whether instructions must be run one at a time, between the two calls below. */
  needsSlowStepping(): boolean {
    return this.debug.needsSlowStepping;
  }
  /** Takes the exception that comes before the instruction at PC; true when there was one. */
  beforeInstruction(): boolean {
    const low = this.state.low(PC);
    const high = this.state.high(PC);
    return this.debug.beforeInstruction(
      () => (low & 3) === 0 && !this.mmu.translate(low, high, 'execute', this.pstate.el).fault,
    );
  }
  /** After the instruction, however it ended. */
  afterInstruction(word: number): void {
    this.debug.afterInstruction(word);
  }
  /** Whether a watchpoint, armed or not, watches part of this 4 KiB page: it must not enter the TLB. */
  watchesPage(low: number, high: number): boolean {
    return this.debug.watchesPage(low, high);
  }
  /** Takes the watchpoint exception of an access at level `el`; true when there was one. */
  checkWatchpoint(low: number, high: number, bytes: number, write: boolean, el: number): boolean {
    return this.debug.checkWatchpoint(low, high, bytes, write, el);
  }

  readonly shape = systemShape;

  save(): SystemSnapshot {
    return {
      monitors: this.monitors.save(),
      timers: this.timers.save(),
      debug: this.debug.save(),
      event: this.event,
    };
  }
  /** Takes a snapshot back after the cells have been restored. Timer lines are taken to be as they were. */
  load(snapshot: SystemSnapshot): void {
    this.event = snapshot.event;
    this.pstate.deriveSecurity();
    this.pstate.derive();
    this.debug.load(snapshot.debug);
    this.monitors.load(snapshot.monitors);
    this.timers.load(snapshot.timers);
    this.environment.contextChanged();
  }

  // For the behaviours of registers and operations.

  /** The value of the register being read. */
  give(low: number, high: number): void {
    this.low = low;
    this.high = high;
  }
  giveCell(cell: StoredRegister): void {
    this.low = this.state.low(cell);
    this.high = this.state.high(cell);
  }
  get isEnded(): boolean {
    return this.outcome === 'ended';
  }
  /** Execution must not go on with what it knows of the context: the instruction ends by setting PC. */
  redirect(): void {
    if (this.outcome === 'complete') this.outcome = 'redirect';
  }
  /** A control register changed. */
  contextChanged(): void {
    this.pstate.derive();
    this.announceContext();
    this.redirect();
  }
  /** Tells the run loop of a change; it must look whether it has to step slowly from now on. */
  private announceContext(): void {
    this.environment.contextChanged();
    if (this.debug.needsSlowStepping) this.environment.deadlineChanged();
  }
  /** Sets PSTATE.{D,A,I,F}. Interrupts that this unmasks are taken after the instruction. */
  setMasks(daif: number): void {
    const unmasked = this.pstate.daif & ~daif;
    this.pstate.daif = daif;
    // Clearing D may arm debug exceptions.
    if ((unmasked & PSTATE_D) !== 0) this.contextChanged();
    else if (unmasked !== 0 && this.hasPending()) this.redirect();
  }
  /** Ends the instruction as UNDEFINED. */
  refuse(): void {
    this.outcome = 'ended';
    this.exceptions.undefined();
  }
  /** Ends the instruction with a trap. */
  trap(target: Level, esr: number): false {
    this.outcome = 'ended';
    return this.exceptions.synchronous(target, esr);
  }
  /** Ends a maintenance operation with an abort. */
  abort(fault: Translation, low: number, high: number, specific: number): void {
    this.outcome = 'ended';
    this.aborts.data(fault, low, high, specific, 0);
  }
  /** FPCR and FPSR trap as FP instructions do; true when the instruction has ended so. */
  trapsFloatingPoint(): boolean {
    const target = this.pstate.fpTrapTarget();
    if (target !== 0) this.trap(target, trappedFp);
    return target !== 0;
  }

  /** Ends a system instruction that did not trap. */
  complete(): boolean {
    if (this.outcome === 'complete') return true;
    if (this.outcome === 'redirect') {
      this.advance();
      this.takePending();
    }
    return false;
  }
  /** Moves PC behind the instruction. */
  advance(): void {
    const { state } = this;
    const low = (state.low(PC) + 4) | 0;
    state.set64(PC, low, state.high(PC) + (low >>> 0 < 4 ? 1 : 0));
  }

  private hasPending(): boolean {
    return this.interrupts.wakes(this.environment.interruptLines());
  }
  private takePending(): void {
    this.interrupts.take(this.environment.interruptLines());
  }
}
