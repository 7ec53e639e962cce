/**
 * The translator as an executor: each case twice, so that the second time its instructions, which have been decoded, are
 * regions. A region costs a thousand times what its instructions do, so it gets a share of the cases.
 */
import { eager } from '../../tests/lockstep/eager.js';
import { CaseByCase, vectors } from './case-by-case.js';
import type { Executor } from './records.js';

/** More than regions want left in the budget, and than a case takes. */
const PLENTY = 4096;

let made: CaseByCase | undefined;

export const translator: Executor = {
  name: 'translator',
  oneOf: 31,
  run: async (batch) => {
    made ??= new CaseByCase({
      tierOf: eager(),
      times: 2,
      prepare: ({ stops }) => {
        for (const address of vectors) stops.addBreakpoint({ space: 'virtual', address });
      },
      toVector: (cluster) => cluster.run(PLENTY) === 'break',
    });
    return made.run(batch);
  },
};
