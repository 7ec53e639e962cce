/**
 * Cases that only this comparison can have, since what they do need not be what QEMU does: any word of an encoding,
 * CONSTRAINED UNPREDICTABLE ones and writes of every system register included; loops; WFI.
 */
import { a64, decode } from '../../src/isa/index.js';
import { dataAddress, plainAddress, setEnvironment } from '../cases/environment.js';
import type { Random } from '../cases/random.js';
import type { RegisterFiles } from '../cases/single.js';
import type { TestCase } from '../cases/test-case.js';

function anyWord(random: Random): number {
  for (;;) {
    const encoding = random.pick(a64);
    const word = (encoding.value | (random.word() & ~encoding.mask)) >>> 0;
    if (random.oneIn(40) || decode(word) === encoding) return word;
  }
}

/** Fills `test` with 1 to 6 words, and half of its registers with addresses. */
export function wildCase(test: TestCase, files: RegisterFiles, random: Random): void {
  files.fill(test, random);
  setEnvironment(random, test, random.below(3));
  test.words = Array.from({ length: 1 + random.below(6) }, () => anyWord(random));
  for (let n = 0; n < 31; n++) {
    if (random.oneIn(2)) continue;
    test.setX(n, random.oneIn(2) ? plainAddress(random, test.level) : dataAddress(random, test.level));
  }
}
