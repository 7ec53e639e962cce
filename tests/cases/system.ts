/** Cases of MRS, MSR (register), SYS and SYSL: every named register and operation, and unallocated encodings. */
import {
  registerToRead,
  registerToWrite,
  systemKey,
  systemOperations,
  type Encoding,
  type SystemEncoding,
} from '../../src/isa/index.js';
import { dataAddress, isDevice, plainAddress, setEnvironment } from './environment.js';
import { integerOperand } from './operands.js';
import type { Random } from './random.js';
import type { TestCase } from './test-case.js';
import { comparedRegisters, mayWrite, mrs, msr, readWord, writeAndRestore } from './system-registers.js';

const operationKeys = new Set(systemOperations.map(systemKey));

/** An encoding that names no register of the table. */
function unnamed(random: Random, op0: readonly number[]): SystemEncoding {
  for (;;) {
    const encoding = {
      op0: random.pick(op0),
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
  if (random.oneIn(6)) return [mrs(unnamed(random, [2, 3]), random.below(32))];
  return [readWord(random.pick(comparedRegisters), random.below(32))];
};

const writeCase = (random: Random): number[] => {
  if (random.oneIn(6)) return [msr(unnamed(random, [2, 3]), random.below(32))];
  for (;;) {
    const register = random.pick(comparedRegisters);
    if (mayWrite(register)) return writeAndRestore(register);
  }
};

/**
 * SYS: cache, address translation and TLB operations. QEMU's cache operations never fault on their address, in
 * either stage.
 */
function operationCase(test: TestCase, random: Random): number[] {
  if (random.oneIn(8)) return [msr(unnamed(random, [1]), random.below(32))];
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
      test.words = [mrs(unnamed(random, [1]), random.below(32))];
  }
}
