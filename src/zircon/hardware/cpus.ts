/**
 * The machine's cores as the kernel drives them: system registers at EL1, the idle loop, timers, interrupts. The
 * register state is that of the active core.
 */
import { R, type CoreState } from '../../engine/index.js';
import type { Machine } from '../../machine/index.js';
import type { Drivers, InterruptDriver } from './drivers.js';
import { clearRegisters } from '../sched/context.js';
import { loadDebugState, type DebugState } from '../sched/debug-state.js';
import { MAIR } from '../vm/page-table.js';
import { PAGE_SIZE } from '../vm/layout.js';
import { NO_PAGE, type PageAllocator } from '../vm/page-allocator.js';
import type { Inspector } from '../state/inspector.js';

/** PSTATE of the idle loop: EL1h, nothing masked. */
const SPSR_IDLE = 0x5;
/** Its instructions: `wfi`, `b .-4`. */
const WFI = 0xd503_207f;
const BRANCH_BACK = 0x17ff_ffff;
/** Where the idle loop is mapped: the start of what TTBR1_EL1 translates. */
const IDLE_ADDRESS = 0xffff_0000_0000_0000n;

/** SCTLR_EL1: MMU, caches, stack alignment; EL0 may use DC ZVA, CTR_EL0 and cache maintenance; RES1 bits. */
const SCTLR =
  0x30d0_0800n |
  1n |
  (1n << 2n) |
  (1n << 3n) |
  (1n << 4n) |
  (1n << 12n) |
  (1n << 14n) |
  (1n << 15n) |
  (1n << 26n);
/** TCR_EL1: 48-bit halves of 4 KiB pages, 40-bit physical addresses, 16-bit ASIDs. */
const TCR = 16n | (16n << 16n) | (2n << 30n) | (2n << 32n) | (1n << 36n);
/** CPACR_EL1.FPEN: FP and SIMD at EL0. */
const CPACR = 3n << 20n;
/** CNTKCTL_EL1.EL0VCTEN: EL0 reads CNTVCT_EL0. */
const CNTKCTL = 2n;
/** Registers at EL1 that stay as they are. */
const controls = [
  [R.MAIR_EL1, MAIR],
  [R.TCR_EL1, TCR],
  [R.SCTLR_EL1, SCTLR],
  [R.CPACR_EL1, CPACR],
  [R.CNTKCTL_EL1, CNTKCTL],
] as const;
/** OSLSR_EL1.OSLK: without it, debug exceptions are generated. */
const OS_LOCK = 2;

/** What user addresses are translated by: physical address of the root table. */
export interface TranslationTable {
  readonly root: number;
  readonly asid: number;
}

export class Cpus {
  readonly timerInterrupt: number;
  readonly consoleInterrupt: number;
  private readonly interrupts: InterruptDriver;
  /** Root of the tables under TTBR1_EL1: physical address. */
  private readonly kernelRoot: number;

  constructor(
    private readonly machine: Machine,
    { interrupts, timerInterrupt, uartInterrupt }: Drivers,
    pages: PageAllocator,
  ) {
    this.interrupts = interrupts;
    this.timerInterrupt = timerInterrupt;
    this.consoleInterrupt = uartInterrupt;
    this.kernelRoot = mapIdleLoop(machine, pages);
  }

  /** Registers of the active core. */
  get state(): CoreState {
    return this.machine.cluster.state;
  }
  /** ESR_EL1, unsigned. */
  get syndrome(): number {
    return this.state.low(R.ESR_EL1) >>> 0;
  }
  /** ELR_EL1. */
  get returnAddress(): bigint {
    return this.state.get64(R.ELR_EL1);
  }
  /** FAR_EL1: exact below 2^53, beyond that still no user address. EL0 has no tags: TCR_EL1.TBI0 is clear. */
  get faultAddress(): number {
    return (this.state.high(R.FAR_EL1) >>> 0) * 0x1_0000_0000 + (this.state.low(R.FAR_EL1) >>> 0);
  }
  /** FAR_EL1, exact. */
  get exactFaultAddress(): bigint {
    return this.state.get64(R.FAR_EL1);
  }

  /** Brings the active core, fresh from reset, to EL1 as the kernel wants it. */
  start(core: number): void {
    const { state, machine } = this;
    machine.cluster.powerOn(core, IDLE_ADDRESS, 1);
    const { system } = machine.cluster.cores[core];
    for (const [register, value] of controls) state.put64(register, value);
    state.put64(R.TTBR1_EL1, BigInt(this.kernelRoot));
    state.set64(R.OSLSR_EL1, state.low(R.OSLSR_EL1) & ~OS_LOCK, 0);
    system.contextChanged();
    machine.cluster.cores[core].flushTlb('all', false);
    this.interrupts.startCore(core, [this.timerInterrupt]);
    if (core === 0) this.interrupts.enableShared(this.consoleInterrupt);
  }

