/** Bringing a machine to a position of another run. */
import type { Machine, Position } from '../../machine/index.js';

/** As near to it as the machine comes: one that does something else may wait, or be at its end, before. */
export function advance(machine: Machine, { instructions, now }: Position): void {
  if (machine.instructions < instructions) machine.run({ instructions: instructions - machine.instructions });
  // Every core waits there, or a turn is over.
  if (machine.instructions === instructions && machine.now < now)
    machine.run({ instructions: 1, until: now });
}
