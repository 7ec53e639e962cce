import { expect, it } from 'vitest';
import { geometricMean, median } from './statistics.js';

it('the geometric mean of ratios is that of their inverses, inverted', () => {
  expect(geometricMean([2, 8])).toBeCloseTo(4, 12);
  expect(geometricMean([0.5, 2, 3])).toBeCloseTo(1 / geometricMean([2, 0.5, 1 / 3]), 12);
  expect(geometricMean([0.25])).toBeCloseTo(0.25, 12);
});

it('the median does not depend on the order', () => {
  expect(median([10, 9, 1])).toBe(9);
  expect(median([10, 1, 9, 2])).toBe(5.5);
});
