/**
 * PSTATE, the banked stack pointers, and the cells that generated code derives its behaviour from. Arm ARM
 * D1.6 and D1.7.
 */
import { DAIF, EL, EXCLUSIVE_ADDRESS, FP_TRAP, SPSEL, SP_MASK, SYSREG_TRAPS, X_SP_SLOT } from '../layout.js';
import type { CoreState } from '../state.js';
import { R } from './stored-registers.js';

const SPSR_SS = 1 << 21;
const SPSR_IL = 1 << 20;
const SPSR_DAIF = 0x3c0;

const HCR_TGE = 1 << 27;
/** HCR_EL2 bits that trap accesses to registers or operations: TRVM, TDZ, TVM to TID0. */
const HCR_TRAPS = 0x77ff_8000 & ~(1 << 27);
/** MDCR_EL2: TDRA, TDOSA, TDA, TPM, TPMCR. */
const MDCR_TRAPS = 0xe60;
/** CPTR_EL2: TCPAC, TTA. */
const CPTR_TRAPS = 0x8010_0000 | 0;
const CPTR_TFP = 1 << 10;

const stackBanks = [R.SP_EL0, R.SP_EL1, R.SP_EL2];

export class ProcessorState {
  constructor(
    private readonly state: CoreState,
    readonly hasEl2: boolean,
  ) {}

  get el(): number {
    return this.state.low(EL);
  }
  /** Whether SP_ELx is selected rather than SP_EL0. */
  get ownStack(): boolean {
    return this.state.low(SPSEL) !== 0;
  }
  /** PSTATE.{D,A,I,F} at bits 9 to 6. */
  get daif(): number {
    return this.state.low(DAIF);
  }
  set daif(value: number) {
    this.state.setLow(DAIF, value & SPSR_DAIF);
  }
  get illegal(): boolean {
    return this.state.low(R.ILLEGAL_STATE) !== 0;
  }
  set illegal(value: boolean) {
    this.state.setLow(R.ILLEGAL_STATE, value ? 1 : 0);
  }
  get softwareStep(): boolean {
    return this.state.low(R.SOFTWARE_STEP) !== 0;
  }
  set softwareStep(value: boolean) {
    this.state.setLow(R.SOFTWARE_STEP, value ? 1 : 0);
  }

  /** PSTATE as an exception saves it in SPSR_ELx; signed. */
  get spsr(): number {
    return (
      this.state.nzcv |
      (this.softwareStep ? SPSR_SS : 0) |
      (this.illegal ? SPSR_IL : 0) |
      this.daif |
      (this.el << 2) |
      this.state.low(SPSEL)
    );
  }

  /** Changes PSTATE.EL and PSTATE.SP, and with them the stack pointer in the current one's slot. */
  select(el: number, ownStack: boolean): void {
    const { state } = this;
    const from = stackBanks[this.ownStack ? this.el : 0];
    const to = stackBanks[ownStack ? el : 0];
    if (from !== to) {
      state.set64(from, state.xLow(X_SP_SLOT), state.xHigh(X_SP_SLOT));
      state.setXHalves(X_SP_SLOT, state.low(to), state.high(to));
    }
    state.setLow(EL, el);
    state.setLow(SPSEL, ownStack ? 1 : 0);
    this.derive();
  }

  /** Derives the cells that follow from the current level and the control registers. */
  derive(): void {
    const { state, el } = this;
    state.setLow(FP_TRAP, this.fpTrapTarget() === 0 ? 0 : 1);
    const control = el === 2 ? state.low(R.SCTLR_EL2) : state.low(R.SCTLR_EL1);
    state.setLow(SP_MASK, (control & (el === 0 ? 1 << 4 : 1 << 3)) !== 0 ? 15 : 0);
    state.setLow(SYSREG_TRAPS, this.trapsRegisters(el) ? 1 : 0);
  }

  /** SP_EL0 is UNDEFINED while it is the current stack pointer, so it must not be read from its cell then. */
  private trapsRegisters(el: number): boolean {
    if (el > 0 && !this.ownStack) return true;
    if (!this.hasEl2 || el === 2) return false;
    const { state } = this;
    return (
      (state.low(R.HCR_EL2) & HCR_TRAPS) !== 0 ||
      (state.low(R.MDCR_EL2) & MDCR_TRAPS) !== 0 ||
      (state.low(R.CPTR_EL2) & CPTR_TRAPS) !== 0
    );
  }

  /** Exception level to which FP and SIMD instructions trap; 0 if they do not. CheckFPAdvSIMDEnabled64(). */
  fpTrapTarget(): 0 | 1 | 2 {
    const { state, el } = this;
    if (el < 2) {
      const enable = (state.low(R.CPACR_EL1) >>> 20) & 3;
      if ((enable & 1) === 0 || (enable === 1 && el === 0)) return 1;
    }
    return this.hasEl2 && (state.low(R.CPTR_EL2) & CPTR_TFP) !== 0 ? 2 : 0;
  }

  /** HCR_EL2.TGE: exceptions of EL0 that would go to EL1 go to EL2. */
  get trapsGeneral(): boolean {
    return this.hasEl2 && (this.state.low(R.HCR_EL2) & HCR_TGE) !== 0;
  }

  /** Low half of HCR_EL2 as it acts below EL2; 0 where it does not. */
  get hypervisorControl(): number {
    return this.hasEl2 && this.el < 2 ? this.state.low(R.HCR_EL2) : 0;
  }

  /** Opens the local exclusive monitor. */
  clearExclusive(): void {
    this.state.set64(EXCLUSIVE_ADDRESS, -1, -1);
  }
}
