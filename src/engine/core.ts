/**
 * One core: joins the system part (registers, MMU, exceptions, timers) to generated code and to the machine.
 * Only while the core is active is its state in the memory's state area.
 */
import { ACCESS_UNPRIVILEGED } from './access-flags.js';
import type { Board } from './bus.js';
import { CODE_PAGE_SIZE, type CodePages } from './code-pages.js';
import { CoreRegisters } from './core-registers.js';
import { coreShape, lastingCells, type Activity, type CoreSnapshot } from './core-snapshot.js';
import { BUDGET, CODE_PAGE, EL, PC, RAM_OFFSET, STATE_BEGIN, STATE_END, STOP } from './layout.js';
import type { MemoryAccess } from './memory-access.js';
import type { GuestRam } from './ram.js';
import { services, type ServiceContext } from './services.js';
import type { Shape } from './shape.js';
import { CoreState } from './state.js';
import type { Stops } from './stops/index.js';
import type {
  Conduit,
  CoreOptions,
  Halves,
  Regime,
  SystemEnvironment,
  TimerName,
  TlbScope,
} from './system/environment.js';
import { Line, System, type LineName, type Translation } from './system/index.js';
import type { ExecutingCore } from './tier.js';
import { Tlb } from './tlb/tlb.js';
import { Answer } from './wasm/host-calls.js';

/** A core's interrupt inputs; the virtual ones come from a GIC's virtual interface. */
const lineBits: Readonly<Record<LineName, number>> = {
  irq: Line.Irq,
  fiq: Line.Fiq,
  virq: Line.VirtualIrq,
  vfiq: Line.VirtualFiq,
};

/** What a core needs of the cluster it is in. */
export interface CoreHost {
  readonly state: CoreState;
  readonly ram: GuestRam;
  readonly code: CodePages;
  readonly access: MemoryAccess;
  readonly board: Board;
  /** Instructions in the piece of work that the core is executing; 0 between pieces. */
  readonly pieceLength: number;
  /** Virtual ns after so many instructions of that piece. */
  timeInPiece(instructions: number): number;
  /** Virtual ns that a core which is not executing has come to. */
  timeOf(core: number): number;
  /** The latest time that a core has seen, in virtual ns; 0 between turns. */
  latestSeen: number;
  readonly cores: readonly Core[];
  /** Where somebody outside wants the machine to stop. */
  readonly stops: Stops;
  /** Sets the event register of every core; whether it was clear in another than the sender. */
  signalEvents(sender: Core): boolean;
}

export class Core implements SystemEnvironment, ExecutingCore, ServiceContext {
  readonly index: number;
  readonly state: CoreState;
  readonly system: System;
  readonly tlb: Tlb;
  /** The core's registers at any time. */
  readonly registers = new CoreRegisters(this);
  activity: Activity = 'off';
  /** The core gave up the rest of its turn. */
  yielded = false;
  /** Instructions executed before the present piece. */
  executed = 0;
  /** Instructions that were charged and are not counted yet: the core executes no others before. */
  owed = 0;
  /** Interrupt inputs, as bits of `lineBits`. */
  private lines = 0;
  /** Those of them that end its waiting, while it waits. */
  private wakers = 0;
  /** Something happened that the run loop must look at before the next instruction. */
  private attention = false;
  /** State while another core is active, and the bytes of it that are swapped. */
  private readonly saved = new CoreState({ buffer: new ArrayBuffer(STATE_END) });
  private readonly savedArea = this.saved.u8.subarray(STATE_BEGIN);
  private readonly stateArea: Uint8Array;
  private active = false;

  constructor(
    private readonly host: CoreHost,
    options: CoreOptions,
  ) {
    this.index = options.index;
    this.state = host.state;
    this.stateArea = host.state.u8.subarray(STATE_BEGIN, STATE_END);
    this.tlb = new Tlb(host.state.memory, options.index, this);
    this.system = new System(host.state, this, options);
  }

  // The state area.

  activate(): void {
    if (this.active) return;
    this.active = true;
    this.stateArea.set(this.savedArea);
  }
  deactivate(): void {
    if (!this.active) return;
    this.active = false;
    this.savedArea.set(this.stateArea);
  }
  get present(): CoreState {
    return this.active ? this.host.state : this.saved;
  }
  get isExecuting(): boolean {
    return this.active && this.host.pieceLength > 0;
  }

