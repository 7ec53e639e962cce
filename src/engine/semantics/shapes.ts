/** The shapes of all instruction words. Recordings depend on nothing but the word, so all machines share them. */
import { a64, decode, type Encoding } from '../../isa/index.js';
import { Builder } from '../ir/builder.js';
import { EncodingShapes, shapeOfBlock, type Shape, type ShapedWord } from '../ir/shapes.js';
import { semanticsOf } from './registry.js';

/** A word that no encoding of the table matches. */
const unallocated: ShapedWord = (() => {
  const c = new Builder();
  c.host('undefined');
  const encoding: Encoding = {
    name: 'UNDEFINED',
    group: '',
    pattern: '',
    mask: 0,
    value: 0,
    fields: [],
    text: [],
  };
  return { shape: shapeOfBlock('UNDEFINED', encoding, c.block), fields: {} };
})();

const shapes = new Map<Encoding, EncodingShapes>();

function shapesOf(encoding: Encoding): EncodingShapes {
  let known = shapes.get(encoding);
  if (known === undefined) {
    const semantics = semanticsOf(encoding.name);
    if (semantics === undefined) throw new Error(`'${encoding.name}' has no meaning`);
    known = new EncodingShapes(encoding, semantics);
    shapes.set(encoding, known);
  }
  return known;
}

/** The shape of an instruction word (32 bits, signed or unsigned), and the word's fields. */
export function shapeOf(word: number): ShapedWord {
  const encoding = decode(word);
  return encoding === undefined ? unallocated : shapesOf(encoding).of(word);
}

/** The shape of that key. Throws for a key that no word has. */
export function shapeNamed(key: string): Shape {
  if (key === unallocated.shape.key) return unallocated.shape;
  const [name] = key.split(/ (?=\w+=\d)/);
  const encoding = a64.find((row) => row.name === name);
  const shape = encoding === undefined ? undefined : shapesOf(encoding).named(key);
  if (shape === undefined) throw new Error(`there is no shape '${key}'`);
  return shape;
}
