/** The oracle's states and results, and registers here. */
import { FPCR, FPSR } from '../../src/engine/layout.js';
import type { CoreState } from '../../src/engine/state.js';
import { resultAt, stateAt } from './oracle.js';

export function loadState(state: CoreState, from: DataView, at: number): void {
  stateAt.v.forEach((offset, n) => {
    const high = from.getBigUint64(at + offset + 8, true);
    state.setV(n, (high << 64n) | from.getBigUint64(at + offset, true));
  });
  state.setX(0, 0n);
  state.setX(1, from.getBigUint64(at + stateAt.x1, true));
  state.setLow(FPCR, from.getInt32(at + stateAt.fpcr, true));
  state.setLow(FPSR, from.getInt32(at + stateAt.fpsr, true));
  state.nzcv = from.getInt32(at + stateAt.nzcv, true);
}

export function storeResult(state: CoreState, to: DataView, at: number): void {
  const v0 = state.v(0);
  to.setBigUint64(at + resultAt.v0, BigInt.asUintN(64, v0), true);
  to.setBigUint64(at + resultAt.v0 + 8, v0 >> 64n, true);
  to.setBigUint64(at + resultAt.x0, state.x(0), true);
  to.setInt32(at + resultAt.fpsr, state.low(FPSR), true);
  to.setInt32(at + resultAt.nzcv, state.nzcv, true);
}
