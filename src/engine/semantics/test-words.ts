/** Words of every encoding, for tests: the same ones in every run. */
import { fieldsOf, type Encoding } from '../../isa/index.js';
import { isStructural } from '../ir/meaning.js';
import { semanticsOf } from './registry.js';

/** A small generator of 32-bit numbers. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state;
  };
}

/** A value of a field: the extreme ones often. */
function drawn(next: () => number, width: number): number {
  const top = 2 ** width - 1;
  const kind = (next() >>> 8) & 3;
  return kind === 0 ? 0 : kind === 1 ? top : (next() >>> 7) & top;
}

function* allocated(encoding: Encoding, word: number): Generator<number> {
  if (encoding.where === undefined || encoding.where(fieldsOf(encoding, word >>> 0))) yield word >>> 0;
}

/** Allocated words of an encoding, their fields drawn at random. */
export function* wordsOf(encoding: Encoding, count: number, seed = 0x5eed): Generator<number> {
  const next = random(encoding.value ^ seed);
  for (let i = 0; i < count; i++) {
    let word = encoding.value;
    for (const { lsb, width } of encoding.fields) word |= drawn(next, width) << lsb;
    yield* allocated(encoding, word);
  }
}

/** Allocated words with every combination of structural fields, `count` draws of the others for each. */
export function* wordsOfEveryShape(encoding: Encoding, count: number): Generator<number> {
  const next = random(encoding.value ^ 0x5eed);
  const options = semanticsOf(encoding.name)?.options ?? {};
  const isPart = ({ name }: { name: string }): boolean => isStructural(name, options);
  const structural = encoding.fields.filter(isPart);
  const open = encoding.fields.filter((field) => !isPart(field));
  const combinations = 2 ** structural.reduce((bits, { width }) => bits + width, 0);
  for (let combination = 0; combination < combinations; combination++) {
    let fixed = encoding.value;
    let rest = combination;
    for (const { lsb, width } of structural) {
      fixed |= (rest & (2 ** width - 1)) << lsb;
      rest >>>= width;
    }
    for (let i = 0; i < count; i++) {
      yield* allocated(
        encoding,
        open.reduce((word, { lsb, width }) => word | (drawn(next, width) << lsb), fixed),
      );
    }
  }
}
