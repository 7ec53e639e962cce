import { describe, expect, it } from 'vitest';
import { fusedMultiplyAdd } from './float-bits.js';

describe('multiplication and addition with one rounding', () => {
  it.each([
    // (1 + 2^-30)^2 = 1 + 2^-29 + 2^-60
    [1 + 2 ** -30, 1 + 2 ** -30, -(1 + 2 ** -29), 2 ** -60],
    // Exactly between two numbers: to the even one; a little more or less decides.
    [1, 1, 2 ** -53, 1],
    [1 + 2 ** -52, 1, 2 ** -53, 1 + 2 ** -51],
    [1 + 2 ** -30, 1 + 2 ** -30, 2 ** -53 - 2 ** -60, 1 + 2 ** -29],
    // Where two roundings would overflow, or lose what is subnormal.
    [2 ** 1000, 2 ** 24, -(2 ** 1023), 2 ** 1023],
    [2 ** 1023, 2, 0, Infinity],
    [2 ** -1000, 2 ** -74, 0, 2 ** -1074],
    [2 ** -1000, 2 ** -75, 0, 0],
    [2 ** -1000, 3 * 2 ** -76, 0, 2 ** -1074],
    [2 ** -600, -(2 ** -600), 2 ** -1074, 2 ** -1074],
    // Zeros.
    [-1, 1, 1, 0],
    [-0, 1, -0, -0],
    [0, 1, -0, 0],
    // No numbers.
    [2 ** 1000, 2 ** 1000, -Infinity, -Infinity],
    [Infinity, 0, 1, NaN],
    [Infinity, 1, -Infinity, NaN],
    [1, 1, NaN, NaN],
  ])('%d * %d + %d = %d', (a, b, c, result) => {
    expect(fusedMultiplyAdd(a, b, c)).toBe(result);
  });

  it('is the sum where nothing is lost', () => {
    for (let i = 0; i < 1000; i++) {
      const [a, b, c] = [i * 7919, (i * 104_729) % 65_537, i * i - 500_000];
      expect(fusedMultiplyAdd(a, b, c)).toBe(a * b + c);
    }
  });
});
