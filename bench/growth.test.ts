import { expect, it } from 'vitest';
import { growthOf } from './growth.js';

/** A reading a second. */
const samples = (...values: number[]) => values.map((beyond, i) => ({ at: i * 1000, beyond }));

it('is that of the least readings behind the warm-up', () => {
  const warmUp = [50, 300, 500, 90, 90, 90, 90, 90];
  // Each window has two readings, and shares the one on its edge.
  const rest = [200, 240, 210, 240, 220, 260, 230, 270, 240, 280, 250, 290, 260];
  const { peak, windows, growth } = growthOf(samples(...warmUp, ...rest));
  expect(peak).toBe(500);
  expect(windows).toEqual([200, 210, 220, 230, 240, 250]);
  expect(growth).toBe(50);
});
