/** Makes a failing sequence shorter: words that are not needed for the disagreement become NOP. */
import { CASE_BYTES } from '../qemu/layout.js';
import { disagreements } from './compare.js';
import type { Batch, Executor, TestCase } from './records.js';
import { TestCase as Case } from './records.js';

const NOP = 0xd503_201f;

function withoutWord(test: TestCase, index: number): TestCase {
  const copy = new Case(test.bytes.slice());
  copy.words = test.words.map((word, i) => (i === index ? NOP : word));
  return copy;
}

function batchOf(tests: readonly TestCase[], data: Uint8Array): Batch {
  const cases = new Uint8Array(tests.length * CASE_BYTES);
  tests.forEach((test, i) => cases.set(test.bytes, i * CASE_BYTES));
  return { data, cases };
}

/** The shortest failing case found; `test` must make `executor` disagree with `oracle` on `data`. */
export async function shrink(
  test: TestCase,
  data: Uint8Array,
  oracle: Executor,
  executor: Executor,
): Promise<TestCase> {
  let best = test;
  for (;;) {
    const { words } = best;
    const tries = words.flatMap((word, i) => (word === NOP ? [] : [withoutWord(best, i)]));
    if (tries.length === 0) return best;
    const batch = batchOf(tries, data);
    const failing = disagreements(batch, await oracle.run(batch), await executor.run(batch));
    if (failing.length === 0) return best;
    // The last word that can go goes first: what follows the disagreement is never needed.
    best = tries[failing[failing.length - 1]];
  }
}
