/** Many mutations of one snapshot, tried out. */
import type { Machine } from '../../src/index.js';
import { saveSnapshot } from '../../src/index.js';
import { Random } from '../cases/random.js';
import { SnapshotMutator } from './mutator.js';
import { tryOut } from './trial.js';

/** Milliseconds of the processor's time that no trial may take: a good snapshot takes a few hundred. */
const PATIENCE = 10_000;

export interface Trials {
  readonly refused: number;
  readonly ran: number;
  /** What must not happen, with what makes it happen again. */
  readonly failures: readonly string[];
  /** Of the longest trial, in ms of the processor's time. */
  readonly longest: number;
}

/** `name`: of what is saved, for messages. */
export function tryMutations(name: string, machine: Machine, count: number, seed: number): Trials {
  const good = saveSnapshot(machine);
  const failures: string[] = [];
  const { refusal, failure } = tryOut(good);
  if (refusal !== undefined || failure !== undefined)
    failures.push(`${name}: not mutated: ${refusal ?? failure}`);
  const mutator = new SnapshotMutator(good, new Random(seed));
  let [refused, ran, longest] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const { what, bytes } = mutator.mutation();
    const trial = tryOut(bytes);
    longest = Math.max(longest, trial.cost);
    const wrong = trial.failure ?? (trial.cost > PATIENCE ? `took ${trial.cost.toFixed(0)} ms` : undefined);
    if (wrong !== undefined) failures.push(`${name}, seed ${seed}, mutation ${i}: ${what}: ${wrong}`);
    else if (trial.refusal !== undefined) refused += 1;
    else ran += 1;
  }
  return { refused, ran, failures, longest };
}
