/** The registers of a thread that is not on a core, and the way on and off one. */
import { FPCR, FPSR, R, V_BASE, X_BASE, type CoreState } from '../../engine/index.js';
import type { DebugState } from './debug-state.js';

const X_BYTES = 31 * 8;
const V_BYTES = 32 * 16;

/** PSTATE.M: EL0 with SP_EL0. */
const SPSR_EL0T = 0x0;
/** PSTATE.SS. */
export const SPSR_SS = 1 << 21;

export class Context {
  /** X0 to X30. */
  readonly general = new BigUint64Array(31);
  /** V0 to V31, two halves each, low first. */
  readonly vectors = new BigUint64Array(64);
  sp = 0n;
  pc = 0n;
  /** PSTATE as SPSR holds it. */
  pstate = SPSR_EL0T;
  tpidr = 0n;
  fpcr = 0;
  fpsr = 0;
  /** Debug registers, if any are in use. */
  debug: DebugState | undefined;

  /** From a core that has taken an exception to EL1. */
  save(state: CoreState): void {
    new Uint8Array(this.general.buffer).set(state.u8.subarray(X_BASE, X_BASE + X_BYTES));
    new Uint8Array(this.vectors.buffer).set(state.u8.subarray(V_BASE, V_BASE + V_BYTES));
    this.sp = state.get64(R.SP_EL0);
    this.pc = state.get64(R.ELR_EL1);
    this.pstate = state.low(R.SPSR_EL1);
    this.tpidr = state.get64(R.TPIDR_EL0);
    this.fpcr = state.low(FPCR);
    this.fpsr = state.low(FPSR);
  }

  /** To a core at EL1, so that an exception return starts the thread. */
  load(state: CoreState): void {
    state.u8.set(new Uint8Array(this.general.buffer), X_BASE);
    state.u8.set(new Uint8Array(this.vectors.buffer), V_BASE);
    state.put64(R.SP_EL0, this.sp);
    state.put64(R.ELR_EL1, this.pc);
    state.set64(R.SPSR_EL1, this.pstate, 0);
    state.put64(R.TPIDR_EL0, this.tpidr);
    state.setLow(FPCR, this.fpcr);
    state.setLow(FPSR, this.fpsr);
  }
}

/** Clears the general and vector registers: nothing of the kernel or another thread shows at EL0. */
export function clearRegisters(state: CoreState): void {
  state.u8.fill(0, X_BASE, X_BASE + X_BYTES);
  state.u8.fill(0, V_BASE, V_BASE + V_BYTES);
}