  /** The core's whole state. The core must be active. */
  save(): CoreSnapshot {
    // First, since this brings counters in the state up to date.
    const system = this.system.save();
    const state = lastingCells(this.host.state.u8.subarray(STATE_BEGIN, STATE_END));
    return {
      state,
      system,
      activity: this.activity,
      executed: this.executed,
      owed: this.owed,
      yielded: this.yielded,
      lines: this.lines,
    };
  }
  get shape(): Shape<CoreSnapshot> {
    return coreShape(this.system.highestLevel, this.system.shape);
  }
  /** Takes a state, which is of the shape. The core must be active. */
  load(snapshot: CoreSnapshot): void {
    this.host.state.u8.set(lastingCells(snapshot.state), STATE_BEGIN);
    this.activity = snapshot.activity;
    this.executed = snapshot.executed;
    this.owed = snapshot.owed;
    this.yielded = snapshot.yielded;
    this.lines = snapshot.lines;
    this.system.load(snapshot.system);
    this.wakers = this.system.wakers;
    this.tlb.flush();
    this.contextChanged();
  }

  // Interrupt inputs, driven by the interrupt controller.

  setLine(line: LineName, level: boolean): void {
    const bit = lineBits[line];
    const lines = level ? this.lines | bit : this.lines & ~bit;
    if (lines !== this.lines) {
      for (const each of this.system.listeners.all) each.lineChanged(line, level);
    }
    this.lines = lines;
    if (this.lines !== 0) this.attention = true;
  }

  // Executing.

  get access(): MemoryAccess {
    return this.host.access;
  }

  /** Current exception level. */
  get level(): number {
    return this.present.low(EL);
  }

  /** Whether the core has instructions to execute, now that its lines and events may have changed. */
  get runnable(): boolean {
    if (this.activity === 'waiting for interrupt' && (this.lines & this.wakers) !== 0) {
      this.activity = 'running';
    }
    return this.activity === 'running';
  }

  /** Takes an unmasked interrupt; whether there was one. The core must be active. */
  takeInterrupts(): boolean {
    return this.lines !== 0 && this.system.takeInterrupts(this.lines);
  }

  /** Before generated code runs. */
  prepare(): void {
    this.attention = false;
    this.host.state.setLow(STOP, 0);
  }

  /** The word of the instruction that called the host; PC is still at it. */
  word(): number {
    const { code, state } = this.host;
    const physical = (state.low(CODE_PAGE) >>> 0) * CODE_PAGE_SIZE + (state.low(PC) & 0xffc);
    return code.memoryAt(physical)?.instruction(physical) ?? 0;
  }

  // What tiers call while this core is executing: PC and BUDGET are then those of the instruction that calls.

  service(service: number, low: number, high: number): Answer {
    const normally = services[service](this, low, high);
    if (!normally) return this.leave();
    if (!this.attention && this.lines === 0) return Answer.Done;
    this.system.advance();
    return this.redirect();
  }
  slowLoad(low: number, high: number, access: number): Answer {
    return this.completeAccess(this.access.access(this, low, high, access, false));
  }
  slowStore(low: number, high: number, access: number): Answer {
    return this.completeAccess(this.access.access(this, low, high, access, true));
  }
  fillTlb(low: number, high: number, access: number, write: number): number {
    if (!this.access.fillTlb(this, low, high, access, write !== 0)) return 0;
    const el = (access & ACCESS_UNPRIVILEGED) !== 0 && this.level === 1 ? 0 : this.level;
    return this.tlb.placeOf(el, low);
  }
  /** The instruction may have more to do, so what stops execution does so behind it. */
  private completeAccess(done: boolean): Answer {
    if (!done) return this.leave();
    if (!this.attention) return Answer.Done;
    this.state.setLow(STOP, 1);
    return Answer.DoneAndStop;
  }

  /** Ends an instruction that has not completed: by an exception, or since the machine stops before it. */
  private leave(): Answer {
    if (this.host.stops.reached === undefined) return this.redirect();
    this.state.setLow(STOP, 1);
    return Answer.Left;
  }

  fetch(): Translation | undefined {
    const { state, system } = this;
    system.untagPC();
    const low = state.low(PC);
    const high = state.high(PC);
    if ((low & 3) !== 0) {
      system.pcAlignment();
    } else {
      const translation = system.translate(low, high, 'execute', this.level);
      if (translation.fault) system.instructionAbort(translation, low, high);
      else if (this.host.code.memoryAt(translation.physical) !== undefined) {
        this.host.stops.fetched(low, high, translation.physical);
        return translation;
      } else system.externalInstructionAbort(low, high);
    }
    this.redirect();
    return undefined;
  }

  /**
   * What a hosted kernel does in an exception counts as so many instructions of the core, behind the one that is being
   * executed. Those for which the present piece has no room, or all if it ends here anyway, are owed.
   */
  charge(instructions: number): void {
    const { state } = this;
    const left = state.low(BUDGET);
    const counted = this.attention ? 0 : Math.max(0, Math.min(instructions, left - 1));
    state.setLow(BUDGET, left - counted);
    this.owed += instructions - counted;
  }

