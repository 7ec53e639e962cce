/** How a system register behaves where it is not just a cell that every level above some reads and writes. */
import type { System } from '../system.js';
import type { Trap } from './traps.js';

export interface Behaviour {
  /** Decides whether an access traps though the level is high enough. */
  readonly trap?: Trap;
  /** Leaves the value in `system.low` and `system.high`. Absent: the cell. */
  readonly read?: (system: System) => void;
  /** Writes a value. Absent: the bits that can be written go into the cell. */
  readonly write?: (system: System, low: number, high: number) => void;
  /** After a write that went into the cell by default: what follows from the change. */
  readonly written?: (system: System, changedLow: number, changedHigh: number) => void;
}

export type Behaviours = Readonly<Record<string, Behaviour>>;

/** A register that reads as a constant; writes, where the table allows them, are ignored. */
export function constant(value: bigint | number, trap?: Trap): Behaviour {
  const whole = BigInt(value);
  const low = Number(BigInt.asIntN(32, whole));
  const high = Number(BigInt.asIntN(32, whole >> 32n));
  return {
    ...(trap === undefined ? {} : { trap }),
    read: (system) => system.give(low, high),
    write: () => undefined,
  };
}

/** A register whose low half is computed and whose high half is zero. */
export function computed(value: (system: System) => number, trap?: Trap): Behaviour {
  return {
    ...(trap === undefined ? {} : { trap }),
    read: (system) => system.give(value(system), 0),
  };
}
