import { expect, it } from 'vitest';
import { growthOf } from './growth.js';

it('is that of the least readings behind the warm-up', () => {
  const warmUp = [50, 300, 500, 90, 90, 90, 90, 90];
  const rest = [200, 240, 210, 240, 220, 260, 230, 270, 240, 280, 250, 290];
  const { peak, windows, growth } = growthOf([...warmUp, ...rest]);
  expect(peak).toBe(500);
  expect(windows).toEqual([200, 210, 220, 230, 240, 250]);
  expect(growth).toBe(50);
});

it('is not to be told of a short run', () => {
  expect(() => growthOf([1, 2, 3])).toThrow('too short a run to tell whether it grows');
});
