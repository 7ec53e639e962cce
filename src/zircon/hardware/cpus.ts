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
import type { PageAllocator } from '../vm/page-allocator.js';

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
/** OSLSR_EL1.OSLK: without it, debug exceptions are generated. */
const OS_LOCK = 2;
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
    state.put64(R.MAIR_EL1, MAIR);
    state.put64(R.TCR_EL1, TCR);
    state.put64(R.TTBR1_EL1, BigInt(this.kernelRoot));
    state.put64(R.SCTLR_EL1, SCTLR);
    state.put64(R.CPACR_EL1, CPACR);
    state.put64(R.CNTKCTL_EL1, CNTKCTL);
    state.set64(R.OSLSR_EL1, state.low(R.OSLSR_EL1) & ~OS_LOCK, 0);
    system.contextChanged();
    machine.cluster.cores[core].flushTlb('all', false);
    this.interrupts.startCore(core, [this.timerInterrupt]);
    if (core === 0) this.interrupts.enableShared(this.consoleInterrupt);
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
  enterAddressSpace(core: number, table: { readonly root: number; readonly asid: number }): void {
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

/** Puts `wfi; b .-4` into RAM and maps it for EL1 at IDLE_ADDRESS; physical address of the root table. */
function mapIdleLoop(machine: Machine, pages: PageAllocator): number {
  const { ram } = machine.cluster;
  const allocate = (): number => {
    const page = pages.allocate();
    if (page < 0) throw new RangeError('RAM is too small for the kernel');
    return page;
  };
  const word = (page: number, low: number, high: number): void => {
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, low >>> 0, true);
    view.setUint32(4, high >>> 0, true);
    ram.write(page, bytes);
  };
  const code = allocate();
  word(code, WFI, BRANCH_BACK);
  // A page at EL1: valid, page, AF, inner shareable, read-only, UXN; then three levels of tables above it.
  let below = code;
  let low = 0x3 | (1 << 10) | (3 << 8) | (2 << 6);
  let high = 1 << 22;
  for (let level = 3; level >= 0; level--) {
    const table = allocate();
    word(table, (ram.base + below) | low, high);
    below = table;
    low = 0x3;
    high = 0;
  }
  return ram.base + below;
}
