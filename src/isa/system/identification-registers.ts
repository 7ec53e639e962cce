/** Identification registers, the whole ID space included. Arm ARM D13.2. */
import { registers } from './register.js';

const named = registers('Identification', {
  MIDR_EL1: '3 0 0 0 0 r1',
  MPIDR_EL1: '3 0 0 0 5 r1',
  REVIDR_EL1: '3 0 0 0 6 r1',
  ID_PFR0_EL1: '3 0 0 1 0 r1',
  ID_PFR1_EL1: '3 0 0 1 1 r1',
  ID_DFR0_EL1: '3 0 0 1 2 r1',
  ID_AFR0_EL1: '3 0 0 1 3 r1',
  ID_MMFR0_EL1: '3 0 0 1 4 r1',
  ID_MMFR1_EL1: '3 0 0 1 5 r1',
  ID_MMFR2_EL1: '3 0 0 1 6 r1',
  ID_MMFR3_EL1: '3 0 0 1 7 r1',
  ID_ISAR0_EL1: '3 0 0 2 0 r1',
  ID_ISAR1_EL1: '3 0 0 2 1 r1',
  ID_ISAR2_EL1: '3 0 0 2 2 r1',
  ID_ISAR3_EL1: '3 0 0 2 3 r1',
  ID_ISAR4_EL1: '3 0 0 2 4 r1',
  ID_ISAR5_EL1: '3 0 0 2 5 r1',
  ID_MMFR4_EL1: '3 0 0 2 6 r1',
  MVFR0_EL1: '3 0 0 3 0 r1',
  MVFR1_EL1: '3 0 0 3 1 r1',
  MVFR2_EL1: '3 0 0 3 2 r1',
  ID_MMFR5_EL1: '3 0 0 3 6 r1',
  ID_AA64PFR0_EL1: '3 0 0 4 0 r1',
  ID_AA64PFR1_EL1: '3 0 0 4 1 r1',
  ID_AA64DFR0_EL1: '3 0 0 5 0 r1',
  ID_AA64DFR1_EL1: '3 0 0 5 1 r1',
  ID_AA64AFR0_EL1: '3 0 0 5 4 r1',
  ID_AA64AFR1_EL1: '3 0 0 5 5 r1',
  ID_AA64ISAR0_EL1: '3 0 0 6 0 r1',
  ID_AA64ISAR1_EL1: '3 0 0 6 1 r1',
  ID_AA64ISAR2_EL1: '3 0 0 6 2 r1',
  ID_AA64MMFR0_EL1: '3 0 0 7 0 r1',
  ID_AA64MMFR1_EL1: '3 0 0 7 1 r1',
  ID_AA64MMFR2_EL1: '3 0 0 7 2 r1',
  CCSIDR_EL1: '3 1 0 0 0 r1',
  CLIDR_EL1: '3 1 0 0 1 r1',
  AIDR_EL1: '3 1 0 0 7 r1',
  CSSELR_EL1: '3 2 0 0 0 r1 w1',
  CTR_EL0: '3 3 0 0 1 r0',
  DCZID_EL0: '3 3 0 0 7 r0',
  VPIDR_EL2: '3 4 0 0 0 r2 w2',
  VMPIDR_EL2: '3 4 0 0 5 r2 w2',
});

// The rest of op0 3, op1 0, CRn 0, CRm 1 to 7 is reserved for identification and reads as zero.
function reservedRows(): Record<string, string> {
  const taken = new Set(named.filter(({ op1 }) => op1 === 0).map(({ CRm, op2 }) => CRm * 8 + op2));
  const rows: Record<string, string> = {};
  for (let at = 8; at < 64; at++) {
    if (!taken.has(at)) rows[`S3_0_C0_C${at >> 3}_${at & 7}`] = `3 0 0 ${at >> 3} ${at & 7} r1`;
  }
  return rows;
}

export const identificationRegisters = [
  ...named,
  ...registers('Identification, reserved', reservedRows(), { generic: true }),
];
