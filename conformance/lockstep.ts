/**
 * The interpreter against the reference evaluator on many seeded cases, as `tests/lockstep.test.ts` does it on a few:
 * whatever they disagree about is told as a case for `tests/lockstep/corpus`.
 *
 * `npx tsx conformance/lockstep.ts [times] [seed]` runs it alone.
 */
import { drawCases, drawnKinds, type DrawnKind } from '../tests/lockstep/draw.js';
import { Lockstep } from '../tests/lockstep/lockstep.js';
import { report } from '../tests/lockstep/report.js';

export interface LockstepResult {
  readonly cases: number;
  readonly differing: number;
  /** The first few of them. */
  readonly examples: readonly string[];
}

const EXAMPLES = 10;

/** Cases of a kind for each encoding's and each hot shape's one. */
const PER_TIME: Readonly<Record<DrawnKind, number>> = {
  encodings: 1,
  'hot shapes': 5,
  sequence: 500,
  descent: 100,
  unallocated: 50,
  wild: 1000,
};

export async function runLockstep({ times = 100, seed = 1 } = {}): Promise<LockstepResult> {
  const lockstep = new Lockstep();
  const examples: string[] = [];
  let [cases, differing] = [0, 0];
  for (const kind of drawnKinds) {
    for (const drawn of drawCases(kind, times * PER_TIME[kind], seed)) {
      cases += 1;
      if (lockstep.run(drawn) === undefined) continue;
      differing += 1;
      if (examples.length < EXAMPLES) examples.push(await report(lockstep, drawn.title, drawn));
    }
    if (lockstep.sameSurroundings) continue;
    differing += 1;
    examples.push(`${kind}: memory beside the cases' own differs`);
  }
  return { cases, differing, examples };
}

if (process.argv[1]?.endsWith('lockstep.ts')) {
  const [times, seed] = process.argv.slice(2).map(Number);
  const { cases, differing, examples } = await runLockstep({
    ...(times === undefined ? {} : { times }),
    ...(seed === undefined ? {} : { seed }),
  });
  for (const example of examples) console.log(`${example}\n`);
  console.log(`${cases} cases, ${differing} differing`);
}
