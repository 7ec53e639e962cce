import { describe, expect, it } from 'vitest';
import { hotKeys, hotShape } from './hot.js';

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
