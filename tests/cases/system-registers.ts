/** System registers in test cases: which of them compare with QEMU's, and the words that read and write them. */
import { systemRegisters, type SystemEncoding, type SystemRegister } from '../../src/isa/index.js';

/** Registers that count by themselves: read into XZR only, for the traps. */
const counting = /^(CNT.*CT_EL0|CNT.*_TVAL_.*|PMCCNTR_EL0|PMEVCNTR\d+_EL0|PMXEVCNTR_EL0)$/;
/** Registers that the harness, or the test's own fetch, depends on; writing them is left to other tests. */
const vital =
  /^(SCTLR|TCR|TTBR[01]|MAIR|VBAR|RMR|HCR|VTCR|VTTBR)_EL|^OSLAR|^CNT.*_TVAL|^PM(SWINC|XEVCNTR|CCNTR|EVCNTR)|^TPIDR_EL2$/;
/**
 * Registers whose values differ on purpose: firstlight has neither AArch32 nor big-endian data; it counts
 * instructions, which QEMU does not.
 */
const differing = /^(ID_AA64(PFR0|MMFR0)_EL1|PMCEID0_EL0)$/;
/** Registers that QEMU 7.2 does not have or does not keep, though a Cortex-A53 does. */
const absentFromQemu =
  /^(DBG(DTR(RX|TX)?_EL0|PRCR_EL1|CLAIM(SET|CLR)_EL1|AUTHSTATUS_EL1|VCR32_EL2)|OS(DTR[RT]X|ECCR)_EL1|MDCCINT_EL1)$/;
/** Every register that QEMU has. */
export const comparedRegisters = systemRegisters.filter(({ name }) => !absentFromQemu.test(name));
/** Pairs of registers that set and clear bits of one state. */
const setClear: Readonly<Record<string, string>> = {
  PMCNTENSET_EL0: 'PMCNTENCLR_EL0',
  PMINTENSET_EL1: 'PMINTENCLR_EL1',
  PMOVSSET_EL0: 'PMOVSCLR_EL0',
};
const clearers: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(setClear).map(([set, clear]) => [clear, set]),
);

const registersByName = new Map(systemRegisters.map((register) => [register.name, register]));

function operandBits({ op0, op1, CRn, CRm, op2 }: SystemEncoding): number {
  return (op0 << 19) | (op1 << 16) | (CRn << 12) | (CRm << 8) | (op2 << 5);
}

/** MRS Xt, register. */
export const mrs = (register: SystemEncoding, rt: number): number =>
  (0xd520_0000 | operandBits(register) | rt) >>> 0;
/** MSR register, Xt, or SYS for an operation. */
export const msr = (register: SystemEncoding, rt: number): number =>
  (0xd500_0000 | operandBits(register) | rt) >>> 0;

/** Reads `register` into Xt, or into XZR where the value is not comparable and only the traps are. */
export function readWord(register: SystemRegister, rt: number): number {
  const hidden = counting.test(register.name) || differing.test(register.name);
  return mrs(register, hidden ? 31 : rt);
}

/** Whether a test may write `register`. */
export function mayWrite(register: SystemRegister): boolean {
  return !vital.test(register.name);
}

/**
 * Writes `register`, reads it back and restores it, so that no case sees another's values: X1 is written, X3
 * read back; X2 keeps the old value, X4 is all ones.
 */
export function writeAndRestore(register: SystemRegister): number[] {
  if (register.write === undefined || register.read === undefined) return [msr(register, 1)];
  const clear = setClear[register.name];
  const set = clearers[register.name];
  if (clear !== undefined) {
    return [msr(register, 1), mrs(register, 3), msr(registersByName.get(clear) ?? register, 4)];
  }
  if (set !== undefined) {
    return [
      msr(registersByName.get(set) ?? register, 4),
      msr(register, 1),
      mrs(register, 3),
      msr(register, 4),
    ];
  }
  return [mrs(register, 2), msr(register, 1), mrs(register, 3), msr(register, 2)];
}
