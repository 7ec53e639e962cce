/**
 * The interpreter and the translator against the reference evaluator on many seeded cases, as `tests/lockstep.test.ts` does
 * it on a few: whatever they disagree about is told as a case for `tests/lockstep/corpus`. And guests in turmoil, as
 * `tests/turmoil.test.ts` has some: the translator and the evaluator against the interpreter.
 *
 * `npx tsx conformance/lockstep.ts [times] [seed]` runs it alone.
 */
import { Evaluator, type Tier, type TierHost } from '../src/engine/index.js';
import { Interpreter } from '../src/engine/interpreter/interpreter.js';
import { drawCases, drawnKinds, type DrawnKind } from '../tests/lockstep/draw.js';
import { eager } from '../tests/lockstep/eager.js';
import { Lockstep } from '../tests/lockstep/lockstep.js';
import { report } from '../tests/lockstep/report.js';
import { Turmoil } from '../tests/turmoil/turmoil.js';

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

/** What is compared with the evaluator, and which share of the cases it gets: a region is made for each. */
const tried: readonly { readonly name: string; readonly share: number; readonly tierOf: TierOf }[] = [
  { name: 'interpreter', share: 1, tierOf: (host) => new Interpreter(host) },
  ...[1, 2, 3, 10, 200].map((size) => ({
    name: `translator, regions of ${size}`,
    share: size === 200 ? 0.1 : 0.03,
    tierOf: eager(size),
  })),
];
type TierOf = (host: TierHost) => Tier;

/** Sizes of regions of guests in turmoil, and how many guests of each, for each time. */
const sizes = [1, 2, 3, 10, 200, 1000] as const;
const GUESTS = 0.2;

export async function runLockstep({ times = 40, seed = 1 } = {}): Promise<LockstepResult> {
  const examples: string[] = [];
  let [cases, differing] = [0, 0];
  const differs = (example: string): void => {
    differing += 1;
    if (examples.length < EXAMPLES) examples.push(example);
  };
  for (const { name, share, tierOf } of tried) {
    const lockstep = new Lockstep(tierOf);
    for (const kind of drawnKinds) {
      for (const drawn of drawCases(kind, Math.ceil(times * PER_TIME[kind] * share), seed)) {
        cases += 1;
        if (lockstep.run(drawn) === undefined) continue;
        differs(`${name}: ${await report(lockstep, drawn.title, drawn)}`);
      }
      if (!lockstep.sameSurroundings) differs(`${name}, ${kind}: memory beside the cases' own differs`);
    }
  }
  for (let guest = 0; guest < times * GUESTS * sizes.length; guest++) {
    const size = sizes[guest % sizes.length];
    cases += 1;
    const found = inTurmoil(size, seed + guest);
    if (found !== undefined)
      differs(`in turmoil, regions of ${size}, seed ${seed + guest}:\n${found.join('\n')}`);
  }
  return { cases, differing, examples };
}

/** How a guest's states differ between the interpreter, the translator and, in shorter pieces, the evaluator. */
function inTurmoil(size: number, seed: number): readonly string[] | undefined {
  const cores = 1 + (seed % 3);
  const interpreter: TierOf = (host) => new Interpreter(host);
  const evaluator: TierOf = (host) => new Evaluator(host);
  const long = new Turmoil({ seed, cores, pieces: 100, longest: 4000 }, [
    interpreter,
    eager(size, 1 + (seed % 4)),
  ]);
  const short = new Turmoil({ seed: -seed, cores, pieces: 50, longest: 400 }, [interpreter, evaluator]);
  return (long.run() ?? short.run())?.lines;
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
