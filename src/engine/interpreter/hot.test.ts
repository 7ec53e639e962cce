import { describe, expect, it } from 'vitest';
import { shapeNamed } from '../semantics/index.js';
import { hotKeys, hotShape } from './hot.js';
import { usualKeys } from './usual.js';

describe('the list of hot shapes', () => {
  it('names each shape once', () => {
    expect(new Set(hotKeys).size).toBe(hotKeys.length);
    expect(hotKeys.map(hotShape).map(({ shape, reach }) => `${shape.key} ${reach}`)).toEqual(
      hotKeys.map((key) => (/ (near|far)$/.test(key) ? key : `${key} none`)),
    );
  });

  it.each(['ADD (immediate) sf=3', 'ADD (imm) sf=1', 'B', 'ADD (immediate) sf=1 near', 'B near far'])(
    'fails on %j, which no instruction has',
    (key) => {
      expect(() => hotShape(key)).toThrow(/there is no shape|does not say/);
    },
  );
});

describe('the list of usual shapes', () => {
  it('names each shape once, and none that stands in line', () => {
    const hot = hotKeys.map((key) => hotShape(key).shape);
    const usual = usualKeys.map(shapeNamed);
    expect(new Set([...hot, ...usual]).size).toBe(new Set(hot).size + usual.length);
  });
});
