/**
 * Cases that need more than a random word and random operands: branches must not loop, exclusive stores need
 * their load, exception returns need a target, system instructions must leave the harness alone.
 */
import { fieldsOf, type Encoding } from '../../src/isa/index.js';
import { HIGH_WINDOW, WINDOW } from './layout.js';
import { HCR_EL2, dataAddress, plainAddress, setEnvironment } from './environment.js';
import { integerOperand } from './operands.js';
import type { Random } from './random.js';
import type { TestCase } from './test-case.js';
import { systemCase } from './system.js';
import { addressForm, randomWord } from './words.js';

type Special = (test: TestCase, encoding: Encoding, random: Random) => void;

const HCR_TWI = 1n << 13n;
const SEVL = 0xd503_20bf;
/** MSR DAIFSet, #8. */
const DAIFSET_D = 0xd503_48df;

const withoutTag = (address: bigint): bigint => address & 0x007f_ffff_ffffn;

/** A place to branch to: in the code pages, elsewhere in the window, misaligned, or anywhere but at the test. */
function branchTarget(random: Random, pc: bigint): bigint {
  const bases = [WINDOW, WINDOW, HIGH_WINDOW, WINDOW | (0x5an << 56n), HIGH_WINDOW & 0x00ff_ffff_ffff_ffffn];
  for (;;) {
    let target = random.pick(bases) + BigInt(4 * random.below(0x800));
    if (random.oneIn(6)) target += BigInt(random.below(4));
    if (random.oneIn(8)) target += BigInt(random.below(0x30) * 0x1000);
    if (random.oneIn(8)) target = integerOperand(random);
    const distance = withoutTag(target) - withoutTag(pc);
    if (distance < -64n || distance > 64n) return target;
  }
}

/** Branches: every immediate but the branch to itself; register branches to `branchTarget`. */
const branch: Special = (test, encoding, random) => {
  setEnvironment(random, test);
  const word = randomWord(encoding, random, (candidate) => {
    const f = fieldsOf(encoding, candidate);
    return (f.imm26 ?? f.imm19 ?? f.imm14 ?? 1) !== 0;
  });
  test.words = [word];
  const { Rn, Rt } = fieldsOf(encoding, word);
  if (Rt !== undefined && Rt < 31) test.setX(Rt, random.oneIn(2) ? 0n : integerOperand(random));
  if (Rn !== undefined && Rn < 31) test.setX(Rn, branchTarget(random, test.get('pc')));
};

const msr = (op1: number, crm: number, op2: number, rt: number): number =>
  (0xd518_0000 | (op1 << 16) | (4 << 12) | (crm << 8) | (op2 << 5) | rt) >>> 0;

/**
 * SPSR of an exception return from `level`: mostly a state below or at it, else one of the illegal ones.
 * AArch32 states are left out: firstlight's EL0 is AArch64 only.
 */
function returnState(random: Random, level: number): bigint {
  const flags = random.long() & 0xf000_03c0n;
  const legal = level === 2 ? [0, 4, 5, 8, 9] : [0, 4, 5];
  const mode = random.oneIn(4) ? random.below(16) : random.pick(legal);
  return flags | BigInt(mode) | (random.oneIn(32) ? 1n << 20n : 0n);
}

/** ERET with its ELR and SPSR written just before. At EL0 it is undefined. */
const exceptionReturn: Special = (test, encoding, random) => {
  setEnvironment(random, test);
  const eret = randomWord(encoding, random);
  const op1 = test.level === 2 ? 4 : 0;
  test.words = test.level === 0 ? [eret] : [msr(op1, 0, 1, 1), msr(op1, 0, 0, 2), eret];
  // QEMU 7.2 looks for a fault of the fetch before a pending software step; so no fault while debugging.
  const stepped = test.get('mdscrEl1') !== 0n;
  test.setX(1, stepped ? WINDOW + BigInt(random.below(0x80) * 4) : branchTarget(random, test.get('pc')));
  test.setX(2, returnState(random, test.level));
};

