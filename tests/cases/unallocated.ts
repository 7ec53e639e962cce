/** Cases of words that the table does not have: QEMU must find them undefined too, and so must the engine. */
import { a64, decode } from '../../src/isa/index.js';
import { setEnvironment } from './environment.js';
import type { Random } from './random.js';
import type { TestCase } from './test-case.js';
import type { RegisterFiles } from './single.js';

/** QEMU 7.2 takes ERET with another register than 31, which the manual calls unallocated, as ERET. */
const isLooseReturn = (word: number): boolean => (word & 0xffff_fc1f) >>> 0 === 0xd69f_0000;

/** A random word, or an instruction with one or two bits turned over, that is not allocated. */
function unallocatedWord(random: Random): number {
  for (;;) {
    const encoding = random.pick(a64);
    const near = (encoding.value | (random.word() & ~encoding.mask)) ^ (1 << random.below(32));
    const word = random.oneIn(4)
      ? random.word()
      : (random.oneIn(2) ? near ^ (1 << random.below(32)) : near) >>> 0;
    if (decode(word) === undefined && !isLooseReturn(word)) return word;
  }
}

/** Fills `test` with one unallocated word. */
export function unallocatedCase(test: TestCase, files: RegisterFiles, random: Random): void {
  files.fill(test, random);
  setEnvironment(random, test);
  test.words = [unallocatedWord(random)];
}
