/**
 * The instruction set table against LLVM: whether a word is allocated, and its text; and whether assembling the
 * text gives the word back.
 *
 * A word may come back with other values in bits that the instruction ignores (should-be-one fields of the
 * exclusives, rotations beyond a bitmask's element, Rt of operations without an argument); the text and the
 * encoding must be the same then.
 */
import { a64, assemble, decode, disassemble, type Encoding } from '../src/isa/index.js';
import { Random } from '../tests/cases/random.js';
import { differences } from './llvm/differences.js';
import { fixtureIsCurrent } from './llvm/fixture.js';
import { llvmTexts, llvmVersion } from './llvm/oracle.js';
import { neighboursOf, systemWords, wordsOf } from './llvm/words.js';

const WORDS_PER_ENCODING = 2000;
const NEIGHBOURS_PER_ENCODING = 800;
const RANDOM_WORDS = 200_000;
/** Words for one run of llvm-mc. */
const CHUNK = 50_000;
const EXAMPLES = 10;

/** What was found for the words drawn from one group of the manual. */
interface Tally {
  words: number;
  allocated: number;
  kept: number;
  differing: number;
  notBack: number;
}

class Comparison {
  readonly tallies = new Map<string, Tally>();
  readonly kept = new Map<string, number>();
  readonly examples: string[] = [];
  readonly hit = new Set<Encoding>();

  /** Compares `words`, drawn for `group`. */
  compare(group: string, words: readonly number[]): void {
    for (let at = 0; at < words.length; at += CHUNK) this.compareChunk(group, words.slice(at, at + CHUNK));
  }

  private compareChunk(group: string, words: readonly number[]): void {
    const tally = this.tallies.get(group) ?? { words: 0, allocated: 0, kept: 0, differing: 0, notBack: 0 };
    this.tallies.set(group, tally);
    const texts = llvmTexts(words);
    for (const [at, word] of words.entries()) {
      const ours = disassemble(word);
      tally.words += 1;
      if (ours !== undefined) this.allocated(tally, word, ours);
      if (ours !== texts[at]) this.differ(tally, word, ours, texts[at]);
    }
  }

  private allocated(tally: Tally, word: number, text: string): void {
    tally.allocated += 1;
    const encoding = decode(word);
    if (encoding !== undefined) this.hit.add(encoding);
    const back = assemble(text);
    if (back === word || (decode(back) === encoding && disassemble(back) === text)) return;
    tally.notBack += 1;
    this.example(`${hex(word)} '${text}' assembles to ${hex(back)}`);
  }

  private differ(tally: Tally, word: number, ours: string | undefined, llvms: string | undefined): void {
    const difference = differences.find(({ covers }) => covers(word, ours, llvms));
    if (difference === undefined) {
      tally.differing += 1;
      this.example(`${hex(word)} table: ${ours ?? 'unallocated'}; LLVM: ${llvms ?? 'unallocated'}`);
      return;
    }
    tally.kept += 1;
    this.kept.set(difference.reason, (this.kept.get(difference.reason) ?? 0) + 1);
  }

  private example(line: string): void {
    if (this.examples.length < EXAMPLES) this.examples.push(line);
  }
}

const hex = (word: number): string => word.toString(16).padStart(8, '0');

function printTable(comparison: Comparison): void {
  const row = (name: string, t: Tally) =>
    console.log(
      name.padEnd(58) +
        [t.words, t.allocated, t.kept, t.differing, t.notBack].map((n) => String(n).padStart(11)).join(''),
    );
  const heads = ['words', 'allocated', 'kept', 'differing', 'not back'];
  console.log('group'.padEnd(58) + heads.map((head) => head.padStart(11)).join(''));
  const total: Tally = { words: 0, allocated: 0, kept: 0, differing: 0, notBack: 0 };
  for (const [group, tally] of comparison.tallies) {
    row(group, tally);
    for (const key of Object.keys(total) as (keyof Tally)[]) total[key] += tally[key];
  }
  row('all', total);
  for (const [reason, count] of comparison.kept) console.log(`kept, ${count} words: ${reason}`);
  for (const example of comparison.examples) console.log(`example: ${example}`);
}

/** Draws at least two million words, compares them, prints a table; true where nothing unexplained differs. */
export async function compareWithLlvm(seed = 1): Promise<boolean> {
  const version = llvmVersion();
  if (version !== 14)
    console.log(`llvm-mc is of version ${version ?? 'none'}; the differences are listed for 14`);
  const random = new Random(seed);
  const comparison = new Comparison();
  for (const group of new Set(a64.map((encoding) => encoding.group))) {
    const words = a64
      .filter((encoding) => encoding.group === group)
      .flatMap((encoding) => [
        ...wordsOf(encoding, WORDS_PER_ENCODING, random),
        ...neighboursOf(encoding, NEIGHBOURS_PER_ENCODING, random),
      ]);
    comparison.compare(group, words);
  }
  comparison.compare('every system instruction with Rt 0, 31', systemWords(0, 31));
  comparison.compare(
    'random words',
    Array.from({ length: RANDOM_WORDS }, () => random.word()),
  );
  printTable(comparison);
  console.log(`${comparison.hit.size} of ${a64.length} encodings drawn`);
  const current = fixtureIsCurrent();
  console.log(
    `src/isa/llvm.fixture.txt is ${current ? 'current' : 'stale: run npx tsx conformance/llvm/fixture.ts'}`,
  );
  const failed = [...comparison.tallies.values()].some((t) => t.differing > 0 || t.notBack > 0);
  return !failed && current && comparison.hit.size === a64.length;
}
