/** Random cases: a level, a Security state, what the levels above have configured, and a few instructions. */
import { a64, systemOperations, type Encoding } from '../../src/isa/index.js';
import type { Random } from '../../tests/cases/random.js';
import { integerOperand } from '../../tests/cases/operands.js';
import {
  comparedRegisters,
  mayWrite,
  msr,
  readWord,
  writeAndRestore,
} from '../../tests/cases/system-registers.js';
import { randomWord } from '../../tests/cases/words.js';
import { CASE_GIVEN, CASE_WORDS, CASE_X, CODE, givenRegisters, PAD, REGISTERS, WORDS } from './layout.js';

type Given = Record<(typeof givenRegisters)[number], bigint>;

const bit = (n: number): bigint => 1n << BigInt(n);
const some = (random: Random, bits: readonly number[], n: number): bigint =>
  bits.reduce((value, each) => (random.oneIn(n) ? value | bit(each) : value), 0n);

// SCR_EL3.
const NS = bit(0);
const HCE = bit(8);
const RW = bit(10);
const TWI = bit(12);
const HCR_RW = bit(31);
const HCR_TIDCP = bit(20);
const MDSCR_SS = bit(0);
const MDCR_TPM = bit(6);

const callNames = ['SVC', 'HVC', 'SMC', 'BRK', 'HLT', 'UDF', 'ERET', 'MSR (immediate)'];
const calls = a64.filter(({ name }) => callNames.includes(name));
const floating = a64.filter(({ name }) => /^(FADD|FMUL|FMOV|FCMP|ADD \(vector\))/.test(name));
/** Those that the levels above EL2 are about. */
const controls = comparedRegisters.filter(({ name }) =>
  /_EL3$|^CNTPS|^CPACR|^CPTR|^MDCR|^SP_EL|^(ELR|SPSR)_/.test(name),
);
const WFI = 0xd503_207f;
const ERET = 0xd69f_03e0;
/** MSR ELR_EL3, X2; MSR SPSR_EL3, X3. */
const SET_RETURN = [0xd51e_4022, 0xd51e_4003];
const LDR_X0_X1 = 0xf940_0020;
const STR_X0_X1 = 0xf900_0020;
/** What is at them: RAM, what is Secure only, devices with registers that stay as they are, nothing. */
const addresses = [0x4130_0000n, 0x0e00_1000n, 0x0900_0fe0n, 0x0904_0fe0n, 0x0e80_0000n, 0x0f00_0000n];

/** Where QEMU leaves its devicetree. */
const DEVICETREE = 0x4000_0000n;

/** A return address and state that every level can go on from; AArch32 does not exist here. */
const spsr = (random: Random): bigint =>
  (random.long() & 0xf020_03cfn) | (random.oneIn(16) ? bit(20) : 0n) | (random.oneIn(16) ? 2n : 0n);
const returnAddress = (random: Random): bigint => BigInt(CODE + 4 * (WORDS + random.below(2)));

/** Whether a level starts that is AArch64 as SCR_EL3 and HCR_EL2 have it, or an illegal one that QEMU tells as such. */
function isStart(level: number, scr: bigint, hcr: bigint): boolean {
  if (level !== 0) return true;
  const isAArch64 = (scr & RW) !== 0n && ((scr & NS) === 0n || (hcr & HCR_RW) !== 0n);
  return isAArch64;
}

function givenState(random: Random): { given: Given; level: number } {
  for (;;) {
    const level = random.below(4);
    const scr =
      (random.oneIn(2) ? NS : 0n) |
      (random.oneIn(12) ? 0n : RW) |
      (random.oneIn(3) ? 0n : HCE) |
      some(random, [9, 11, 12, 13], 3);
    const hcr =
      (random.oneIn(12) ? 0n : HCR_RW) |
      (random.oneIn(8) ? bit(27) : 0n) |
      some(random, [3, 4, 5, 13, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 30], 6);
    if (!isStart(level, scr, hcr)) continue;
    const given: Given = {
      SP_EL0: random.long() & ~15n,
      SP_EL1: random.long() & ~15n,
      SP_EL2: random.long() & ~15n,
      ELR_EL1: returnAddress(random),
      SPSR_EL1: spsr(random),
      ELR_EL2: returnAddress(random),
      SPSR_EL2: spsr(random),
      SCTLR_EL1: 0x30d0_0800n | some(random, [3, 4, 9, 14, 15, 16, 18, 26], 2),
      SCTLR_EL2: 0x30c5_0830n,
      CPACR_EL1: BigInt(random.below(4)) << 20n,
      TCR_EL1: some(random, [37, 38], 4),
      TCR_EL2: some(random, [20], 4),
      TCR_EL3: some(random, [20], 4),
      CNTKCTL_EL1: some(random, [0, 1, 8, 9], 2),
      PMUSERENR_EL0: BigInt(random.below(16)),
      HCR_EL2: hcr,
      CPTR_EL2: some(random, [10, 31], 3),
      MDCR_EL2: 6n | some(random, [5, 6, 8, 9, 10, 11], 5),
      // Both alike: QEMU 7.2 looks at the other one for the counter.
      CNTHCTL_EL2: random.oneIn(3) ? 0n : 3n,
      CPTR_EL3: some(random, [10, 31], 4),
      MDCR_EL3: some(random, [6, 9, 10, 16, 17], 4),
      MDSCR_EL1: some(random, [0, 12, 13, 15], 4),
      SCR_EL3: scr,
      SPSR_EL3: (spsr(random) & ~0xfn) | BigInt(level << 2) | (level !== 0 && random.oneIn(2) ? 1n : 0n),
    };
    return { given, level };
  }
}

