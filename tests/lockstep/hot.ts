/** Cases of the shapes that stand in line in the interpreter's loops: a word of each, wherever it lies in its page. */
import { hotKeys, hotShape, type HotShape } from '../../src/engine/interpreter/hot.js';
import { reachOf } from '../../src/engine/interpreter/reach.js';
import { shapeOf } from '../../src/engine/semantics/index.js';
import { systemRegisters, type Encoding } from '../../src/isa/index.js';
import { setEnvironment } from '../cases/environment.js';
import type { Random } from '../cases/random.js';
import { wordCase, type RegisterFiles } from '../cases/single.js';
import { mrs } from '../cases/system-registers.js';
import { TestCase } from '../cases/test-case.js';

const TRIES = 100_000;

/** Whether a word at that byte of its page has the shape. */
function has(hot: HotShape, word: number, pageOffset: number): boolean {
  const { shape, fields } = shapeOf(word);
  return shape === hot.shape && reachOf(shape, fields, pageOffset) === hot.reach;
}

/** A word with a shape's fields; a short way for branches, something that is named for MRS. */
function anyWord({ name, value, mask, fields }: Encoding, key: string, random: Random): number {
  if (name === 'MRS') return mrs(random.pick(systemRegisters), random.below(31));
  let word = value | (random.word() & ~mask);
  for (const { name: field, lsb, width } of fields) {
    const [, fixed] = new RegExp(` ${field}=(\\d+)`).exec(key) ?? [];
    const isOffset = /^imm(14|19|26)$/.test(field) && !random.oneIn(4);
    if (fixed === undefined && !isOffset) continue;
    const bits = 2 ** width - 1;
    const wanted = fixed === undefined ? random.below(0x100) - 0x80 : Number(fixed);
    word = (word & ~(bits << lsb)) | ((wanted & bits) << lsb);
  }
  return word >>> 0;
}

/** `times` cases of each hot shape. Throws Error where no word of a shape can be found. */
export function* hotCases(
  files: RegisterFiles,
  random: Random,
  times: number,
): Generator<readonly [key: string, test: TestCase]> {
  for (const key of hotKeys) {
    const hot = hotShape(key);
    const { encoding } = hot.shape;
    for (let n = 0; n < times; n++) {
      const test = new TestCase();
      files.fill(test, random);
      setEnvironment(random, test);
      const pageOffset = Number(test.get('pc') & 0xfffn);
      let word = anyWord(encoding, key, random);
      for (let tries = 0; !has(hot, word, pageOffset); tries++) {
        if (tries === TRIES) throw new Error(`no word of the shape '${key}' was found`);
        word = anyWord(encoding, key, random);
      }
      wordCase(test, encoding, word, random);
      yield [key, test];
    }
  }
}
