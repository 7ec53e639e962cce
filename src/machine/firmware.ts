/** What a machine starts from. */
import type { Level } from '../engine/index.js';

/** How a core comes out of reset: MMU off, interrupts masked, registers other than these zero. */
export interface CoreStart {
  /** False: it stays off until another core powers it on. */
  readonly powered: boolean;
  /** Physical address. */
  readonly pc: number;
  readonly el: Level;
  readonly x0: number;
}

/** Bytes in RAM and the cores' first state (`BootPlan` of src/boot is one). */
export interface Firmware {
  readonly segments: readonly {
    /** What it is, for people. */
    readonly name?: string;
    /** Physical address. */
    readonly address: number;
    readonly bytes: Uint8Array;
    /** Bytes of memory it takes, if more than those given: the rest is cleared. */
    readonly size?: number;
  }[];
  /** By core number. */
  readonly cores: readonly CoreStart[];
}
