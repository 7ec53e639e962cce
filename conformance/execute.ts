/**
 * Instruction execution against QEMU: every encoding many times, then random sequences, with the complete state
 * and every exception compared. Needs `qemu-system-aarch64`, `clang`, `ld.lld` and `llvm-mc`.
 */
import { a64, decode } from '../src/isa/index.js';
import { batchesOf, encodingBatches, keptBatches, shareOf, type TitledBatch } from './execute/batch.js';
import { shrinkWords } from '../tests/cases/shrink.js';
import { randomWord } from '../tests/cases/words.js';
import { disagreements } from './execute/compare.js';
import { Random } from '../tests/cases/random.js';
import { batchOf, caseAt, resultAt, type Executor } from './execute/records.js';
import { describe } from './execute/report.js';
import { selfCheck } from './execute/self-check.js';
import { qemu } from './qemu/run-qemu.js';

/** What one executor did with one encoding, or with the sequences. */
export interface ExecutionCount {
  readonly title: string;
  readonly group: string;
  executed: number;
  differing: number;
}

export interface ExecutionComparison {
  readonly executor: string;
  readonly counts: readonly ExecutionCount[];
  /** The first disagreement of each encoding, described. */
  readonly examples: string[];
}

export interface ExecutionOptions {
  /** Cases of each encoding. */
  times?: number;
  sequences?: number;
  /** Returns to lower levels with their rights set up at EL2. */
  descents?: number;
  /** Words that are not allocated. */
  unallocated?: number;
  seed?: number;
  /** Only the encodings whose names match. */
  only?: RegExp;
  /** Examples described at most. */
  examples?: number;
}

const SEQUENCES = 'sequence';
/** Rows of the table behind the encodings. */
const otherTitles = {
  [SEQUENCES]: 'Sequences of instructions',
  descent: 'Lower levels under traps and controls',
  unallocated: 'Unallocated words',
  kept: 'Cases kept since they once found something',
} as const;

/** Runs batches on QEMU one ahead of the comparison, so that both cores are busy. */
async function* withExpectations(
  batches: Iterable<TitledBatch>,
): AsyncGenerator<{ batch: TitledBatch; expected: Uint8Array }> {
  let pending: { batch: TitledBatch; expected: Promise<Uint8Array> } | undefined;
  for (const batch of batches) {
    const next = { batch, expected: qemu.run(batch) };
    if (pending !== undefined) yield { batch: pending.batch, expected: await pending.expected };
    pending = next;
  }
  if (pending !== undefined) yield { batch: pending.batch, expected: await pending.expected };
}

function* allBatches(options: ExecutionOptions): Generator<TitledBatch> {
  const {
    times = 500,
    sequences = 100_000,
    descents = 50_000,
    unallocated = 50_000,
    seed = 1,
    only,
  } = options;
  yield* encodingBatches(times, seed, only === undefined ? a64 : a64.filter(({ name }) => only.test(name)));
  if (only !== undefined) return;
  yield* batchesOf('sequence', sequences, seed + 1_000_000);
  yield* batchesOf('descent', descents, seed + 3_000_000);
  yield* batchesOf('unallocated', unallocated, seed + 2_000_000);
  yield* keptBatches();
}

async function describeCase(
  batch: TitledBatch,
  index: number,
  expected: Uint8Array,
  got: Uint8Array,
  executor: Executor,
): Promise<string> {
  const test = caseAt(batch, index);
  if (batch.titles[index] !== SEQUENCES) {
    return describe(batch.titles[index], test, resultAt(expected, index), resultAt(got, index));
  }
  const shorter = await shrinkWords(test, async (tests) => {
    const tries = batchOf(tests, batch.data);
    return disagreements(tries, await qemu.run(tries), await executor.run(tries));
  });
  const alone = batchOf([shorter], batch.data);
  const [oracle, other] = [await qemu.run(alone), await executor.run(alone)];
  return describe(SEQUENCES, shorter, resultAt(oracle, 0), resultAt(other, 0));
}

/** Compares each of `executors` with QEMU. Throws when the harness itself gives wrong answers on QEMU. */
export async function execution(
  executors: readonly Executor[],
  options: ExecutionOptions = {},
): Promise<ExecutionComparison[]> {
  await selfCheck(qemu);
  const titles = new Map<string, string>(a64.map(({ name, group }) => [name, group]));
  for (const [title, group] of Object.entries(otherTitles)) titles.set(title, group);
  const comparisons = executors.map((executor) => ({
    executor: executor.name,
    byTitle: new Map(
      [...titles].map(([title, group]) => [title, { title, group, executed: 0, differing: 0 }]),
    ),
    examples: [] as string[],
  }));
  for await (const whole of withExpectations(allBatches(options))) {
    for (const [i, executor] of executors.entries()) {
      const { byTitle, examples } = comparisons[i];
      const { batch, results: expected } = shareOf(whole.batch, whole.expected, executor.oneOf ?? 1);
      const got = await executor.run(batch);
      for (const title of batch.titles) byTitle.get(title)!.executed += 1;
      for (const index of disagreements(batch, expected, got)) {
        const count = byTitle.get(batch.titles[index])!;
        count.differing += 1;
        if (count.differing > 1 || examples.length >= (options.examples ?? 40)) continue;
        examples.push(await describeCase(batch, index, expected, got, executor));
      }
    }
  }
  return comparisons.map(({ executor, byTitle, examples }) => ({
    executor,
    counts: [...byTitle.values()],
    examples,
  }));
}

/** Whether words of an encoding are found that decode to it. A kind of cases that is no encoding counts as one. */
function isDecoded({ title }: ExecutionCount): boolean {
  const encoding = a64.find(({ name }) => name === title);
  return encoding === undefined || decode(randomWord(encoding, new Random(1))) === encoding;
}

/**
 * The table of the conformance command: by the manual's groups, how many encodings there are, how many are
 * decoded, executed and differ, and the number of cases.
 */
export function executionTable({ executor, counts }: ExecutionComparison): string {
  const kinds = counts.filter(({ title }) => title in otherTitles);
  const encodings = counts.filter(({ title }) => !(title in otherTitles));
  const groups = [...new Set(encodings.map(({ group }) => group))];
  const row = (name: string, list: readonly ExecutionCount[]): string => {
    const numbers = [
      list.length,
      list.filter(isDecoded).length,
      list.filter(({ executed }) => executed > 0).length,
      list.filter(({ differing }) => differing > 0).length,
      list.reduce((sum, { executed }) => sum + executed, 0),
    ];
    return [name.slice(0, 62).padEnd(62), ...numbers.map((number) => String(number).padStart(9))].join(' ');
  };
  const head = ['encodings', 'decoded', 'executed', 'differing', 'cases'].map((title) => title.padStart(9));
  const ofGroup = (name: string) => encodings.filter(({ group }) => group === name);
  return [
    [`${executor} against QEMU`.padEnd(62), ...head].join(' '),
    ...groups.map((name) => row(name, ofGroup(name))),
    row('all encodings', encodings),
    ...kinds.map((kind) => row(kind.group, [kind])),
  ].join('\n');
}
