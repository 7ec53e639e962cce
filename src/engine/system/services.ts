import type { Access, Translation } from './translation.js';

/**
 * What generated code and the run loop ask of the system part of a core; `System` implements it. The PC cell
 * holds the instruction's address at every call. Services that answer a boolean: true, the instruction is
 * complete and execution goes on at PC + 4; false, PC has been set (exception, return, changed context).
 * Unless said otherwise the core's state must be the one in memory.
 */
export interface SystemServices {
  /** State after a cold reset, starting at `pc` in exception level `el` with its own stack pointer. */
  reset(pc: bigint, el: 0 | 1 | 2): void;

  // Host services of instructions.
  undefined(word: number): boolean;
  exceptionGenerating(word: number): boolean;
  exceptionReturn(word: number): boolean;
  system(word: number): boolean;
  hint(word: number): boolean;
  floatingPointTrap(): boolean;
  stackAlignment(): boolean;
  /** Alignment fault of a load or store at this virtual address. */
  alignmentFault(low: number, high: number, write: boolean): boolean;
  /** DC ZVA before it writes: false when it traps, or the block's memory is Device. */
  zeroBlock(low: number, high: number): boolean;

  // Memory.
  /**
   * Translates a virtual address as the current regime does for exception level `el` (the current one, or 0 for
   * unprivileged accesses). Instruction fetches and data accesses alike. The result is reused.
   */
  translate(low: number, high: number, access: Access, el: number): Translation;
  /** Takes the abort that a failed `translate` stands for. `word` is the instruction, for the syndrome. */
  dataAbort(fault: Translation, low: number, high: number, write: boolean, word: number): void;
  instructionAbort(fault: Translation, low: number, high: number): void;
  /** Nothing answered at the physical address behind a virtual address: synchronous external abort. */
  externalDataAbort(low: number, high: number, write: boolean): void;
  externalInstructionAbort(low: number, high: number): void;
  /** PC is not a multiple of 4. */
  pcAlignment(): void;

  // Interrupts and events.
  /** Takes a pending interrupt if one is unmasked; true when PC has moved to its vector. */
  takeInterrupts(irq: boolean, fiq: boolean): boolean;
  /** Whether WFI would not wait: an interrupt is pending, masked or not. */
  wakes(irq: boolean, fiq: boolean): boolean;
  /** Sets the event register (SEV of some core, or an event of the system). */
  signalEvent(): void;

  // Time. Both work whether or not the core's state is the one in memory.
  /** Virtual ns at which a timer or the PMU changes a line, Infinity if none will. */
  nextDeadline(): number;
  /** Brings timer and PMU lines up to date with `now()`. Call when a deadline has been reached. */
  updateTimers(): void;

  // Debug.
  /** Breakpoints, software step or a pending illegal state are armed: run one instruction at a time. */
  needsSlowStepping(): boolean;
  /** Before the fetch of every instruction while stepping slowly; true when an exception was taken. */
  beforeInstruction(): boolean;
  /** After every instruction while stepping slowly. */
  afterInstruction(): void;
  /** Whether a watchpoint watches part of the 4 KiB page: such pages must not enter the fast TLB. */
  watchesPage(low: number, high: number): boolean;
  /** Takes the watchpoint exception that an access causes; true when it was taken. */
  checkWatchpoint(low: number, high: number, bytes: number, write: boolean): boolean;

  /** State that is not in the core's memory cells, as plain data. */
  save(): SystemSnapshot;
  load(snapshot: SystemSnapshot): void;
}

export type SystemSnapshot = Record<string, number | number[]>;
