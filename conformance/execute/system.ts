/** Cases of MRS, MSR (register), SYS and SYSL: every named register and operation, and unallocated encodings. */
import {
  registerToRead,
  registerToWrite,
  systemKey,
  systemOperations,
  systemRegisters,
  type Encoding,
  type SystemEncoding,
  type SystemRegister,
} from '../../src/isa/index.js';
import { dataAddress, isDevice, plainAddress, setEnvironment } from './environment.js';
import { integerOperand } from './operands.js';
import type { Random } from './random.js';
import type { TestCase } from './records.js';

/** Registers that count by themselves: read into XZR only, for the traps. */
const counting = /^(CNT.*CT_EL0|CNT.*_TVAL_.*|PMCCNTR_EL0|PMEVCNTR\d+_EL0|PMXEVCNTR_EL0)$/;
/** Registers that the harness, or the test's own fetch, depends on; writing them is left to other tests. */
const vital =
  /^(SCTLR|TCR|TTBR[01]|MAIR|VBAR|RMR|HCR|VTCR|VTTBR)_EL|^OSLAR|^CNT.*_TVAL|^PM(SWINC|XEVCNTR|CCNTR|EVCNTR)|^TPIDR_EL2$/;
/**
 * Registers whose values differ on purpose: firstlight has neither AArch32 nor big-endian data; it counts
 * instructions, which QEMU does not; the reset address is where the harness was entered.
 */
const differing = /^(ID_AA64(PFR0|MMFR0)_EL1|PMCEID0_EL0|RVBAR_EL2)$/;
/** Registers that QEMU 7.2 does not have or does not keep, though a Cortex-A53 does. */
const absentFromQemu =
  /^(DBG(DTR(RX|TX)?_EL0|PRCR_EL1|CLAIM(SET|CLR)_EL1|AUTHSTATUS_EL1|VCR32_EL2)|OS(DTR[RT]X|ECCR)_EL1|MDCCINT_EL1)$/;
const comparedRegisters = systemRegisters.filter(({ name }) => !absentFromQemu.test(name));
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

const operationKeys = new Set(systemOperations.map(systemKey));

function operandBits({ op0, op1, CRn, CRm, op2 }: SystemEncoding): number {
  return (op0 << 19) | (op1 << 16) | (CRn << 12) | (CRm << 8) | (op2 << 5);
}

const mrs = (register: SystemEncoding, rt: number): number =>
  (0xd520_0000 | operandBits(register) | rt) >>> 0;
const msr = (register: SystemEncoding, rt: number): number =>
  (0xd500_0000 | operandBits(register) | rt) >>> 0;

/** An encoding that names no register of the table. */
function unnamed(random: Random, op0: () => number): SystemEncoding {
  for (;;) {
    const encoding = {
      op0: op0(),
      op1: random.below(8),
      CRn: random.oneIn(3) ? random.pick([11, 15]) : random.below(16),
      CRm: random.below(16),
      op2: random.below(8),
    };
    const isRegister = registerToRead(encoding) !== undefined || registerToWrite(encoding) !== undefined;
    if (!isRegister && !operationKeys.has(systemKey(encoding))) return encoding;
  }
}

const readCase = (random: Random): number[] => {
  if (random.oneIn(6))
    return [
      mrs(
        unnamed(random, () => 2 + random.below(2)),
        random.below(32),
      ),
    ];
  const register = random.pick(comparedRegisters);
  return [
    mrs(register, counting.test(register.name) || differing.test(register.name) ? 31 : random.below(32)),
  ];
};

/**
 * Writes `register`, reads it back and restores it, so that no case sees another's values: X1 is written, X3
 * read back; X2 keeps the old value, X4 is all ones.
 */
function writeAndRestore(register: SystemRegister): number[] {
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

const writeCase = (random: Random): number[] => {
  if (random.oneIn(6))
    return [
      msr(
        unnamed(random, () => 2 + random.below(2)),
        random.below(32),
      ),
    ];
  for (;;) {
    const register = random.pick(comparedRegisters);
    if (!vital.test(register.name)) return writeAndRestore(register);
  }
};

/** SYS: cache, address translation and TLB operations. QEMU's cache operations never fault on their address, in either stage. */
function operationCase(test: TestCase, random: Random): number[] {
  if (random.oneIn(8))
    return [
      msr(
        unnamed(random, () => 1),
        random.below(32),
      ),
    ];
  const operation = random.pick(systemOperations);
  const rt = operation.takesXt ? random.below(31) : 31;
  if (operation.takesXt) {
    const faults = operation.instruction === 'AT' || operation.name === 'ZVA';
    const drawn = faults ? dataAddress(random, test.level) : plainAddress(random, test.level);
    // QEMU 7.2 lets DC ZVA clear Device memory.
    const address = operation.name === 'ZVA' && isDevice(drawn) ? plainAddress(random, test.level) : drawn;
    test.setX(rt, operation.instruction === 'TLBI' ? integerOperand(random) : address);
  }
  if (operation.instruction !== 'AT') test.set('hcrEl2', test.get('hcrEl2') & ~1n);
  test.touchesMemory = operation.name === 'ZVA';
  return [msr(operation, rt)];
}

/** Fills `test` with a case of MRS, MSR (register), SYS or SYSL. */
export function systemCase(test: TestCase, encoding: Encoding, random: Random): void {
  setEnvironment(random, test, random.below(3));
  test.set('mdscrEl1', 0n); // An MSR that masks debug exceptions is stepped all the same on QEMU 7.2.
  for (const register of [1, 2, 3]) test.setX(register, integerOperand(random));
  test.setX(4, 0xffff_ffff_ffff_ffffn);
  switch (encoding.name) {
    case 'MRS':
      test.words = readCase(random);
      break;
    case 'MSR (register)':
      test.words = writeCase(random);
      break;
    case 'SYS':
      test.words = operationCase(test, random);
      break;
    default:
      test.words = [
        mrs(
          unnamed(random, () => 1),
          random.below(32),
        ),
      ];
  }
}
