/**
 * PSTATE, the banked stack pointers, and the cells that generated code derives its behaviour from. Arm ARM
 * D1.6 and D1.7.
 */
import {
  CACHE_TYPE,
  DAIF,
  EL,
  EXCLUSIVE_ADDRESS,
  FP_TRAP,
  SPSEL,
  SP_MASK,
  SYSREG_TRAPS,
  X_SP_SLOT,
} from '../layout.js';
import type { CoreState } from '../state.js';
import type { CoreOptions } from './environment.js';
import { R } from './stored-registers.js';

/** SCTLR_ELx: the stack pointer's alignment is checked, at its own level and at EL0. */
const SCTLR_SA = 1 << 3;
const SCTLR_SA0 = 1 << 4;
const SPSR_SS = 1 << 21;
const SPSR_IL = 1 << 20;
const SPSR_DAIF = 0x3c0;

const HCR_TGE = 1 << 27;
/** HCR_EL2.RW: EL1 is AArch64. */
const HCR_RW = 0x8000_0000 | 0;
const SCR_NS = 1 << 0;
/** SCR_EL3.RW: what is below EL3 is AArch64. */
const SCR_RW = 1 << 10;
/** HCR_EL2 bits that trap accesses to registers or operations: TRVM, TDZ, TVM to TIDCP, TID3 to TID0. */
const HCR_TRAPS = 0x57f7_8000;
/** MDCR_EL2: TDRA, TDOSA, TDA, TPM, TPMCR. */
const MDCR_TRAPS = 0xe60;
/** MDCR_EL3: TPM, TDA, TDOSA. */
const MDCR_EL3_TRAPS = 0x640;
/** CPTR_EL2 and CPTR_EL3: TCPAC, TTA. */
const CPTR_TRAPS = 0x8010_0000 | 0;
const CPTR_TFP = 1 << 10;

const stackBanks = [R.SP_EL0, R.SP_EL1, R.SP_EL2, R.SP_EL3];
/** SCTLR_ELx of the regime of each level. */
const controls = [R.SCTLR_EL1, R.SCTLR_EL1, R.SCTLR_EL2, R.SCTLR_EL3];

/** An exception level that takes exceptions. */
export type Level = 1 | 2 | 3;

export class ProcessorState {
  private readonly hasEl2: boolean;
  private readonly hasEl3: boolean;
  /** Bits of an aligned stack pointer that are zero, where that is checked. */
  private readonly stackAlignment: number;
  private readonly cacheType: number;
  /** Whether what is below EL3 is Secure: SCR_EL3.NS. Without EL3 nothing is. */
  secureBelow = false;
  /** EL2Enabled(): whether EL2 exists and the state below EL3 is Non-secure, so that what EL2 has configured acts. */
  el2Enabled: boolean;

  constructor(
    private readonly state: CoreState,
    { el2, el3, model, laxAlignment = false }: Pick<CoreOptions, 'el2' | 'el3' | 'model' | 'laxAlignment'>,
  ) {
    this.hasEl2 = el2;
    this.hasEl3 = el3;
    this.stackAlignment = laxAlignment ? 0 : 15;
    this.cacheType = model.cacheType;
    this.el2Enabled = el2;
  }

  /** Takes over what SCR_EL3 says of the state below EL3. */
  deriveSecurity(): void {
    this.secureBelow = this.hasEl3 && (this.state.low(R.SCR_EL3) & SCR_NS) === 0;
    this.el2Enabled = this.hasEl2 && !this.secureBelow;
  }
  /** IsSecure(): EL3 always is. */
  get secure(): boolean {
    return this.secureBelow || this.el === 3;
  }
  /** Whether software that was left to run at a lower level, 1 or 2, would run as AArch64: ELUsingAArch32(). */
  runsAArch64(level: number): boolean {
    const { state } = this;
    if (!this.hasEl3 || level === 3) return true;
    if ((state.low(R.SCR_EL3) & SCR_RW) === 0) return false;
    return level === 2 || !this.el2Enabled || (state.low(R.HCR_EL2) & HCR_RW) !== 0;
  }

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

  /** Derives the cells that follow from the current level, the control registers and the model. */
  derive(): void {
    const { state, el } = this;
    state.setLow(FP_TRAP, this.fpTrapTarget() === 0 ? 0 : 1);
    const isChecked = (this.control & (el === 0 ? SCTLR_SA0 : SCTLR_SA)) !== 0;
    state.setLow(SP_MASK, isChecked ? this.stackAlignment : 0);
    state.setLow(SYSREG_TRAPS, this.trapsRegisters(el) ? 1 : 0);
    state.setLow(CACHE_TYPE, this.cacheType);
  }

  /** Low half of SCTLR_ELx as it acts at the current level. */
  get control(): number {
    return this.state.low(controls[this.el]);
  }

  /** SP_EL0 is UNDEFINED while it is the current stack pointer, so it must not be read from its cell then. */
  private trapsRegisters(el: number): boolean {
    if (el > 0 && !this.ownStack) return true;
    const { state } = this;
    if (this.hasEl3 && this.trapsToEl3(el)) return true;
    if (!this.el2Enabled || el >= 2) return false;
    return (
      (state.low(R.HCR_EL2) & HCR_TRAPS) !== 0 ||
      (state.low(R.MDCR_EL2) & MDCR_TRAPS) !== 0 ||
      (state.low(R.CPTR_EL2) & CPTR_TRAPS) !== 0
    );
  }

  /** At EL3 itself, the registers of an EL2 that does not exist read as zero. */
  private trapsToEl3(el: number): boolean {
    const { state } = this;
    if (el === 3) return !this.hasEl2;
    return (state.low(R.CPTR_EL3) & CPTR_TRAPS) !== 0 || (state.low(R.MDCR_EL3) & MDCR_EL3_TRAPS) !== 0;
  }

  /** Exception level to which FP and SIMD instructions trap; 0 if they do not. CheckFPAdvSIMDEnabled64(). */
  fpTrapTarget(): 0 | Level {
    const { state, el } = this;
    if (el < 2) {
      const enable = (state.low(R.CPACR_EL1) >>> 20) & 3;
      if ((enable & 1) === 0 || (enable === 1 && el === 0)) return 1;
    }
    if (this.el2Enabled && el < 3 && (state.low(R.CPTR_EL2) & CPTR_TFP) !== 0) return 2;
    return this.hasEl3 && (state.low(R.CPTR_EL3) & CPTR_TFP) !== 0 ? 3 : 0;
  }

  /** HCR_EL2.TGE: exceptions of EL0 that would go to EL1 go to EL2. */
  get trapsGeneral(): boolean {
    return this.el2Enabled && (this.state.low(R.HCR_EL2) & HCR_TGE) !== 0;
  }

  /** Low half of HCR_EL2 as it acts below EL2; 0 where it does not. */
  get hypervisorControl(): number {
    return this.el2Enabled && this.el < 2 ? this.state.low(R.HCR_EL2) : 0;
  }

  /** Opens the local exclusive monitor. */
  clearExclusive(): void {
    this.state.set64(EXCLUSIVE_ADDRESS, -1, -1);
  }
}
