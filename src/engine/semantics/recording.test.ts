import { describe, expect, it } from 'vitest';
import { a64, fieldsOf, type Encoding } from '../../isa/index.js';
import { handlerModule } from '../interpreter/handlers.js';
import { EncodingShapes, type Shape } from '../interpreter/shapes.js';
import { semanticsOf } from './index.js';

/** A small generator, so that every run draws the same words. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state;
  };
}

/** Allocated words of an encoding: fields drawn at random, with the extreme values often. */
function* words(encoding: Encoding, count: number): Generator<number> {
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

/** The shapes that a sample of an encoding's words takes. */
function shapesOf(encoding: Encoding): Shape[] {
  const semantics = semanticsOf(encoding.name);
  if (semantics === undefined) throw new Error(`${encoding.name} has no meaning`);
  const all = new EncodingShapes(encoding, semantics);
  return [...new Set([...words(encoding, 100)].map((word) => all.of(word, 0x800).shape))];
}

describe('meanings of all encodings', () => {
  it.each(a64.map((encoding) => [encoding.name, encoding] as const))('%s', (_, encoding) => {
    const { bytes } = handlerModule(shapesOf(encoding));
    expect(WebAssembly.validate(bytes)).toBe(true);
  });
});
