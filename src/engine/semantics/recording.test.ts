import { describe, expect, it } from 'vitest';
import { a64 } from '../../isa/index.js';
import { handlerModule } from '../interpreter/called-handler.js';
import { EntryOperands } from '../interpreter/entry-operands.js';
import { shapeNamed, shapeOf } from './index.js';
import { wordsOf } from './test-words.js';

describe('meanings of all encodings', () => {
  it.each(a64.map((encoding) => [encoding.name, encoding] as const))('%s', (_, encoding) => {
    const shapes = new Set([...wordsOf(encoding, 100)].map((word) => shapeOf(word).shape));
    const handlers = [...shapes].map(({ block }) => ({ block, operands: new EntryOperands(block) }));
    expect(WebAssembly.validate(handlerModule(handlers))).toBe(true);
  });
});

describe('shapes', () => {
  it('are found by their keys', () => {
    const { shape } = shapeOf(0x8b020020); // add x0, x1, x2
    expect(shape.key).toBe('ADD (shifted register) sf=1 variant=0');
    expect(shapeNamed(shape.key)).toBe(shape);
  });

  it.each([
    'ADD (shifted register) sf=2 variant=0',
    'ADD (shifted register) sf=1 variant=99',
    'ADD (shifted register) sf=1',
    'ADD (shifted register) variant=0 sf=1',
    'ADD (shifted registers) sf=1 variant=0',
    '',
  ])('%j is no key of one', (key) => {
    expect(() => shapeNamed(key)).toThrow(`there is no shape '${key}'`);
  });

  it('know where control goes behind them', () => {
    const ends = (word: number) => shapeOf(word).shape.endsStraightLine;
    // b #0; br x0; ret; eret; an unallocated word
    expect([0x14000000, 0xd61f0000, 0xd65f03c0, 0xd69f03e0, 0].map(ends)).toEqual(Array(5).fill(true));
    // b.eq #0; cbz x0, #0; svc #0; brk #0; msr daifset, #2
    expect([0x54000000, 0xb4000000, 0xd4000001, 0xd4200000, 0xd50342df].map(ends)).toEqual(
      Array(5).fill(false),
    );
  });
});
