/** The registers of a thread that is not on a core, and the way on and off one. */
import { FPCR, FPSR, R, type CoreState } from '../../engine/index.js';
import type { DebugState } from './debug-state.js';
import type { Signed } from '../state/field-types.js';
import type { Inspector } from '../state/inspector.js';

/** 64-bit halves of the registers. */
const X_WORDS = 31;
const V_WORDS = 32 * 2;

/** PSTATE.M: EL0 with SP_EL0. */
const SPSR_EL0T = 0x0;
/** PSTATE.SS. */
export const SPSR_SS = 1 << 21;

/** What PSTATE of user code may have: NZCV and SS. */
const USER_PSTATE = 0xf000_0000 | SPSR_SS;

export class Context {
  /** X0 to X30. */
  readonly general = new BigUint64Array(X_WORDS);
  /** V0 to V31, two halves each, low first. */
  readonly vectors = new BigUint64Array(V_WORDS);
  sp = 0n;
  pc = 0n;
  /** PSTATE as SPSR holds it. */
  pstate: Signed = SPSR_EL0T;
  tpidr = 0n;
  fpcr: Signed = 0;
  fpsr: Signed = 0;
  /** Debug registers, if any are in use. */
  debug: DebugState | undefined;

  /** From a core that has taken an exception to EL1. */
  save(state: CoreState): void {
    this.general.set(state.general);
    this.vectors.set(state.vectors);
    this.sp = state.get64(R.SP_EL0);
    this.pc = state.get64(R.ELR_EL1);
    this.pstate = state.low(R.SPSR_EL1);
    this.tpidr = state.get64(R.TPIDR_EL0);
    this.fpcr = state.low(FPCR);
    this.fpsr = state.low(FPSR);
  }

  /** To a core at EL1, so that an exception return starts the thread. */
  load(state: CoreState): void {
    state.general.set(this.general);
    state.vectors.set(this.vectors);
    state.put64(R.SP_EL0, this.sp);
    state.put64(R.ELR_EL1, this.pc);
    state.set64(R.SPSR_EL1, this.pstate, 0);
    state.put64(R.TPIDR_EL0, this.tpidr);
    state.setLow(FPCR, this.fpcr);
    state.setLow(FPSR, this.fpsr);
  }

  audit(inspector: Inspector): void {
    const { general, vectors, pstate } = this;
    inspector.ensure(
      general.length === X_WORDS && vectors.length === V_WORDS,
      'there are 31 X and 32 V registers',
    );
    inspector.ensure((pstate & ~USER_PSTATE) === 0 && Math.abs(pstate) < 2 ** 32, 'user code runs at EL0');
    inspector.ensure(
      [this.sp, this.pc, this.tpidr].every((value) => value >= 0n && value < 2n ** 64n),
      'registers have 64 bits',
    );
  }
}

/** Clears the general and vector registers: nothing of the kernel or another thread shows at EL0. */
export function clearRegisters(state: CoreState): void {
  state.general.fill(0n);
  state.vectors.fill(0n);
}
