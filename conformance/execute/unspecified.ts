/**
 * What a comparison leaves out: values that the architecture leaves UNKNOWN or IMPLEMENTATION DEFINED, and the
 * places where QEMU 7.2 is known to be wrong. Each rule says why.
 */
import { TestResult, type TestCase } from './records.js';

interface Rule {
  /** What is left out, and why: for the report. */
  readonly reason: string;
  applies(test: TestCase, result: TestResult): boolean;
  /** Changes `result`, a copy, so that the unspecified part is the same everywhere. */
  neutralise(result: TestResult, test: TestCase): void;
}

const exceptionClass = (syndrome: bigint): number => Number(syndrome >> 26n) & 63;
const DATA_ABORT_SAME_LEVEL = 0x25;

/** The rules, in the order in which they are applied. */
export const unspecified: readonly Rule[] = [
  {
    reason:
      'QEMU 7.2 fills in ESR_EL2.ISV and what follows it for stage 1 data aborts taken from EL2; they are defined for stage 2 only',
    applies: (_test, result) =>
      exceptionClass(result.get('esrEl2')) === DATA_ABORT_SAME_LEVEL && result.get('vector') < 8n,
    neutralise: (result) => result.set('esrEl2', result.get('esrEl2') & ~0x1ff_c000n),
  },
];

/** A copy of `result` without the parts that need not agree. */
export function comparable(test: TestCase, result: TestResult): TestResult {
  const copy = new TestResult(result.bytes.slice());
  for (const rule of unspecified) if (rule.applies(test, copy)) rule.neutralise(copy, test);
  return copy;
}
