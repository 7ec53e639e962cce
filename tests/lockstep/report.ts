/** Tells a disagreement so that its cause can be found: the case as the corpus keeps it, meanings, what differs. */
import { bind } from '../../src/engine/ir/bind.js';
import { print } from '../../src/engine/ir/print.js';
import { shapeOf } from '../../src/engine/semantics/index.js';
import { writeCase } from './corpus.js';
import type { Disagreement, Lockstep } from './lockstep.js';
import type { LockstepCase } from './runner.js';

/** Lines of a meaning that are told; those of floating point have hundreds. */
const MEANING_LINES = 60;

/** What a word means: the recording that both execute, with the word's fields in it. */
function meaningText(word: number): string {
  const { shape, fields } = shapeOf(word);
  const lines = print(bind(shape.block, fields)).split('\n');
  const told = lines.slice(0, MEANING_LINES).map((line) => `  ${line}`);
  if (lines.length > told.length) told.push(`  (${lines.length - told.length} lines more)`);
  return [`0x${word.toString(16).padStart(8, '0')}, ${shape.key}:`, ...told].join('\n');
}

function differencesText({ way, differences }: Disagreement): string {
  const lines = differences.map(
    ({ what, reference, tried }) => `  ${what}: reference evaluator ${reference}, tier ${tried}`,
  );
  return [`The tier, ${way}:`, ...lines].join('\n');
}

/** Several lines about a case on which they disagree, as small as it can be made. */
export async function report(lockstep: Lockstep, title: string, drawn: LockstepCase): Promise<string> {
  const small = await lockstep.shrink(drawn);
  const disagreement = lockstep.run(small);
  if (disagreement === undefined) {
    return `${title}: they disagree when this comes behind others, and agree when it comes again\n${writeCase(drawn)}`;
  }
  const meanings = [...new Set(small.test.words)].map(meaningText);
  return [
    `${title}: a case for tests/lockstep/corpus`,
    writeCase(small),
    differencesText(disagreement),
    ...meanings,
  ].join('\n');
}
