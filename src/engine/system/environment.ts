/**
 * What the system part of a core (exceptions, registers, MMU, timers) needs from whoever runs the core. The run
 * loop implements it; nothing else of the machine is known here.
 */

/** A 64-bit value as two signed 32-bit halves: [0] low, [1] high. */
export type Halves = Int32Array;

/** Which translations a TLB invalidation drops. Dropping more than asked is always right. */
export type TlbScope = 'all' | 'el1' | 'el2';

export type TimerName = 'physical' | 'virtual' | 'hypervisor';

/** How PSCI was called: the conduit instruction. */
export type Conduit = 'hvc' | 'smc';

export interface SystemEnvironment {
  /** Virtual nanoseconds at the instruction that is being executed. */
  now(): number;
  /** Instructions that this core has executed before this one. */
  instructions(): number;

  /**
   * Reads 4 or 8 bytes of physical memory for a table walk. False: nothing answers there (external abort).
   * `address` is below 2^48 and a multiple of `bytes`.
   */
  readPhysical(address: number, bytes: 4 | 8, out: Halves): boolean;

  /** Drops cached translations: of all regimes, of EL1&0, or of EL2. */
  flushTlb(scope: TlbScope): void;
  /** Drops the cached translations of the 4 KiB page at this virtual address in one regime. */
  flushTlbPage(scope: 'el1' | 'el2', low: number, high: number): void;
  /** Asks the other cores to drop translations too (the Inner Shareable forms of TLBI). */
  broadcastTlb(scope: TlbScope): void;
  /** Instructions at physical addresses that were cached as decoded code may have changed (IC IALLU, IC IVAU). */
  invalidateInstructions(): void;

  /**
   * The current exception level, stack selection or a control register changed, so that cells derived from
   * them by the run loop (TLB bases, cached translations of the fetch) must be derived anew.
   */
  contextChanged(): void;
  /** `nextDeadline()` of this core may have moved. */
  deadlineChanged(): void;

  /** Interrupt inputs of this core at this moment: bit 0 IRQ, bit 1 FIQ. */
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

  /** Notes something worth telling once: an unimplemented register, say. */
  log(message: string): void;
}

/** What a core is built with; constant for its life. */
export interface CoreOptions {
  /** Number of the core, from 0: MPIDR_EL1.Aff0 (and Aff1 beyond 8). */
  readonly index: number;
  /** Whether EL2 exists. */
  readonly el2: boolean;
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
