/** Instruction words to compare by: for every encoding random fields with their extremes, and neighbours. */
import type { Encoding } from '../../src/isa/index.js';
import type { Random } from '../execute/random.js';

/** Instruction words with this many random fields in eight are all ones or all zeros. */
const EXTREME_IN_EIGHT = 1;

/** A word that matches the encoding's pattern, allocated or not. */
export function wordOf({ fields, mask, value }: Encoding, random: Random): number {
  let word = random.word();
  for (const { lsb, width } of fields) {
    const bits = (2 ** width - 1) * 2 ** lsb;
    const draw = random.below(8);
    if (draw < EXTREME_IN_EIGHT) word |= bits;
    else if (draw < 2 * EXTREME_IN_EIGHT) word &= ~bits;
  }
  return ((word & ~mask) | value) >>> 0;
}

/** `count` words of the encoding. */
export function wordsOf(encoding: Encoding, count: number, random: Random): number[] {
  return Array.from({ length: count }, () => wordOf(encoding, random));
}

/** `count` words that differ from one of the encoding in one bit that its pattern fixes. */
export function neighboursOf(encoding: Encoding, count: number, random: Random): number[] {
  const fixed = Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => (encoding.mask >>> bit) & 1);
  return Array.from({ length: count }, () => (wordOf(encoding, random) ^ (1 << random.pick(fixed))) >>> 0);
}
