/** What a cold reset puts into a core's cells. */
import { DAIF, FPCR, FPSR, V_BASE, X_BASE, X_SP_SLOT } from '../layout.js';
import type { CoreState } from '../state.js';
import type { CoreOptions } from './environment.js';
import { affinity } from './registers/identification.js';
import { R, storedRegisters } from './stored-registers.js';

/** SCR_EL3: NS, HCE, RW. HCR_EL2: RW. */
const SCR_NS = 1 << 0;
const SCR_HCE = 1 << 8;
const SCR_RW = 1 << 10;
const HCR_RW = 0x8000_0000n;
const PSTATE_Z = 0x4000_0000;
const ALL_MASKED = 0x3c0;

/**
 * Resets a core's cells as QEMU does; where the manual says UNKNOWN, they are mostly zero. Without EL3, EL1 is AArch64
 * throughout.
 */
export function resetState(state: CoreState, { index, model, counter, el3 }: CoreOptions): void {
  state.u8.fill(0, X_BASE, X_BASE + (X_SP_SLOT + 1) * 8);
  state.u8.fill(0, V_BASE, V_BASE + 32 * 16);
  for (const register of storedRegisters.values()) state.put64(register, register.reset);
  if (el3) state.put64(R.HCR_EL2, 0n);
  state.put64(R.CNTFRQ_EL0, BigInt(counter.frequency));
  state.put64(R.VPIDR_EL2, BigInt(model.midr));
  state.put64(R.VMPIDR_EL2, BigInt(affinity(index)));
  state.setLow(FPCR, 0);
  state.setLow(FPSR, 0);
  state.setLow(DAIF, ALL_MASKED);
  state.nzcv = PSTATE_Z;
}

/**
 * What QEMU, in place of firmware at EL3, sets up for a kernel that starts below it: Non-secure state, AArch64 all the
 * way down, HVC where there is somebody to call.
 */
export function prepareLowerLevel(state: CoreState, { el2, el3 }: CoreOptions): void {
  if (!el3) return;
  state.setLow(R.SCR_EL3, state.low(R.SCR_EL3) | SCR_NS | SCR_RW | (el2 ? SCR_HCE : 0));
  state.put64(R.HCR_EL2, HCR_RW);
}
