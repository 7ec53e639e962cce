/** The wires between the cores and the board around them. */
import type { TimerName } from '../engine/index.js';
import type { Line } from './device.js';

/** A core's interrupt inputs, to be driven by the board. The virtual ones are for a GIC's virtual interface. */
export interface CoreInputs {
  irq(core: number, level: boolean): void;
  fiq(core: number, level: boolean): void;
  virq?(core: number, level: boolean): void;
  vfiq?(core: number, level: boolean): void;
}

/** The interrupts that come out of one core, to be driven by whoever runs it. */
export interface CoreOutputs {
  /** The generic timers: of EL1 the physical and the virtual one, that of EL2, that of Secure EL1. */
  readonly timers: Readonly<Record<TimerName, Line>>;
  /** The performance monitors. */
  readonly pmu: Line;
}
