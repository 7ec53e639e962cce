/** Compares two results of the same case, and names what differs. */
import { RESULT_BYTES, resultField } from '../qemu/layout.js';
import type { TestCase } from '../../tests/cases/test-case.js';
import { type Batch, caseAt, caseCount, resultAt, type TestResult } from './records.js';
import { comparable } from './unspecified.js';

/** One part of a result that differs. */
export interface Difference {
  /** `x3`, `v7`, `esrEl1`, `memory`. */
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

const hex = (value: bigint, digits = 16): string => value.toString(16).padStart(digits, '0');

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function memoryText(result: TestResult): string {
  const chunks = result.chunks.map(
    ({ offset, low, high }) => `${offset.toString(16)}=${hex(high)}_${hex(low)}`,
  );
  const count = result.get('chunkCount');
  return count === 0n
    ? 'unchanged'
    : `${chunks.join(' ')} (${count} chunks, hash ${hex(result.get('chunkHash'))})`;
}

const scalars = (Object.keys(resultField) as (keyof typeof resultField)[]).filter(
  (name): name is Exclude<typeof name, 'x' | 'v' | 'chunks' | 'chunkCount' | 'chunkHash'> =>
    !['x', 'v', 'chunks', 'chunkCount', 'chunkHash'].includes(name),
);

/** Everything that differs between two results; both must already be `comparable`. */
export function differences(expected: TestResult, got: TestResult): Difference[] {
  const found: Difference[] = [];
  const compare = (what: string, a: bigint, b: bigint): void => {
    if (a !== b) found.push({ what, expected: hex(a), got: hex(b) });
  };
  for (let i = 0; i < 31; i++) compare(`x${i}`, expected.x(i), got.x(i));
  for (let i = 0; i < 32; i++) {
    const [a, b] = [expected, got].map((result) => `${hex(result.v(i, 1))}_${hex(result.v(i, 0))}`);
    if (a !== b) found.push({ what: `v${i}`, expected: a, got: b });
  }
  for (const name of scalars) compare(name, expected.get(name), got.get(name));
  const [before, after] = [expected, got].map(memoryText);
  if (before !== after) found.push({ what: 'memory', expected: before, got: after });
  return found;
}

/** Whether two results of `test` agree in all that the architecture specifies. */
function agree(test: TestCase, expected: TestResult, got: TestResult): boolean {
  if (sameBytes(expected.bytes, got.bytes)) return true;
  return sameBytes(comparable(test, expected).bytes, comparable(test, got).bytes);
}

/** Numbers of the cases of `batch` whose results disagree. */
export function disagreements(batch: Batch, expected: Uint8Array, got: Uint8Array): number[] {
  const found: number[] = [];
  if (sameBytes(expected, got)) return found;
  for (let i = 0; i < caseCount(batch); i++) {
    const [from, to] = [i * RESULT_BYTES, (i + 1) * RESULT_BYTES];
    if (sameBytes(expected.subarray(from, to), got.subarray(from, to))) continue;
    if (!agree(caseAt(batch, i), resultAt(expected, i), resultAt(got, i))) found.push(i);
  }
  return found;
}
