/** Batches of test cases, drawn from a seed. */
import { a64, type Encoding } from '../../src/isa/index.js';
import { CASE_BYTES } from '../../tests/cases/layout.js';
import { RESULT_BYTES } from '../qemu/layout.js';
import { descentCase } from '../../tests/cases/descent.js';
import { dataPagesContent } from '../../tests/cases/environment.js';
import { Random } from '../../tests/cases/random.js';
import { TestCase } from '../../tests/cases/test-case.js';
import { keptCases } from '../../tests/lockstep/corpus.js';
import { batchOf, type Batch } from './records.js';
import { sequenceCase } from '../../tests/cases/sequence.js';
import { RegisterFiles, singleCase } from '../../tests/cases/single.js';
import { unallocatedCase } from '../../tests/cases/unallocated.js';

/** A batch whose cases have titles: the encoding that each is for, or the kind of case. */
export interface TitledBatch extends Batch {
  readonly titles: readonly string[];
}

/** Number of cases in a full batch. */
const BATCH_CASES = 16_000;

/** The batches that run each of `encodings` `times` times, drawn from `seed`; made one after the other. */
export function* encodingBatches(
  times: number,
  seed: number,
  encodings: readonly Encoding[] = a64,
): Generator<TitledBatch> {
  const order: Encoding[] = [];
  for (const encoding of encodings) for (let i = 0; i < times; i++) order.push(encoding);
  for (let first = 0, number = 0; first < order.length; first += BATCH_CASES, number++) {
    const part = order.slice(first, first + BATCH_CASES);
    const random = new Random(seed + number);
    const files = new RegisterFiles(random);
    const cases = new Uint8Array(part.length * CASE_BYTES);
    part.forEach((encoding, i) => {
      const bytes = cases.subarray(i * CASE_BYTES, (i + 1) * CASE_BYTES);
      singleCase(new TestCase(bytes), encoding, files, random);
    });
    yield { data: dataPagesContent(random), cases, titles: part.map(({ name }) => name) };
  }
}

/** One of so many cases of a batch, with their results. */
export function shareOf(
  { data, cases, titles }: TitledBatch,
  results: Uint8Array,
  oneOf: number,
): { readonly batch: TitledBatch; readonly results: Uint8Array } {
  if (oneOf === 1) return { batch: { data, cases, titles }, results };
  const taken = [...titles.keys()].filter((index) => index % oneOf === 0);
  const of = (bytes: Uint8Array, size: number): Uint8Array => {
    const some = new Uint8Array(taken.length * size);
    taken.forEach((index, i) => some.set(bytes.subarray(index * size, (index + 1) * size), i * size));
    return some;
  };
  const batch = { data, cases: of(cases, CASE_BYTES), titles: taken.map((index) => titles[index]) };
  return { batch, results: of(results, RESULT_BYTES) };
}

type CaseMaker = (test: TestCase, files: RegisterFiles, random: Random) => void;

/** Kinds of cases that belong to no one encoding. */
const kinds: Readonly<Record<'sequence' | 'descent' | 'unallocated', CaseMaker>> = {
  sequence: sequenceCase,
  descent: descentCase,
  unallocated: unallocatedCase,
};

/** The cases that are kept in `tests/lockstep/corpus`, each a batch, since each has its own memory. */
export function* keptBatches(): Generator<TitledBatch> {
  for (const [, { test, data }] of keptCases()) yield { ...batchOf([test], data), titles: ['kept'] };
}

/** Batches with `count` cases of a kind in all. */
export function* batchesOf(kind: keyof typeof kinds, count: number, seed: number): Generator<TitledBatch> {
  for (let first = 0, number = 0; first < count; first += BATCH_CASES, number++) {
    const length = Math.min(count - first, BATCH_CASES);
    const random = new Random(seed + number);
    const files = new RegisterFiles(random);
    const cases = new Uint8Array(length * CASE_BYTES);
    for (let i = 0; i < length; i++) {
      kinds[kind](new TestCase(cases.subarray(i * CASE_BYTES, (i + 1) * CASE_BYTES)), files, random);
    }
    yield { data: dataPagesContent(random), cases, titles: Array<string>(length).fill(kind) };
  }
}
