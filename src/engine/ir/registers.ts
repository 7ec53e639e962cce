/** Which register a number means, by how it is used. */
import { X_SINK_SLOT, X_SP_SLOT, X_ZERO_SLOT } from '../layout.js';
import type { RegisterUse } from './nodes.js';

/** Register 31 per use. */
const register31: Readonly<Record<Exclude<RegisterUse, 'vector'>, number>> = {
  source: X_ZERO_SLOT,
  destination: X_SINK_SLOT,
  stack: X_SP_SLOT,
};

/**
 * The slot of a register: an X slot (`layout.ts`), or the number of a V register. `plus` is added to the number of a V
 * register modulo 32.
 */
export function registerSlot(number: number, use: RegisterUse, plus = 0): number {
  if (use === 'vector') return (number + plus) & 31;
  return number === 31 ? register31[use] : number;
}
