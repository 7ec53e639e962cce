/** Makes a failing case smaller, as long as it fails: fewer words, a simpler state. */
import { caseField, CASE_BYTES } from './layout.js';
import { TestCase } from './test-case.js';

const NOP = 0xd503_201f;

const copyOf = (test: TestCase): TestCase => new TestCase(test.bytes.slice());

function withWords(test: TestCase, words: readonly number[]): TestCase {
  const copy = copyOf(test);
  copy.words = words;
  return copy;
}

/**
 * Words that are not needed become NOP. `failing` says which of some cases fail, by their index; `test` does.
 */
export async function shrinkWords(
  test: TestCase,
  failing: (tests: readonly TestCase[]) => Promise<readonly number[]>,
): Promise<TestCase> {
  let best = test;
  for (;;) {
    const { words } = best;
    const tries = words.flatMap((word, i) =>
      word === NOP
        ? []
        : [
            withWords(
              best,
              words.map((each, n) => (n === i ? NOP : each)),
            ),
          ],
    );
    if (tries.length === 0) return best;
    const found = await failing(tries);
    if (found.length === 0) return best;
    // The last word that can go goes first: what follows the disagreement is never needed.
    best = tries[found[found.length - 1]];
  }
}

/** NOPs go, and every register that need not hold what it holds is zero, or as in `ordinary`. */
export function shrinkState(
  test: TestCase,
  ordinary: TestCase,
  fails: (test: TestCase) => boolean,
): TestCase {
  let best = test;
  const attempt = (simpler: TestCase): void => {
    if (fails(simpler)) best = simpler;
  };
  for (let i = test.words.length - 1; i >= 0; i--) {
    const { words } = best;
    if (words.length > 1 && words[i] === NOP)
      attempt(
        withWords(
          best,
          words.filter((_, n) => n !== i),
        ),
      );
  }
  for (let at = 0; at < CASE_BYTES; at += 8) {
    if (at >= caseField.count && at < caseField.dbgbvr0) continue;
    const wanted = ordinary.view.getBigUint64(at, true);
    if (best.view.getBigUint64(at, true) === wanted) continue;
    const simpler = copyOf(best);
    simpler.view.setBigUint64(at, wanted, true);
    attempt(simpler);
  }
  return best;
}
