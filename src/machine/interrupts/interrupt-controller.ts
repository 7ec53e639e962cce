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

export interface InterruptController {
  readonly listeners: Listeners<InterruptListener>;
  /** What the controller's manual calls an interrupt of this number: `PPI`, say. */
  kindOf(number: number): string;
}
