/**
 * A tier, the interpreter unless given another, beside the reference evaluator: each case on both, in the interpreter's
 * two loops, with an empty TLB and with one that holds what the case accesses. All state must be the same at the end.
 */
import { Evaluator, type Tier, type TierHost } from '../../src/engine/index.js';
import { shrinkState, shrinkWords } from '../cases/shrink.js';
import { ordinaryCase } from '../cases/environment.js';
import { differences, type Difference } from './differences.js';
import { LONGEST_CASE, Runner, type LockstepCase } from './runner.js';

/** A case on which they disagree. */
export interface Disagreement {
  /** How the tier ran it. */
  readonly way: 'counted, from an empty TLB' | 'by the page, with a TLB in use';
  readonly differences: readonly Difference[];
}

/** More instructions than the interpreter's loop for pages wants left. */
const PLENTY = 4096;

export class Lockstep {
  private readonly reference = new Runner((cluster) => new Evaluator(cluster));
  private readonly tried: Runner;

  constructor(tierOf?: (host: TierHost) => Tier) {
    this.tried = new Runner(tierOf);
  }

  /** What they disagree about; undefined if nothing. */
  run(given: LockstepCase): Disagreement | undefined {
    const { reference, tried } = this;
    reference.start(given);
    const expected = reference.run(LONGEST_CASE);
    const { executed } = expected.core;
    tried.start(given);
    const counted = differences(expected, tried.run(LONGEST_CASE));
    if (counted.length > 0) return { way: 'counted, from an empty TLB', differences: counted };
    tried.restart();
    // A case that comes to no end is cut where the reference's was.
    const again = tried.run(expected.reason === 'limit' ? executed : PLENTY);
    const inPages = differences(expected, again);
    return inPages.length > 0 ? { way: 'by the page, with a TLB in use', differences: inPages } : undefined;
  }

  /** Whether memory beside the cases' own is still the same. */
  get sameSurroundings(): boolean {
    return Buffer.compare(this.reference.surroundings, this.tried.surroundings) === 0;
  }

  /** The smallest case found on which they still disagree. */
  async shrink({ test, data }: LockstepCase): Promise<LockstepCase> {
    const fails = (each: LockstepCase): boolean => this.run(each) !== undefined;
    const fewer = await shrinkWords(test, (tests) =>
      Promise.resolve([...tests.keys()].filter((i) => fails({ test: tests[i], data }))),
    );
    const simple = shrinkState(fewer, ordinaryCase(fewer.level), (tried) => fails({ test: tried, data }));
    return { test: simple, data: shrinkData(data, (tried) => fails({ test: simple, data: tried })) };
  }
}

/** The same with all bytes zero that need not be anything else, found by halves. */
function shrinkData(data: Uint8Array, fails: (data: Uint8Array) => boolean): Uint8Array {
  let best = data;
  const clear = (from: number, length: number): void => {
    if (best.subarray(from, from + length).every((byte) => byte === 0)) return;
    const simpler = best.slice();
    simpler.fill(0, from, from + length);
    if (fails(simpler)) best = simpler;
    else if (length > 8) {
      clear(from, length / 2);
      clear(from + length / 2, length / 2);
    }
  };
  clear(0, data.length);
  return best;
}
