/** Words of every encoding, for tests: the same ones in every run. */
import { fieldsOf, type Encoding } from '../../isa/index.js';

/** A small generator of 32-bit numbers. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state;
  };
}

/** Allocated words of an encoding: fields drawn at random, with the extreme values often. */
export function* wordsOf(encoding: Encoding, count: number): Generator<number> {
  const next = random(encoding.value ^ 0x5eed);
  for (let i = 0; i < count; i++) {
    let word = encoding.value;
    for (const { lsb, width } of encoding.fields) {
      const top = 2 ** width - 1;
      const kind = (next() >>> 8) & 3;
      const value = kind === 0 ? 0 : kind === 1 ? top : (next() >>> 7) & top;
      word |= value << lsb;
    }
    const fields = fieldsOf(encoding, word >>> 0);
    if (encoding.where === undefined || encoding.where(fields)) yield word >>> 0;
  }
}
