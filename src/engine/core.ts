/**
 * One core: joins the system part (registers, MMU, exceptions, timers) to generated code and to the machine.
 * Only while the core is active is its state in the memory's state area.
 */
import type { Board } from './bus.js';
import { CODE_PAGE_SIZE, codePageOf, type CodePages } from './code-pages.js';
import { CoreRegisters } from './core-registers.js';
import { checkCoreSnapshot, lastingCells, type Activity, type CoreSnapshot } from './core-snapshot.js';
import type { DecodedPages } from './interpreter/decoded-pages.js';
import { HANDLER_PAUSE } from './interpreter/loop.js';
import type { HostImports } from './interpreter/imports.js';
import {
  BUDGET,
  DECODED_ENTRY_SIZE,
  EL,
  EXEC_TLB,
  LIMIT,
  PC,
  PC_BASE,
  RAM_OFFSET,
  SCRATCH,
  STATE_BEGIN,
  STATE_END,
  STOP,
  TLB,
  TLB_UNPRIVILEGED,
  execTlbAddress,
  tlbAddress,
} from './layout.js';
import type { MemoryAccess } from './memory-access.js';
import type { GuestRam } from './ram.js';
import { CoreState } from './state.js';
import type {
  Conduit,
  CoreOptions,
  Halves,
  SystemEnvironment,
  TimerName,
  TlbScope,
} from './system/environment.js';
import { Line, System, type LineName } from './system/index.js';
import { Tlb } from './tlb.js';
import { accessFlags } from './access-flags.js';

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
  readonly pages: DecodedPages;
  readonly access: MemoryAccess;
  readonly board: Board;
  /** Virtual ns at the start of the piece of work that the core is executing. */
  readonly pieceStart: number;
  /** Instructions in that piece; 0 between pieces. */
  readonly pieceLength: number;
  /** Virtual ns that a core which is not executing has come to. */
  timeOf(core: number): number;
  /** The latest time that a core has seen, in virtual ns; 0 between turns. */
  latestSeen: number;
  readonly cores: readonly Core[];
  signalEvents(): void;
}

export class Core implements SystemEnvironment {
  readonly index: number;
  readonly system: System;
  readonly tlb: Tlb;
  /** The core's registers at any time. */
  readonly registers = new CoreRegisters(this);
  activity: Activity = 'off';
  /** The core gave up the rest of its turn. */
  yielded = false;
  /** Instructions executed before the present piece. */
  executed = 0;
  /** Interrupt inputs, as bits of `lineBits`. */
  private lines = 0;
  /** Those of them that end its waiting, while it waits. */
  private wakers = 0;
  /** Decoded entry of the instruction that called the host, 0 outside. */
  private entry = 0;
  /** Something happened that the run loop must look at before the next instruction. */
  private attention = false;
  private paused: { at: number; handler: number } | undefined;
  /** State while another core is active, and the bytes of it that are swapped. */
  private readonly saved = new CoreState({ buffer: new ArrayBuffer(STATE_END) });
  private readonly savedArea = this.saved.u8.subarray(STATE_BEGIN);
  private active = false;
  private readonly physical: DataView;

  constructor(
    private readonly host: CoreHost,
    options: CoreOptions,
  ) {
    this.physical = new DataView(host.state.memory.buffer);
    this.index = options.index;
    this.tlb = new Tlb(host.state.memory, options.index);
    this.system = new System(host.state, this, options);
  }

  // The state area.

