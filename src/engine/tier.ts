/**
 * A tier: a way to execute guest instructions. Tiers stand side by side: each takes the core whose state is in memory
 * from PC on, by the same meanings, counts the same instructions and calls the same host, so that none of them can be
 * told from another by what the guest sees.
 */
import type { CodePages } from './code-pages.js';
import type { CoreState } from './state.js';
import type { Marks } from './stops/index.js';
import type { System, Translation } from './system/index.js';
import type { Tlb } from './tlb/tlb.js';
import type { HostFunctions } from './wasm/host-calls.js';

export interface Tier {
  /**
   * Executes until BUDGET instructions are done or, if STOP is set, up to the end of the instruction under way; or until
   * it comes to a marked instruction, of which it tells `ExecutingCore.marked` instead. PC and BUDGET are up to date when
   * it returns.
   */
  run(): void;
}

/** The core that is executing, as a tier sees it. */
export interface ExecutingCore extends HostFunctions {
  readonly system: System;
  readonly tlb: Tlb;
  /** Current exception level. */
  readonly level: number;
  /**
   * Translates PC for a fetch, from memory that instructions can come from. undefined: the fetch took an exception,
   * which counts as an instruction.
   */
  fetch(): Translation | undefined;
  /**
   * Has the TLB allow an access, described by `accessFlags`, of an instruction that has not begun; `write` is 1 for a
   * store. Gives the byte address of the TLB's entry, or 0 if the access is to be made by `slowLoad` or `slowStore`.
   */
  fillTlb(low: number, high: number, access: number, write: number): number;
  /** The instruction at PC is marked: the tier sets STOP and returns, with nothing of it done. */
  marked(): void;
}

/** What the cluster gives to a tier. */
export interface TierHost {
  readonly memory: WebAssembly.Memory;
  /** The state of the core that is executing, in that memory. */
  readonly state: CoreState;
  readonly code: CodePages;
  readonly executing: ExecutingCore;
  /** Which instructions are not to be executed before the host has looked. */
  readonly marks: Marks;
  /** Empties the execution TLBs of all cores: what they lead to is gone. */
  forgetFetches(): void;
}