  /** Whether the active core is as `start` left it, at a level, with user addresses translated by a table. */
  isAt(core: number, level: number, table: TranslationTable): boolean {
    const { state, machine, interrupts } = this;
    return (
      machine.cluster.cores[core].level === level &&
      controls.every(([register, value]) => state.get64(register) === value) &&
      state.get64(R.TTBR1_EL1) === BigInt(this.kernelRoot) &&
      state.get64(R.TTBR0_EL1) === (BigInt(table.asid) << 48n) + BigInt(table.root) &&
      (state.low(R.OSLSR_EL1) & OS_LOCK) === 0 &&
      interrupts.isStarted(core, [this.timerInterrupt], core === 0 ? this.consoleInterrupt : undefined)
    );
  }
  isOff(core: number): boolean {
    return this.machine.cluster.cores[core].activity === 'off';
  }
  audit(inspector: Inspector): void {
    const { pages, isWhole } = idleLoopAt(this.machine, this.kernelRoot);
    inspector.ensure(isWhole, 'the idle loop is what it was');
    for (const page of pages) inspector.page(page, 'wired');
  }

  // What the active core does next.

  /** Has it wait for interrupts. */
  idle(core: number, root: number): void {
    const { state } = this;
    clearRegisters(state);
    this.enterAddressSpace(core, { root, asid: 0 });
    state.put64(R.ELR_EL1, IDLE_ADDRESS);
    state.set64(R.SPSR_EL1, SPSR_IDLE, 0);
  }
  /** Translates user addresses by other tables. */
  enterAddressSpace(core: number, table: TranslationTable): void {
    const { state } = this;
    const low = table.root | 0;
    const high = (table.asid << 16) | Math.floor(table.root / 0x1_0000_0000);
    if (state.low(R.TTBR0_EL1) === low && state.high(R.TTBR0_EL1) === high) return;
    state.set64(R.TTBR0_EL1, low, high);
    this.machine.cluster.cores[core].addressSpaceChanged();
  }
  /** Gives the core in the kernel a thread's debug registers; undefined stands for none in use. */
  loadDebugState(core: number, debug: DebugState | undefined): void {
    loadDebugState(this.machine.cluster.cores[core], this.state, debug);
  }
  /** Leaves the kernel. */
  resume(core: number): void {
    this.machine.cluster.cores[core].system.returnFromException();
  }

  /** What the kernel has done on the core counts as so many instructions of it. */
  charge(core: number, instructions: number): void {
    this.machine.cluster.cores[core].charge(instructions);
  }

  // Timers and interrupts.

  /** Has the active core's physical timer fire at `deadline`, in virtual ns; never, if that is Infinity. */
  setTimer(core: number, deadline: number): void {
    const { state } = this;
    if (deadline === Infinity) {
      if (state.low(R.CNTP_CTL_EL0) === 0) return;
      state.set64(R.CNTP_CTL_EL0, 0, 0);
    } else {
      state.put64(R.CNTP_CVAL_EL0, BigInt(this.machine.cluster.counter.countFrom(Math.max(0, deadline))));
      state.set64(R.CNTP_CTL_EL0, 1, 0);
    }
    this.machine.cluster.cores[core].system.timers.rearm();
  }
  /** The number of the pending interrupt, now active, or undefined. */
  acknowledge(core: number): number | undefined {
    return this.interrupts.acknowledge(core);
  }
  endOfInterrupt(core: number, number: number): void {
    this.interrupts.end(core, number);
  }
  /** Interrupts core `to`, which has it look at the scheduler. */
  interrupt(from: number, to: number): void {
    this.interrupts.send(from, to);
  }
}

/** Pages of the idle loop: the code, then the tables of levels 3 to 0. */
const IDLE_PAGES = 5;
const TABLE = 0x3;
/** A page at EL1: valid, page, AF, inner shareable, read-only; UXN. */
const IDLE_PAGE_LOW = 0x3 | (1 << 10) | (3 << 8) | (2 << 6);
const IDLE_PAGE_HIGH = 1 << 22;

/** The first two words of each page, of which the rest is 0. */
function idleWords(base: number, pages: readonly number[]): [low: number, high: number][] {
  return pages.map((_, i) => {
    if (i === 0) return [WFI, BRANCH_BACK];
    const below = base + pages[i - 1];
    return i === 1 ? [below | IDLE_PAGE_LOW, IDLE_PAGE_HIGH] : [below | TABLE, 0];
  });
}

/** Puts `wfi; b .-4` into RAM and maps it for EL1 at IDLE_ADDRESS; physical address of the root table. */
function mapIdleLoop({ cluster: { ram } }: Machine, pages: PageAllocator): number {
  const allocated = Array.from({ length: IDLE_PAGES }, () => pages.allocate());
  if (allocated.includes(NO_PAGE)) throw new RangeError('RAM is too small for the kernel');
  for (const [i, [low, high]] of idleWords(ram.base, allocated).entries())
    ram.setWords(allocated[i], low, high);
  return ram.base + (allocated.at(-1) as number);
}

/** The pages of the idle loop under a root, and whether they hold it. */
function idleLoopAt({ cluster: { ram } }: Machine, root: number): { pages: number[]; isWhole: boolean } {
  const pages = [root - ram.base];
  const isPage = (page: number): boolean => page >= 0 && page % PAGE_SIZE === 0 && page < ram.size;
  while (pages.length < IDLE_PAGES && isPage(pages[0]))
    pages.unshift((ram.word(pages[0]) & -PAGE_SIZE) - ram.base);
  if (!pages.every(isPage)) return { pages, isWhole: false };
  const isWhole = idleWords(ram.base, pages).every(([low, high], i) => {
    const at = pages[i];
    const isRight = ram.word(at) === (low | 0) && ram.word(at + 4) === (high | 0);
    return isRight && ram.isZero(at + 8, PAGE_SIZE - 8);
  });
  return { pages, isWhole };
}
