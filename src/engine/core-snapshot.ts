/** What a snapshot keeps of one core, and which snapshots a core can be in. */
import {
  BUDGET,
  EL,
  EXEC_TLB,
  FP_TRAP,
  LIMIT,
  PC_BASE,
  SPSEL,
  SP_MASK,
  STATE_BEGIN,
  STOP,
  SYSREG_TRAPS,
  TLB,
  TLB_UNPRIVILEGED,
  X_BASE,
  X_ZERO_SLOT,
} from './layout.js';
import type { SystemSnapshot } from './system/index.js';

const activities = ['running', 'waiting for interrupt', 'off'] as const;
/** What a core does when it is not executing. */
export type Activity = (typeof activities)[number];

export type CoreSnapshot = {
  /** The state area, from STATE_BEGIN. */
  state: Uint8Array;
  system: SystemSnapshot;
  activity: Activity;
  executed: number;
  yielded: boolean;
  /** Interrupt inputs, as bits of `Line`. */
  lines: number;
};

/**
 * Cells that are no state: what they hold depends on where pieces of work began, or follows from other cells and is
 * derived anew when a state is taken.
 */
const transient = [
  ...[BUDGET, STOP, LIMIT, PC_BASE],
  ...[TLB, TLB_UNPRIVILEGED, EXEC_TLB, FP_TRAP, SP_MASK, SYSREG_TRAPS],
] as const;

/** A copy of a state area without them, and without what the slot that XZR reads holds. */
export function lastingCells(area: Uint8Array): Uint8Array {
  const state = area.slice();
  const cells = [...transient, { address: X_BASE + X_ZERO_SLOT * 8 }];
  for (const { address } of cells) state.fill(0, address - STATE_BEGIN, address - STATE_BEGIN + 8);
  return state;
}

/** Throws RangeError for a state that a core cannot be in. */
export function checkCoreSnapshot(snapshot: CoreSnapshot, core: number, highestLevel: number): void {
  const { state, activity, executed, lines } = snapshot;
  if (!activities.includes(activity) || !(executed >= 0) || !(lines >= 0) || lines >= 16) {
    throw new RangeError(`a state that core ${core} cannot be in`);
  }
  const view = new DataView(state.buffer, state.byteOffset, state.byteLength);
  const level = view.getInt32(EL.address - STATE_BEGIN, true);
  const ownStack = view.getInt32(SPSEL.address - STATE_BEGIN, true);
  const isLevel = level === 0 || level === 1 || (level === 2 && highestLevel === 2);
  if (!isLevel || ownStack < 0 || ownStack > (level === 0 ? 0 : 1)) {
    throw new RangeError(`a state of core ${core} at no possible exception level`);
  }
}
