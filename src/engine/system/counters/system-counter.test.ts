import { describe, expect, it } from 'vitest';
import { SystemCounter } from './system-counter.js';

/** Times in ns around which rounding goes wrong first: zero, ticks, seconds, days. */
const TIMES = [0, 1, 15, 16, 17, 51, 52, 53, 104, 624, 625, 626, 999_999_999, 1e9, 1e9 + 1, 86_400e9 + 7];
const day = 86_400_000_000_000;

describe('the system counter', () => {
  it.each([62_500_000, 19_200_000, 24_000_000, 54_000_000, 1_000_000, 1_000_000_000, 1])(
    'at %i Hz counts as exact arithmetic does',
    (frequency) => {
      const counter = new SystemCounter(frequency);
      const hertz = BigInt(frequency);
      const random = Array.from({ length: 1000 }, (_, i) => (i * 2_654_435_761 * 31) % (100 * day));
      for (const ns of [...TIMES, ...random, 2 ** 52]) {
        const count = (BigInt(ns) * hertz) / 1_000_000_000n;
        expect(BigInt(counter.countAt(ns))).toBe(count);
        const shown = (count * 1_000_000_000n + hertz - 1n) / hertz;
        expect(BigInt(counter.timeOf(Number(count)))).toBe(shown);
        expect(BigInt(counter.elapsed(Number(count)))).toBe((count * 1_000_000_000n) / hertz);
        expect(BigInt(counter.countFrom(ns))).toBe(shown >= BigInt(ns) ? count : count + 1n);
      }
    },
  );

  it.each([0, -1, 1_000_000_001, 999_999_937, 62.5])('cannot have %d Hz', (frequency) => {
    expect(() => new SystemCounter(frequency)).toThrow(RangeError);
  });
});
