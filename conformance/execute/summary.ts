/** The execution comparison in four numbers: encodings in the manual, decoded, executed, differing. */
import { a64, decode, type Encoding } from '../../src/isa/index.js';
import type { ExecutionComparison } from '../execute.js';
import { randomWord } from '../../tests/cases/words.js';
import { Random } from '../../tests/cases/random.js';

/** An encoding counts as executed from so many cases on, on every executor. */
const EXECUTED = 500;

export interface EncodingSummary {
  /** Encodings of the manual: rows of the table, which LLVM agrees has all that it allocates. */
  readonly encodings: number;
  /** Of which words decode to them. */
  readonly decoded: number;
  readonly executed: number;
  readonly differing: number;
}

const isDecoded = (encoding: Encoding): boolean => decode(randomWord(encoding, new Random(1))) === encoding;

export function encodingSummary(comparisons: readonly ExecutionComparison[]): EncodingSummary {
  const rowsOf = (name: string) =>
    comparisons.flatMap(({ counts }) => counts.filter(({ title }) => title === name));
  const rows = a64.map(({ name }) => rowsOf(name));
  return {
    encodings: a64.length,
    decoded: a64.filter(isDecoded).length,
    executed: rows.filter((row) => row.every(({ executed }) => executed >= EXECUTED)).length,
    differing: rows.filter((row) => row.some(({ differing }) => differing > 0)).length,
  };
}
