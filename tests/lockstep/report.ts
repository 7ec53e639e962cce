/** Tells a disagreement so that its cause can be found: the case as the corpus keeps it, meanings, what differs. */
import { writeCase } from './corpus.js';
import type { Disagreement, Lockstep } from './lockstep.js';
import type { LockstepCase } from './runner.js';

function differencesText({ way, differences }: Disagreement): string {
  const lines = differences.map(
    ({ what, reference, interpreter }) => `  ${what}: reference ${reference}, interpreter ${interpreter}`,
  );
  return [`The interpreter, ${way}:`, ...lines].join('\n');
}

/** Several lines about a case on which they disagree: made as small as can be, then as it was drawn. */
export async function report(lockstep: Lockstep, title: string, drawn: LockstepCase): Promise<string> {
  const small = await lockstep.shrink(drawn);
  const disagreement = lockstep.run(small);
  return [
    `${title}: a case for tests/lockstep/corpus`,
    writeCase(small),
    disagreement === undefined ? 'They agree about it when it runs alone.' : differencesText(disagreement),
    '',
    'As it was drawn:',
    writeCase({ test: drawn.test, data: new Uint8Array(drawn.data.length) }),
  ].join('\n');
}
