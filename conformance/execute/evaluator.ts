/** The reference evaluator as an executor. It is slow, so it runs the test's own instructions only. */
import { Evaluator } from '../../src/engine/index.js';
import { CaseByCase, isAtVector } from './case-by-case.js';
import type { Executor } from './records.js';

/** Steps that a case takes at most, the HVC of the EL1 vectors included. */
const MAX_STEPS = 200;

let made: CaseByCase | undefined;

/** `src/engine`'s reference evaluator in BigInt. */
export const evaluator: Executor = {
  name: 'reference evaluator',
  run: async (batch) => {
    made ??= new CaseByCase({
      tierOf: (host) => new Evaluator(host),
      times: 1,
      toVector: (cluster) => {
        for (let steps = 0; steps < MAX_STEPS && !isAtVector(cluster); steps++) cluster.run(1);
        return isAtVector(cluster);
      },
    });
    return made.run(batch);
  },
};