  activate(): void {
    if (this.active) return;
    this.active = true;
    this.host.state.u8.set(this.savedArea, STATE_BEGIN);
  }
  deactivate(): void {
    if (!this.active) return;
    this.active = false;
    this.savedArea.set(this.host.state.u8.subarray(STATE_BEGIN, STATE_END));
  }
  get present(): CoreState {
    return this.active ? this.host.state : this.saved;
  }
  get isExecuting(): boolean {
    return this.entry !== 0;
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
      yielded: this.yielded,
      lines: this.lines,
    };
  }
  /** Takes a state. The core must be active. Throws RangeError for one that a core cannot be in. */
  load(snapshot: CoreSnapshot): void {
    checkCoreSnapshot(snapshot, this.index, this.system.highestLevel);
    this.host.state.u8.set(lastingCells(snapshot.state), STATE_BEGIN);
    this.activity = snapshot.activity;
    this.executed = snapshot.executed;
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

  /** Takes an unmasked interrupt. The core must be active. */
  takeInterrupts(): void {
    if (this.lines !== 0) this.system.takeInterrupts(this.lines);
  }

  /** Before generated code runs. */
  prepare(): void {
    this.attention = false;
    this.host.state.setLow(STOP, 0);
  }

  /** After generated code has returned. */
  settle(): void {
    this.entry = 0;
    const { paused } = this;
    if (paused === undefined) return;
    if (this.physical.getUint16(paused.at, true) === HANDLER_PAUSE) {
      this.physical.setUint16(paused.at, paused.handler, true);
    }
    this.paused = undefined;
  }

  /** The instruction word at the present entry. */
  word(): number {
    const { code, pages } = this.host;
    const physical = pages.pageOf(this.entry) * CODE_PAGE_SIZE + pages.indexOf(this.entry) * 4;
    return code.memoryAt(physical)?.instruction(physical) ?? 0;
  }

  /** Instructions of the present piece that are still to execute, the present one included. */
  private get remaining(): number {
    const { state } = this.host;
    if (this.entry === 0) return state.low(BUDGET);
    return (state.low(LIMIT) - this.entry) >> 4;
  }

  private enterHost(entry: number): void {
    this.entry = entry;
    const { i32 } = this.host.state;
    const base = PC_BASE.address >> 2;
    const low = (i32[base] >>> 0) + (entry >>> 2);
    i32[PC.address >> 2] = low | 0;
    i32[(PC.address >> 2) + 1] = (i32[base + 1] + (low > 0xffff_ffff ? 1 : 0)) | 0;
  }

  /** Ends the instruction with PC as it now is. */
  private redirect(): number {
    const { state } = this.host;
    state.setLow(BUDGET, this.remaining - 1);
    this.entry = 0;
    if (this.attention || this.lines !== 0) state.setLow(STOP, 1);
    return 0;
  }

  /** The end of a host service. */
  private complete(normally: boolean): number {
    if (normally && !this.attention && this.lines === 0) {
      this.entry = 0;
      return 1;
    }
    if (normally) this.advancePc();
    return this.redirect();
  }

  private advancePc(): void {
    const { i32 } = this.host.state;
    const at = PC.address >> 2;
    const low = (i32[at] >>> 0) + 4;
    i32[at] = low | 0;
    if (low > 0xffff_ffff) i32[at + 1] += 1;
  }

  /** The end of a slow access: the instruction may have more to do, so a stop waits behind it. */
  private completeAccess(done: boolean): number {
    if (!done) return this.redirect();
    if (this.attention) this.pauseAfter();
    this.entry = 0;
    return 1;
  }

  private pauseAfter(): void {
    this.host.state.setLow(STOP, 1);
    const at = this.entry + DECODED_ENTRY_SIZE;
    if (this.paused !== undefined) return;
    this.paused = { at, handler: this.physical.getUint16(at, true) };
    this.physical.setUint16(at, HANDLER_PAUSE, true);
  }

  /** What generated code calls while this core is active. */
  readonly imports = {
    service: (name: keyof HostImports['services'], entry: number, low: number, high: number): number => {
      this.enterHost(entry);
      return this.complete(this.service(name, low, high));
    },
    load: (entry: number, low: number, high: number, access: number): number => {
      this.enterHost(entry);
      return this.completeAccess(this.host.access.access(this, low, high, access, false));
    },
    store: (entry: number, low: number, high: number, access: number): number => {
      this.enterHost(entry);
      return this.completeAccess(this.host.access.access(this, low, high, access, true));
    },
    fetch: (): void => this.fetch(),
  };

  private service(name: keyof HostImports['services'], low: number, high: number): boolean {
    const { system } = this;
    switch (name) {
      case 'undefined':
        return system.undefined(this.word());
      case 'exceptionGenerating':
        return system.exceptionGenerating(this.word());
      case 'exceptionReturn':
        return system.exceptionReturn(this.word());
      case 'system':
        return system.system(this.word());
      case 'hint':
        return system.hint(this.word());
      case 'floatingPointTrap':
        return system.floatingPointTrap();
      case 'stackAlignment':
        return system.stackAlignment();
      case 'alignmentFault':
        return system.alignmentFault(low, high, isStore(this.word()));
      case 'zeroBlock':
        return this.zeroBlock(low, high);
    }
  }

  /** DC ZVA: 64 bytes of zero at the block that holds the address. */
  private zeroBlock(low: number, high: number): boolean {
    const { access, state } = this.host;
    const word = this.word();
    if (this.system.trapsZeroBlock(word)) return false;
    const known = this.tlb.writable(this.level, low & ~63, high);
    if (known >= 0) {
      state.u8.fill(0, known, known + 64);
      return true;
    }
    if (!this.system.zeroBlock(word, low, high)) return false;
    for (let i = 0; i < 64; i += 8) {
      state.i32.fill(0, SCRATCH_WORD, SCRATCH_WORD + 2);
      if (!access.access(this, (low & ~63) + i, high, ZERO_EIGHT, true)) return false;
    }
    return true;
  }

  /** Finds the decoded page for PC, or takes the exception that its fetch causes. */
  private fetch(): void {
    const { state, code, pages } = this.host;
    this.system.untagPC();
    const low = state.low(PC);
    const high = state.high(PC);
    const el = state.low(EL);
    const exception = (take: () => void): void => {
      take();
      state.setLow(BUDGET, state.low(BUDGET) - 1);
      if (this.lines !== 0) state.setLow(STOP, 1);
    };
    if ((low & 3) !== 0) {
      exception(() => this.system.pcAlignment());
      return;
    }
    const translation = this.system.translate(low, high, 'execute', el);
    if (translation.fault) {
      exception(() => this.system.instructionAbort(translation, low, high));
      return;
    }
    const { physical } = translation;
    if (code.memoryAt(physical) === undefined) {
      exception(() => this.system.externalInstructionAbort(low, high));
      return;
    }
    this.tlb.fillExecute(el, low, high, pages.addressOf(codePageOf(physical)), translation.notGlobal);
    for (const each of this.system.listeners.all) each.translated(low, high, 'execute', el, translation);
  }

  beforeDevice(): void {
    const { board } = this.host;
    board.clock.moveTo(this.now());
    board.bus.initiator = this.index;
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
    if (!this.active || this.host.pieceLength === 0) return this.host.timeOf(this.index);
    return this.host.pieceStart + this.host.pieceLength - this.remaining;
  }
  visibleNow(): number {
    const { host } = this;
    const now = this.now();
    if (host.latestSeen > now) return host.latestSeen;
    if (this.active && host.pieceLength > 0) host.latestSeen = now;
    return now;
  }
  instructions(): number {
    return this.executed + (this.active ? this.host.pieceLength - this.remaining : 0);
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
  flushTlbPage(scope: 'el1' | 'el2', low: number, high: number, shared: boolean): void {
    for (const core of shared ? this.host.cores : [this]) core.tlb.flushPageOf(scope, low, high);
  }
  addressSpaceChanged(): void {
    this.tlb.flushNotGlobal();
  }
  /** Decoded code follows every store by itself. */
  invalidateInstructions(): void {}
  contextChanged(): void {
    const { state } = this.host;
    const el = state.low(EL);
    state.setLow(TLB, tlbAddress(this.index, el));
    state.setLow(TLB_UNPRIVILEGED, tlbAddress(this.index, el === 1 ? 0 : el));
    state.setLow(EXEC_TLB, execTlbAddress(this.index, el));
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
  sendEvent(): void {
    this.host.signalEvents();
  }
  yield(): void {
    this.yielded = true;
    this.attention = true;
  }
  get hasSmcFirmware(): boolean {
    return this.host.board.smcFirmware;
  }
  firmwareCall(conduit: Conduit): boolean {
    this.host.board.clock.moveTo(this.now());
    this.attention = true;
    return this.host.board.firmwareCall(this.index, conduit);
  }
  log(message: string): void {
    this.host.board.log(message);
  }
}

/** An access of 8 bytes, aligned to 8 (`accessFlags`). */
const ZERO_EIGHT = accessFlags(8, {});
const SCRATCH_WORD = SCRATCH >> 2;

/** Bit 22 (L) of load/store exclusive and ordered encodings. */
function isStore(word: number): boolean {
  return (word & 0x0040_0000) === 0;
}