/** Operations but those that write memory, and those of a regime that the state has not, which QEMU 7.2 performs. */
const harmless = systemOperations.filter(({ instruction, name }) => {
  return instruction !== 'TLBI' ? name !== 'ZVA' : !name.includes('IPAS');
});

function instructions(random: Random, given: Given, level: number): number[] {
  const { SCR_EL3: scr, HCR_EL2: hcr, MDSCR_EL1: mdscr } = given;
  const any = (encodings: readonly Encoding[]): number => randomWord(random.pick(encodings), random);
  const isSecure = level === 3 || (scr & NS) === 0n;
  switch (random.below(8)) {
    case 0: {
      // QEMU 7.2 takes HVC from EL3 and from Secure EL1 to EL2, returns to EL0 where that is AArch32, and steps ERET in
      // the state that it returns to by the rules of the one that it comes from.
      const mayReturn = (scr & RW) !== 0n && (hcr & HCR_RW) !== 0n && (mdscr & MDSCR_SS) === 0n;
      const without = [...(isSecure ? ['HVC'] : []), ...(mayReturn ? [] : ['ERET'])];
      const word = any(calls.filter(({ name }) => !without.includes(name)));
      return word === ERET && level === 3 ? [...SET_RETURN, ERET] : [word];
    }
    case 1:
      return [any(floating)];
    case 2:
      return [random.oneIn(2) ? LDR_X0_X1 : STR_X0_X1];
    case 3: {
      const operation = random.pick(harmless);
      // What of EL2 there is at EL3 in Secure state, QEMU 7.2 does not look at, and translates as AArch32 does.
      const isLeft = operation.op1 === 4 && level === 3 && (scr & NS) === 0n;
      const isOfAArch32 = operation.instruction === 'AT' && (hcr & HCR_RW) === 0n;
      return isLeft || isOfAArch32 ? [PAD] : [msr(operation, operation.instruction === 'TLBI' ? 2 : 5)];
    }
    case 4:
      // It does wait where nothing traps it; QEMU 7.2 does neither while it steps.
      return level < 3 && (scr & TWI) !== 0n && (mdscr & MDSCR_SS) === 0n ? [WFI] : [PAD];
    default: {
      const register = random.pick(random.oneIn(3) ? comparedRegisters : controls);
      // QEMU 7.2 traps what is UNDEFINED of the secure timer as if something had configured it.
      // It does not trap MDCR_EL2 by MDCR_EL3.TDA, nor what is a Cortex-A53's own by HCR_EL2.TIDCP, nor what PMUSERENR_EL0
      // opens to EL0 by TPM.
      if (register.name === 'MDCR_EL2' && level === 2) return [PAD];
      if (register.generic && (hcr & HCR_TIDCP) !== 0n) return [PAD];
      const monitorTraps = (given.MDCR_EL2 | given.MDCR_EL3) & MDCR_TPM;
      if (register.name.startsWith('PM') && level === 0 && monitorTraps !== 0n) return [PAD];
      if (register.name.startsWith('CNTPS') && level !== 3 && !(level === 1 && isSecure)) return [PAD];
      if (mayWrite(register) && random.oneIn(2)) return writeAndRestore(register);
      return [readWord(register, 3)];
    }
  }
}

/** Writes a random case. */
export function writeCase(view: DataView, at: number, random: Random): void {
  const { given, level } = givenState(random);
  const words = instructions(random, given, level);
  for (let i = 0; i < WORDS; i++) view.setUint32(at + CASE_WORDS + 4 * i, words[i] ?? PAD, true);
  for (let i = 0; i < REGISTERS; i++) view.setBigUint64(at + CASE_X + 8 * i, integerOperand(random), true);
  // QEMU 7.2 does not look at the alignment of accesses to Device memory.
  const drawn = random.oneIn(2) ? random.pick(addresses) : integerOperand(random) & ~7n;
  view.setBigUint64(at + CASE_X + 8, drawn === DEVICETREE ? addresses[0] : drawn, true);
  if (words.includes(ERET)) {
    view.setBigUint64(at + CASE_X + 8 * 2, returnAddress(random), true);
    view.setBigUint64(at + CASE_X + 8 * 3, spsr(random), true);
  }
  // X5 is an address in RAM: QEMU 7.2 does not translate those of cache maintenance.
  view.setBigUint64(at + CASE_X + 8 * 5, 0x4130_0000n + BigInt(random.below(4096)), true);
  // X4 is all ones for `writeAndRestore`.
  view.setBigUint64(at + CASE_X + 8 * 4, 2n ** 64n - 1n, true);
  givenRegisters.forEach((name, i) => view.setBigUint64(at + CASE_GIVEN + 8 * i, given[name], true));
}

export const caseText = (view: DataView, at: number): string => {
  const words = Array.from({ length: WORDS }, (_, i) => view.getUint32(at + CASE_WORDS + 4 * i, true));
  const registers = givenRegisters.map(
    (name, i) => `${name}=${view.getBigUint64(at + CASE_GIVEN + 8 * i, true).toString(16)}`,
  );
  return [...words.map((word) => word.toString(16).padStart(8, '0')), ...registers].join(' ');
};