  /** Ends the instruction with PC as it now is. */
  private redirect(): Answer {
    const { state } = this;
    state.setLow(BUDGET, state.low(BUDGET) - 1);
    if (this.attention || this.lines !== 0 || this.host.stops.looksOften) state.setLow(STOP, 1);
    return Answer.Left;
  }

  marked(): void {
    this.host.stops.marked();
  }
  stopsBefore(low: number, high: number, bytes: number, write: boolean, level: number): boolean {
    return this.host.stops.watches(this, low, high, bytes, write, level);
  }
  isWatched(low: number, high: number, physical: number): boolean {
    return this.host.stops.watchesPage(low, high, physical);
  }

  beforeDevice(secure: boolean): void {
    const { board } = this.host;
    board.clock.moveTo(this.now());
    board.bus.initiator = this.index;
    board.bus.secure = secure;
  }
  afterDevice(): void {
    if (this.lines !== 0) this.attention = true;
  }
  /** Makes the run loop look at the machine before the next instruction. */
  requestAttention(): void {
    this.attention = true;
  }

  // SystemEnvironment: what the system part asks for.

  now(): number {
    const { host } = this;
    if (!this.active || host.pieceLength === 0) return host.timeOf(this.index);
    return host.timeInPiece(host.pieceLength - this.state.low(BUDGET));
  }
  visibleNow(): number {
    const { host } = this;
    const now = this.now();
    if (host.latestSeen > now) return host.latestSeen;
    if (this.active && host.pieceLength > 0) host.latestSeen = now;
    return now;
  }
  instructions(): number {
    return this.executed + (this.active ? this.host.pieceLength - this.state.low(BUDGET) : 0);
  }
  secureAddress(physical: number): number {
    return this.host.board.bus.secureAddress(physical);
  }
  readPhysical(address: number, bytes: 4 | 8, out: Halves): boolean {
    const offset = this.host.ram.offsetOf(address);
    if (offset < 0) return false;
    const at = (RAM_OFFSET + offset) >>> 2;
    out[0] = this.host.state.i32[at];
    out[1] = bytes === 8 ? this.host.state.i32[at + 1] : 0;
    return true;
  }
  flushTlb(scope: TlbScope, shared: boolean): void {
    for (const core of shared ? this.host.cores : [this]) core.tlb.flushScope(scope);
  }
  flushTlbPage(regime: Regime, low: number, high: number, shared: boolean): void {
    for (const core of shared ? this.host.cores : [this]) core.tlb.flushPage(regime, low, high);
  }
  flushTlbAsid(asid: number, shared: boolean): void {
    for (const core of shared ? this.host.cores : [this]) core.tlb.flushAsid(asid);
  }
  addressSpaceChanged(): void {
    this.tlb.contextChanged();
  }
  isReadable(low: number, high: number): boolean {
    return this.tlb.isReadable(this.level, low, high);
  }
  contextChanged(): void {
    this.tlb.contextChanged();
  }
  deadlineChanged(): void {
    this.attention = true;
  }
  interruptLines(): number {
    return this.lines;
  }
  timerLine(timer: TimerName, level: boolean): void {
    this.host.board.timerLine(this.index, timer, level);
  }
  pmuLine(level: boolean): void {
    this.host.board.pmuLine(this.index, level);
  }
  waitForInterrupt(): void {
    this.wakers = this.system.wakers;
    this.activity = 'waiting for interrupt';
    this.attention = true;
  }
  /** WFE may complete at any time: the core gives up the rest of its turn. */
  waitForEvent(): void {
    this.yield();
  }
  /**
   * As soon as a core sends an event, those that wait for one look at what it is about, before the sender can write
   * over it: the sender gives up the rest of its turn, as if all ran at the same time.
   */
  sendEvent(): void {
    if (this.host.signalEvents(this)) this.yield();
  }
  yield(): void {
    this.yielded = true;
    this.attention = true;
  }
  get hasSmcFirmware(): boolean {
    return this.host.board.hasSmcFirmware();
  }
  firmwareCall(conduit: Conduit): boolean {
    this.host.board.clock.moveTo(this.now());
    this.attention = true;
    return this.host.board.firmwareCall(this.index, conduit);
  }
  semihostingCall(): 'none' | 'done' | 'waits' {
    const { board } = this.host;
    if (board.semihosting?.takes(this.level) !== true) return 'none';
    board.clock.moveTo(this.now());
    this.attention = true;
    const answer = board.semihosting.call(this.index);
    if (answer === 'done') return answer;
    this.activity = answer;
    return 'waits';
  }
  log(message: string): void {
    this.host.board.log(message);
  }
}
