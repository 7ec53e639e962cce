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

/** Several lines about a case on which they disagree, as small as it can be made. */
export async function report(lockstep: Lockstep, title: string, drawn: LockstepCase): Promise<string> {
  const small = await lockstep.shrink(drawn);
  const disagreement = lockstep.run(small);
  if (disagreement === undefined) {
    return `${title}: they disagree when this comes behind others, and agree when it comes again\n${writeCase(drawn)}`;
  }
  return `${title}: a case for tests/lockstep/corpus\n${writeCase(small)}\n${differencesText(disagreement)}`;
}
