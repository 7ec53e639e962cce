/**
 * Writes `src/isa/llvm.fixture.txt`, the words and texts by which the unit tests check the table without LLVM:
 * `npx tsx conformance/llvm/fixture.ts`. The conformance run proves the file current.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { a64 } from '../../src/isa/index.js';
import { Random } from '../../tests/cases/random.js';
import { requireAll } from '../../scripts/requirements.js';
import { differences } from './differences.js';
import { llvmTexts } from './oracle.js';
import { neighboursOf, wordsOf } from './words.js';

const FILE = new URL('../../src/isa/llvm.fixture.txt', import.meta.url);
const SEED = 2;

function fixtureText(): string {
  const random = new Random(SEED);
  const words = a64.flatMap((encoding) => [
    ...wordsOf(encoding, 5, random),
    ...neighboursOf(encoding, 1, random),
  ]);
  const texts = llvmTexts(words);
  const lines = words.flatMap((word, at) => {
    if (differences.some(({ covers }) => covers(word, undefined, texts[at]))) return [];
    return [`${word.toString(16).padStart(8, '0')} ${texts[at] ?? 'unallocated'}`];
  });
  return `${[...new Set(lines)].join('\n')}\n`;
}

/** Says whether the checked-in fixture is what LLVM gives today. */
export function fixtureIsCurrent(): boolean {
  return readFileSync(FILE, 'utf8') === fixtureText();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  requireAll('fixture', ['llvm-mc']);
  writeFileSync(FILE, fixtureText());
}
