/**
 * What a comparison leaves out: values that the architecture leaves UNKNOWN or IMPLEMENTATION DEFINED, and the
 * places where QEMU 7.2 is known to be wrong. Each rule says why.
 */
import { decode } from '../../src/isa/index.js';
import { VECTORS_OFFSET, WINDOW } from '../../tests/cases/layout.js';
import type { TestCase } from '../../tests/cases/test-case.js';
import { TestResult } from './records.js';

interface Rule {
  /** What is left out, and why: for the report. */
  readonly reason: string;
  applies(test: TestCase, result: TestResult): boolean;
  /** Changes `result`, a copy, so that the unspecified part is the same everywhere. */
  neutralise(result: TestResult, test: TestCase): void;
}

const exceptionClass = (syndrome: bigint): number => Number(syndrome >> 26n) & 63;
const DATA_ABORT_SAME_LEVEL = 0x25;
const PSTATE_IL = 1n << 20n;
const ERET = 0xd69f_03e0;
const isFetchFault = (syndrome: bigint): boolean => [0x20, 0x21, 0x22].includes(exceptionClass(syndrome));
const isDataFault = (syndrome: bigint): boolean =>
  [0x24, 0x25, 0x34, 0x35].includes(exceptionClass(syndrome));
const isExternalDataAbort = (syndrome: bigint): boolean =>
  [0x24, 0x25].includes(exceptionClass(syndrome)) && (syndrome & 0x3fn) === 0x10n;

/** The exception went to EL1, whose vectors of the harness went on with an HVC that says which it was. */
const endedInEl1Vectors = (result: TestResult): boolean =>
  result.get('vector') === 8n && result.get('esrEl2') >> 8n === 0x5a_00e1n;

/** The exception to EL2 was taken in the EL1 vectors: by their HVC, or by software step routed to EL2. */
const cameFromEl1Vectors = (result: TestResult): boolean =>
  result.get('elrEl2') >> 11n === (WINDOW + BigInt(VECTORS_OFFSET)) >> 11n;

/** The registers of the level that took the test's exception. */
const registersOf = (result: TestResult) => levels[endedInEl1Vectors(result) ? 0 : 1];

const levels = [
  { esr: 'esrEl1', far: 'farEl1', elr: 'elrEl1', spsr: 'spsrEl1' },
  { esr: 'esrEl2', far: 'farEl2', elr: 'elrEl2', spsr: 'spsrEl2' },
] as const;

/** The word that faulted on its data, if one did. */
function faultingWord(test: TestCase, result: TestResult): number | undefined {
  const { esr, elr } = registersOf(result);
  if (!isDataFault(result.get(esr))) return undefined;
  return test.words[Number(result.get(elr) - test.get('pc')) / 4];
}

/** Number of a load or store of several SIMD registers that faulted; undefined if the case ended otherwise. */
function faultingList(test: TestCase, result: TestResult): { word: number; load: boolean } | undefined {
  const word = faultingWord(test, result);
  const encoding = word === undefined ? undefined : decode(word);
  if (word === undefined || encoding === undefined) return undefined;
  const list = encoding.group.startsWith('Advanced SIMD load/store');
  const pair = encoding.group === 'Load/store register pair';
  if (!list && !pair) return undefined;
  const load = encoding.name.startsWith('LD');
  const simd = ((word >>> 26) & 1) === 1;
  return load && !simd ? undefined : { word, load };
}

/** Syndromes of MSR DAIFSet and DAIFClr with CRm 0: QEMU's, then the manual's. */
const swappedDaif = new Map([
  [0x6207_93e0n, 0x620c_d3e0n],
  [0x6207_d3e0n, 0x620e_d3e0n],
]);