/** The load that arms the monitor for an exclusive store, then the store, at the same address. */
const exclusiveStore: Special = (test, encoding, random) => {
  setEnvironment(random, test);
  const store = randomWord(encoding, random);
  const { Rn } = fieldsOf(encoding, store);
  const pair = ((store >>> 21) & 1) === 1;
  let load: number;
  do {
    load = ((store & ~0x1f_7c1f) | (1 << 22) | (random.word() & 0x7c1f) | (31 << 16)) >>> 0;
  } while (overwrites(load, Rn, pair));
  test.words = random.oneIn(6) ? [store] : [load, store];
  setDistinctOperands(test, store, random);
  const size = (pair ? 2 : 1) << (store >>> 30);
  // A lone store fails without an access here; whether it may fault is IMPLEMENTATION DEFINED.
  const address =
    test.words.length === 1 ? plainAddress(random, test.level) : dataAddress(random, test.level);
  const base = random.oneIn(12) ? address : address & ~BigInt(size - 1);
  if (Rn === 31) test.set(test.stackPointer, base);
  else test.setX(Rn, base);
  test.touchesMemory = true;
};

/** Whether the load of an exclusive pair destroys the base, or loads one register twice. */
function overwrites(load: number, base: number, pair: boolean): boolean {
  const [Rt, Rt2] = [load & 31, (load >>> 10) & 31];
  return Rt === base || (pair && (Rt2 === base || Rt === Rt2));
}

function setDistinctOperands(test: TestCase, word: number, random: Random): void {
  for (const lsb of [0, 10, 16]) {
    const register = (word >>> lsb) & 31;
    if (register < 31) test.setX(register, integerOperand(random));
  }
}

/** Literal loads: half of them reach the window's pages. */
const literal: Special = (test, encoding, random) => {
  setEnvironment(random, test);
  test.set('dbgwcr0', 0n);
  const near = random.oneIn(2);
  test.words = [
    randomWord(encoding, random, (word) => {
      const form = addressForm(encoding, word);
      return !near || (form !== undefined && form.offset > -0x1000n && form.offset < 0x2_1000n);
    }),
  ];
};

/** WFI that is trapped; one that waits would never end. QEMU 7.2 takes it as NOP while it is stepped. */
const waitForInterrupt: Special = (test, encoding, random) => {
  setEnvironment(random, test, random.below(2));
  test.set('mdscrEl1', 0n);
  if (test.level === 1 || random.oneIn(2)) test.set('hcrEl2', HCR_EL2 | HCR_TWI);
  test.words = [randomWord(encoding, random)];
};

/** WFE after SEVL, so that it does not wait; QEMU has no traps of WFE. */
const waitForEvent: Special = (test, encoding, random) => {
  setEnvironment(random, test);
  test.set('sctlrEl1', test.get('sctlrEl1') | (1n << 18n));
  test.set('hcrEl2', HCR_EL2);
  test.words = [SEVL, randomWord(encoding, random)];
};

/** SMC at EL2 would be a PSCI call of QEMU's. */
const secureMonitorCall: Special = (test, encoding, random) => {
  setEnvironment(random, test, random.below(2));
  test.words = [randomWord(encoding, random)];
};

/** MSR DAIFSet that masks debug exceptions: QEMU 7.2 takes the step exception of that instruction all the same. */
const processorState: Special = (test, encoding, random) => {
  setEnvironment(random, test);
  const word = randomWord(encoding, random);
  const masksDebug = (word & DAIFSET_D) >>> 0 === DAIFSET_D;
  if (masksDebug && test.level === 1) test.set('mdscrEl1', 0n);
  test.words = [word];
};

const byName: Readonly<Record<string, Special>> = {
  ERET: exceptionReturn,
  WFI: waitForInterrupt,
  WFE: waitForEvent,
  SMC: secureMonitorCall,
  'MSR (immediate)': processorState,
  SYS: systemCase,
  SYSL: systemCase,
  'MSR (register)': systemCase,
  MRS: systemCase,
};

/** Makes the whole case if `encoding` is one of those that need it; says whether it did. */
export function specialCase(test: TestCase, encoding: Encoding, random: Random): boolean {
  const special =
    byName[encoding.name] ??
    (encoding.group === 'Branches' && encoding.name !== 'DRPS' ? branch : undefined) ??
    (encoding.group === 'Load register (literal)' ? literal : undefined) ??
    (/^STL?X/.test(encoding.name) ? exclusiveStore : undefined);
  if (special === undefined) return false;
  special(test, encoding, random);
  return true;
}
