/** What a snapshot keeps of one core, and which snapshots a core can be in. */
import {
  BUDGET,
  CACHE_TYPE,
  CF,
  DAIF,
  EL,
  EXCLUSIVE_SIZE,
  EXEC_TLB,
  FP_TRAP,
  LIMIT,
  PC_BASE,
  SPSEL,
  SP_MASK,
  STATE_BEGIN,
  STATE_END,
  STOP,
  SYSREG_TRAPS,
  TLB,
  TLB_UNPRIVILEGED,
  X_BASE,
  X_SINK_SLOT,
  X_ZERO_SLOT,
  type Cell,
} from './layout.js';
import { bytes, count, flag, integer, oneOf, record, type Shape } from './shape.js';
import type { SystemSnapshot } from './system/index.js';

/** More than any exception's work is. */
const OWED_MAX = 2 ** 40;

const activities = [
  'running',
  'waiting for interrupt',
  'waiting for input',
  'waiting for files',
  'off',
] as const;
/** What a core does when it is not executing; for input and files of the host's it waits in a semihosting call. */
export type Activity = (typeof activities)[number];

export type CoreSnapshot = {
  /** The state area, from STATE_BEGIN. */
  state: Uint8Array;
  system: SystemSnapshot;
  activity: Activity;
  executed: number;
  owed: number;
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
  ...[TLB, TLB_UNPRIVILEGED, EXEC_TLB, FP_TRAP, SP_MASK, SYSREG_TRAPS, CACHE_TYPE],
] as const;

/** A copy of a state area without them, and without what the slots that stand for XZR hold. */
export function lastingCells(area: Uint8Array): Uint8Array {
  const state = area.slice();
  const unread = [X_ZERO_SLOT, X_SINK_SLOT].map((slot) => ({ address: X_BASE + slot * 8 }));
  const cells = [...transient, ...unread];
  for (const { address } of cells) state.fill(0, address - STATE_BEGIN, address - STATE_BEGIN + 8);
  return state;
}

/** Cells that have few values, with the bits that they may have. */
const narrow = [
  [CF, 1],
  [SPSEL, 1],
  [DAIF, 0x3c0],
  [EXCLUSIVE_SIZE, 0x1f],
] as const;

/** Whether a core can be in this state: at a level that it has, with flags that are flags. */
function isPossible(state: Uint8Array, highestLevel: number): boolean {
  const view = new DataView(state.buffer, state.byteOffset, state.byteLength);
  const cell = ({ address }: Cell): number => view.getInt32(address - STATE_BEGIN, true);
  const isLevel = cell(EL) >= 0 && cell(EL) <= highestLevel && (cell(EL) > 0 || cell(SPSEL) === 0);
  return isLevel && narrow.every(([each, bits]) => (cell(each) & ~bits) === 0);
}

export function coreShape(highestLevel: number, system: Shape<SystemSnapshot>): Shape<CoreSnapshot> {
  return record<CoreSnapshot>({
    state: bytes(STATE_END - STATE_BEGIN).where('registers that can be', (state) =>
      isPossible(state, highestLevel),
    ),
    system,
    activity: oneOf(...activities),
    executed: count,
    owed: integer(0, OWED_MAX),
    yielded: flag,
    lines: integer(0, 15),
  });
}
