/** Instruction words to compare by: for every encoding random fields with their extremes, and neighbours. */
import { decode, type Encoding } from '../../src/isa/index.js';
import type { Random } from '../../tests/cases/random.js';

/** Of eight fields drawn, so many are all ones, and as many all zeros. */
const EXTREME_IN_EIGHT = 1;

/** A word that matches the encoding's pattern, allocated or not. */
function wordOf({ fields, mask, value }: Encoding, random: Random): number {
  let word = random.word();
  for (const { lsb, width } of fields) {
    const bits = (2 ** width - 1) * 2 ** lsb;
    const draw = random.below(8);
    if (draw < EXTREME_IN_EIGHT) word |= bits;
    else if (draw < 2 * EXTREME_IN_EIGHT) word &= ~bits;
  }
  return ((word & ~mask) | value) >>> 0;
}

/** Draws before giving up on an allocated word. */
const TRIES = 100;

/** `count` words that match the encoding's pattern: every second one allocated, if one is found. */
export function wordsOf(encoding: Encoding, count: number, random: Random): number[] {
  return Array.from({ length: count }, (_, at) => {
    let word = wordOf(encoding, random);
    for (let tries = at % 2 === 0 ? 0 : TRIES; tries > 0 && decode(word) !== encoding; tries--) {
      word = wordOf(encoding, random);
    }
    return word;
  });
}

/** `count` words that differ from one of the encoding in one bit that its pattern fixes. */
export function neighboursOf(encoding: Encoding, count: number, random: Random): number[] {
  const fixed = Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => (encoding.mask >>> bit) & 1);
  return Array.from({ length: count }, () => (wordOf(encoding, random) ^ (1 << random.pick(fixed))) >>> 0);
}

/** Every word of the system instruction class (MSR, MRS, SYS, SYSL, hints, barriers) with these values of Rt. */
export function systemWords(...targets: readonly number[]): number[] {
  return targets.flatMap((Rt) =>
    Array.from({ length: 1 << 17 }, (_, at) => (0xd500_0000 | (at << 5) | Rt) >>> 0),
  );
}