/** The rules, in the order in which they are applied. */
const unspecified: readonly Rule[] = [
  {
    reason:
      'QEMU 7.2 fills in ESR_EL2.ISV and what follows it for stage 1 data aborts taken from EL2; ' +
      'they are defined for stage 2 only',
    applies: (_test, result) =>
      exceptionClass(result.get('esrEl2')) === DATA_ABORT_SAME_LEVEL && result.get('vector') < 8n,
    neutralise: (result) => result.set('esrEl2', result.get('esrEl2') & ~0x1ff_c000n),
  },
  {
    reason: 'QEMU 7.2 clears PSTATE.NZCV when it takes an exception; the manual says that they stay',
    applies: (_test, result) => cameFromEl1Vectors(result),
    neutralise: (result) => result.set('spsrEl2', result.get('spsrEl2') & ~0xf000_0000n),
  },
  {
    reason:
      'QEMU 7.2 looks for a fault of the fetch before it looks at the alignment of PC; the manual ' +
      'ranks them the other way',
    applies: (_test, result) => {
      const { esr, far, elr } = registersOf(result);
      const pc = result.get(elr);
      return isFetchFault(result.get(esr)) && (pc & 3n) !== 0n && result.get(far) === pc;
    },
    neutralise: (result) => result.set(registersOf(result).esr, 0x8a00_0000n),
  },
  {
    reason: 'QEMU 7.2 exchanges Op1 and Op2 in the syndrome of a trapped MSR DAIFSet or DAIFClr',
    applies: (_test, result) => swappedDaif.has(result.get(registersOf(result).esr) & ~0x1en),
    neutralise: (result) => {
      const { esr } = registersOf(result);
      const syndrome = result.get(esr);
      result.set(esr, (swappedDaif.get(syndrome & ~0x1en) ?? 0n) | (syndrome & 0x1en));
    },
  },
  {
    reason:
      'A load or store of several registers that faults may have done part of its work: destination ' +
      'registers and memory are UNKNOWN',
    applies: (test, result) => faultingList(test, result) !== undefined,
    neutralise: (result, test) => {
      const { word, load } = faultingList(test, result)!;
      if (load) clearDestinations(result, word);
      else clearMemory(result);
    },
  },
  {
    reason:
      'QEMU 7.2 splits unaligned accesses to what is not RAM before it reports an external abort, ' +
      'so its FAR is aligned',
    applies: (_test, result) => isExternalDataAbort(result.get(registersOf(result).esr)),
    neutralise: (result) => {
      const { far } = registersOf(result);
      result.set(far, result.get(far) & ~0xfn);
    },
  },
  {
    reason:
      'FAR of a watchpoint may be any address of the access up to the watched byte; QEMU 7.2 rounds ' +
      'unaligned accesses down first',
    applies: (_test, result) => [0x34, 0x35].includes(exceptionClass(result.get(registersOf(result).esr))),
    neutralise: (result) => {
      const { far } = registersOf(result);
      result.set(far, result.get(far) & ~0xfffn);
    },
  },
  {
    reason: 'After an illegal exception return bits 63:32 and 1:0 of PC are UNKNOWN',
    applies: (test, result) => {
      const { spsr } = registersOf(result);
      return test.words.includes(ERET) && (result.get(spsr) & PSTATE_IL) !== 0n;
    },
    neutralise: (result) => {
      const { elr, far } = registersOf(result);
      for (const register of [elr, far]) result.set(register, result.get(register) & 0xffff_fffcn);
    },
  },
  {
    reason:
      'QEMU 7.2 gives PAR_EL1.SH as the descriptor has it; for Device and Non-cacheable memory the ' +
      'manual says Outer Shareable',
    applies: (_test, result) =>
      (result.get('parEl1') & 1n) === 0n && [0x04n, 0x44n].includes(result.get('parEl1') >> 56n),
    neutralise: (result) => result.set('parEl1', (result.get('parEl1') & ~0x180n) | 0x100n),
  },
];

/** Rt to Rt + 3, and Rt2 for a pair. */
function clearDestinations(result: TestResult, word: number): void {
  const numbers = [0, 1, 2, 3].map((i) => ((word & 31) + i) & 31).concat((word >>> 10) & 31);
  for (const number of numbers) {
    result.setV(number, 0, 0n);
    result.setV(number, 1, 0n);
  }
}

function clearMemory(result: TestResult): void {
  result.set('chunkCount', 0n);
  result.set('chunkHash', 0n);
  result.clearChunks();
}

/** A copy of `result` without the parts that need not agree. */
export function comparable(test: TestCase, result: TestResult): TestResult {
  const copy = new TestResult(result.bytes.slice());
  for (const rule of unspecified) if (rule.applies(test, copy)) rule.neutralise(copy, test);
  return copy;
}
