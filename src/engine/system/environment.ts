/**
 * What the system part of a core (exceptions, registers, MMU, timers) needs from whoever runs the core. The run
 * loop implements it; nothing else of the machine is known here.
 */

import type { CoreModel } from '../core-models.js';
import type { SystemCounter } from './counters/system-counter.js';

/** A 64-bit value as two signed 32-bit halves: [0] low, [1] high. */
export type Halves = Int32Array;

/** A translation regime: EL1&0, EL2, EL3. */
export type Regime = 'el1' | 'el2' | 'el3';
/** The translations that an invalidation drops: those of all regimes, of all but EL3, of one. */
export type TlbScope = 'all' | 'belowEl3' | Regime;

export type TimerName = 'physical' | 'virtual' | 'hypervisor' | 'secure';

/** How PSCI was called: the conduit instruction. */
export type Conduit = 'hvc' | 'smc';

export interface SystemEnvironment {
  /** Virtual nanoseconds at the instruction that is being executed. */
  now(): number;
  /** The same as software sees it: never before what other cores have seen, although they execute one after another. */
  visibleNow(): number;
  /** Instructions that this core has executed before this one. */
  instructions(): number;

  /**
   * Where a Secure access to a physical address goes, as a number that stands for that place from there on: in RAM, in
   * `readPhysical` and in `Translation.physical`.
   */
  secureAddress(physical: number): number;
  /**
   * Reads 4 or 8 bytes of physical memory for a table walk. False: nothing answers there (external abort).
   * `address` is below 2^48 and a multiple of `bytes`.
   */
  readPhysical(address: number, bytes: 4 | 8, out: Halves): boolean;

  /** Drops cached translations; `shared`: on the other cores too (the Inner Shareable forms of TLBI). */
  flushTlb(scope: TlbScope, shared: boolean): void;
  /**
   * Drops the cached translations of one virtual address: of the whole page or block that held it, whatever its
   * size, global or not. Dropping more is always right.
   */
  flushTlbPage(regime: Regime, low: number, high: number, shared: boolean): void;
  /** Drops the cached translations of EL1&0 that belong to an ASID (`Translation.notGlobal`): of its low 8 bits, or all 16. */
  flushTlbAsid(asid: number, shared: boolean): void;
  /**
   * TTBR0_EL1 or TTBR1_EL1 changed, and with it perhaps the ASID: cached translations of EL1&0 that are not global belong
   * to another address space; global ones stay valid. Generated code that runs must look anew where the TLBs are.
   */
  addressSpaceChanged(): void;
  /** Whether a cached translation lets data at a virtual address be read at the current level, so that no walk would fault. */
  isReadable(low: number, high: number): boolean;

  /**
   * The current exception level, stack selection or a control register changed, so that cells derived from
   * them by the run loop (TLB bases, cached translations of the fetch) must be derived anew.
   */
  contextChanged(): void;
  /**
   * The run loop must look at the core before the next instruction: `nextDeadline()` may have moved, or
   * `needsSlowStepping()` has become true.
   */
  deadlineChanged(): void;

  /** Interrupt inputs of this core at this moment: bit 0 IRQ, 1 FIQ, 2 virtual IRQ, 3 virtual FIQ. */
  interruptLines(): number;
  timerLine(timer: TimerName, level: boolean): void;
  pmuLine(level: boolean): void;

  /** WFI: suspend the core until an interrupt is pending, masked or not. PC is behind the instruction. */
  waitForInterrupt(): void;
  /** WFE without an event: suspend the core until an event, or just give the other cores a turn. */
  waitForEvent(): void;
  /** SEV: set the event register of every core (`System.signalEvent`). */
  sendEvent(): void;
  /** YIELD, and spinning in general: the other cores may have a turn. */
  yield(): void;

  /**
   * Offers an HVC or SMC to the board's firmware (PSCI). True: it was a call of that firmware; results are in
   * X0 to X3. False: the instruction does what the manual says. PC is behind the instruction.
   */
  firmwareCall(conduit: Conduit): boolean;
  /** Whether the board's firmware answers SMC, as an EL3 would; then HCR_EL2.TSC can trap it. */
  readonly hasSmcFirmware: boolean;

  /**
   * Offers HLT #0xF000 to the machine as a semihosting call. `none`: it is none, at this level; `waits`: it has not been done,
   * and the core waits for the host.
   */
  semihostingCall(): 'none' | 'done' | 'waits';

  /** Notes something worth telling once: an unimplemented register, say. */
  log(message: string): void;
}

/** What a core is built with; constant for its life. */
export interface CoreOptions {
  /** Number of the core, from 0: eight to an MPIDR_EL1.Aff1. */
  readonly index: number;
  /** Cores of the cluster, for L2CTLR_EL1. */
  readonly cores: number;
  readonly model: CoreModel;
  /** Whether EL2 exists. */
  readonly el2: boolean;
  /** Whether EL3 exists, and with it Secure state beside Non-secure state. */
  readonly el3: boolean;
  /** What its timers count by, the same for all cores. */
  readonly counter: SystemCounter;
  /** CBAR_EL1: physical address of the interrupt controller. */
  readonly peripheralBase: number;
  /**
   * Whether RAM takes unaligned accesses where it is Device memory, as all of it is while translation is off, and no
   * alignment of the stack pointer is checked, whatever SCTLR_ELx.SA and SA0 say: so it is in QEMU 7.2. The architecture
   * has them fault (Arm ARM, B2.8.2 and D1.8.2), and so they do unless given.
   */
  readonly laxAlignment?: boolean | undefined;
}

/** Takes exceptions to EL1 in place of a guest kernel's vector table. */
export interface Supervisor {
  /**
   * An exception to EL1 was taken: ELR_EL1, SPSR_EL1, ESR_EL1, FAR_EL1 and PSTATE are as at the first
   * instruction of a guest's handler; `vector` is the offset from VBAR_EL1 at which that would begin. The
   * supervisor sets PC, or leaves with `System.returnFromException`.
   */
  exception(vector: number): void;
}
