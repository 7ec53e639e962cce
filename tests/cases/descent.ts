/**
 * Cases that begin at EL2, write registers that control what lower levels may do, return to EL0 or EL1 and try:
 * timers, Performance Monitors, identification, system calls, floating point; also under HCR_EL2.TGE, where
 * EL0's exceptions go to EL2 and addresses are physical.
 */
import { a64, systemRegisters, type Encoding, type SystemRegister } from '../../src/isa/index.js';
import { CODE_BYTES, physical } from './layout.js';
import { HCR_EL2, setEnvironment } from './environment.js';
import { integerOperand } from './operands.js';
import type { Random } from './random.js';
import type { TestCase } from './test-case.js';
import { setOperands, type RegisterFiles } from './single.js';
import { comparedRegisters, mayWrite, msr, readWord, writeAndRestore } from './system-registers.js';
import { randomWord } from './words.js';

const HCR_TGE = 1n << 27n;
const MDCR_TPM = 1n << 6n;
const ERET = 0xd69f_03e0;
const named = (name: string): SystemRegister => systemRegisters.find((register) => register.name === name)!;

/** Registers that the harness puts back after every case, with the bits that are drawn. */
const controls: readonly (readonly [register: SystemRegister, bits: bigint])[] = [
  [named('CNTHCTL_EL2'), 0x3n],
  [named('CNTKCTL_EL1'), 0x303n],
  [named('PMUSERENR_EL0'), 0xfn],
  [named('VPIDR_EL2'), 0xffff_ffffn],
  [named('VMPIDR_EL2'), 0xff_c1ff_ffffn],
];

/** Registers whose accesses those control. */
const controlled = comparedRegisters.filter(({ name }) =>
  /^(CNT(P|V|FRQ)|PM|MIDR|MPIDR|CTR|DCZID|ID_|MVFR|CCSIDR|CLIDR|CSSELR|DAIF|TPIDR)/.test(name),
);
const calls = a64.filter(({ name }) =>
  /^(SVC|HVC|SMC|BRK|HLT|UDF|ERET|DCPS\d|WFI|MSR \(immediate\))$/.test(name),
);
const floating = a64.filter(({ name }) => /^(FADD|FMUL|FMOV|FCMP|AND \(vector\)|ADD \(vector\))/.test(name));

/** What is tried at the lower level. */
function attempt(test: TestCase, level: number, random: Random): number[] {
  const word = (encodings: readonly Encoding[]): number[] => {
    const encoding = random.pick(encodings);
    const drawn = randomWord(encoding, random);
    setOperands(test, encoding, drawn, random);
    return [drawn];
  };
  if (random.oneIn(4)) return word(calls.filter(({ name }) => level === 0 || !/^(ERET|WFI)$/.test(name)));
  if (random.oneIn(4)) return word(floating);
  const register = random.pick(controlled);
  if (mayWrite(register) && random.oneIn(2)) return writeAndRestore(register);
  return [readWord(register, random.below(32))];
}

/** QEMU 7.2 goes by EL1PCEN where it should by EL1PCTEN when EL0 reads the counter; so both are the same there. */
function controlValue({ name }: SystemRegister, drawn: bigint, level: number): bigint {
  return name === 'CNTHCTL_EL2' && level === 0 ? (drawn & 1n) * 3n : drawn;
}

/** Fills `test` with one descent. */
export function descentCase(test: TestCase, files: RegisterFiles, random: Random): void {
  files.fill(test, random);
  setEnvironment(random, test, 2);
  test.set('mdscrEl1', 0n);
  test.set('spsr', 0x3c9n);
  const general = random.oneIn(4);
  const level = general ? 0 : random.below(2);
  const hcr = test.get('hcrEl2') & ~1n;
  test.set('hcrEl2', general ? HCR_EL2 | HCR_TGE : hcr);
  // HCR_EL2.TGE turns stage 1 of EL0 off by itself; QEMU 7.2 needs SCTLR_EL1.M too.
  if (general) test.set('sctlrEl1', test.get('sctlrEl1') & ~1n);
  if (random.oneIn(3)) test.set('cpacrEl1', BigInt(random.below(4)) << 20n);
  test.setX(1, integerOperand(random));
  test.setX(4, 0xffff_ffff_ffff_ffffn);
  // QEMU 7.2 forgets MDCR_EL2.TPM where PMUSERENR_EL0 opens a register by one of its finer bits.
  if (level === 0) test.set('mdcrEl2', test.get('mdcrEl2') & ~MDCR_TPM);
  const tried = attempt(test, level, random);
  const chosen = controls.filter(() => random.oneIn(2));
  // X10 and up hold what is written; what is tried may use any register, since it comes last.
  const writes = chosen.map(([register], i) => msr(register, 10 + i));
  const words = [...writes, msr(named('ELR_EL2'), 20), msr(named('SPSR_EL2'), 21), ERET];
  test.words = [...words, ...tried];
  chosen.forEach(([register, bits], i) =>
    test.setX(10 + i, controlValue(register, random.long() & bits, level)),
  );
  const entry = test.get('pc') + BigInt(4 * words.length);
  test.setX(20, general ? BigInt(physical.code) + (entry & BigInt(CODE_BYTES - 1)) : entry);
  test.setX(21, (random.long() & 0xf000_03c0n) | BigInt(level === 0 ? 0 : 5));
}
