/** Draws the cases of a lockstep run from a seed. */
import { a64 } from '../../src/isa/index.js';
import { descentCase } from '../cases/descent.js';
import { dataPagesContent } from '../cases/environment.js';
import { Random } from '../cases/random.js';
import { sequenceCase } from '../cases/sequence.js';
import { RegisterFiles, singleCase } from '../cases/single.js';
import { TestCase } from '../cases/test-case.js';
import { unallocatedCase } from '../cases/unallocated.js';
import { hotCases } from './hot.js';
import type { LockstepCase } from './runner.js';
import { wildCase } from './wild.js';

export interface DrawnCase extends LockstepCase {
  /** The encoding or shape that it is of, or its kind. */
  readonly title: string;
}

const kinds = {
  sequence: sequenceCase,
  descent: descentCase,
  unallocated: unallocatedCase,
  wild: wildCase,
} as const;
export type DrawnKind = keyof typeof kinds | 'encodings' | 'hot shapes';
export const drawnKinds: readonly DrawnKind[] = [
  'encodings',
  'hot shapes',
  ...(Object.keys(kinds) as (keyof typeof kinds)[]),
];

/** Cases of a kind: `count` of each encoding or hot shape, or `count` in all. */
export function* drawCases(kind: DrawnKind, count: number, seed: number): Generator<DrawnCase> {
  const random = new Random(seed);
  const files = new RegisterFiles(random);
  const data = dataPagesContent(random);
  if (kind === 'hot shapes') {
    for (const [title, test] of hotCases(files, random, count)) yield { title, test, data };
    return;
  }
  const titles = kind === 'encodings' ? a64.map(({ name }) => name) : [kind];
  for (const [i, title] of titles.entries()) {
    for (let n = 0; n < count; n++) {
      const test = new TestCase();
      if (kind === 'encodings') singleCase(test, a64[i], files, random);
      else kinds[kind](test, files, random);
      yield { title, test, data };
    }
  }
}
