/**
 * What every interrupt controller is to the machine around it. Its registers are devices on the bus, its inputs and
 * outputs are wires, and both are the board's to connect; what is left is to watch it.
 */
import type { Listeners } from '../../engine/index.js';

/** Hears of interrupts by the controller's own numbers. */
export interface InterruptListener {
  /** The level of an input changed. `core` is whose, undefined for one that all cores share. */
  inputChanged(number: number, core: number | undefined, level: boolean): void;
  /** A core took the interrupt as its own: it is active. */
  acknowledged(core: number, number: number): void;
  /** It is no longer active. */
  deactivated(core: number, number: number): void;
}

/** How things stand with one interrupt at one core. */
export interface InterruptState {
  readonly number: number;
  readonly enabled: boolean;
  readonly pending: boolean;
  readonly active: boolean;
}

/** How things stand with a core's interrupts. */
export interface InterruptOverview {
  /** Whether the controller is set up to pass any on to the core. */
  readonly delivers: boolean;
  /** Those that are enabled, pending or active. */
  readonly interrupts: readonly InterruptState[];
}

export interface InterruptController {
  readonly listeners: Listeners<InterruptListener>;
  /** Looks without effects. */
  overview(core: number): InterruptOverview;
  /** What the controller's manual calls an interrupt of this number: `PPI`, say. */
  kindOf(number: number): string;
}
