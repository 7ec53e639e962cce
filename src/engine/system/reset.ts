/** What a cold reset puts into a core's cells. */
import { DAIF, FPCR, FPSR, V_BASE, X_BASE, X_SP_SLOT } from '../layout.js';
import type { CoreState } from '../state.js';
import type { CoreOptions } from './environment.js';
import { affinity } from './registers/identification.js';
import { R, storedRegisters } from './stored-registers.js';

const PSTATE_Z = 0x4000_0000;
const ALL_MASKED = 0x3c0;

/** Resets a core's cells as QEMU does; where the manual says UNKNOWN, they are mostly zero. */
export function resetState(state: CoreState, { index, model, counter }: CoreOptions): void {
  state.u8.fill(0, X_BASE, X_BASE + (X_SP_SLOT + 1) * 8);
  state.u8.fill(0, V_BASE, V_BASE + 32 * 16);
  for (const register of storedRegisters.values()) state.put64(register, register.reset);
  state.put64(R.CNTFRQ_EL0, BigInt(counter.frequency));
  state.put64(R.VPIDR_EL2, BigInt(model.midr));
  state.put64(R.VMPIDR_EL2, BigInt(affinity(index)));
  state.setLow(FPCR, 0);
  state.setLow(FPSR, 0);
  state.setLow(DAIF, ALL_MASKED);
  state.nzcv = PSTATE_Z;
}
