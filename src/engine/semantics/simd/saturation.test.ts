import { describe, expect, it } from 'vitest';
import { FPSR } from '../../layout.js';
import { RegisterFile } from '../../reference/register-file.js';

describe('saturation', () => {
  /** Runs a vector instruction on V1 and V2 and answers V0 and FPSR.QC. */
  function vector(text: string, v1: bigint, v2 = 0n, v0 = 0n): [bigint, boolean] {
    const registers = new RegisterFile();
    [registers.v[0], registers.v[1], registers.v[2]] = [v0, v1, v2];
    registers.run(text);
    return [registers.v[0], registers.getCell(FPSR) === 1n << 27n];
  }
  const bytes = Array.from({ length: 256 }, (_, i) => BigInt(i));
  const s8 = (value: bigint): bigint => BigInt.asIntN(8, value);
  const clampS = (value: bigint): bigint =>
    BigInt.asUintN(8, value < -128n ? -128n : value > 127n ? 127n : value);
  const clampU = (value: bigint): bigint => (value < 0n ? 0n : value > 255n ? 255n : value);
  const some = [0n, 1n, 0x3fn, 0x40n, 0x7fn, 0x80n, 0x81n, 0xc0n, 0xfen, 0xffn];

  it.each([
    ['sqadd', (a: bigint, b: bigint) => s8(a) + s8(b), clampS],
    ['uqadd', (a: bigint, b: bigint) => a + b, clampU],
    ['sqsub', (a: bigint, b: bigint) => s8(a) - s8(b), clampS],
    ['uqsub', (a: bigint, b: bigint) => a - b, clampU],
  ])('%s clamps and sets QC', (mnemonic, exact, clamp) => {
    for (const a of bytes) {
      for (const b of some) {
        const value = exact(a, b);
        const clamped = clamp(value);
        const saturates = value !== (clamp === clampS ? s8(clamped) : clamped);
        expect(vector(`${mnemonic} b0, b1, b2`, a, b)).toEqual([clamped, saturates]);
      }
    }
  });
  it.each([
    ['suqadd', (d: bigint, n: bigint) => s8(d) + n, clampS],
    ['usqadd', (d: bigint, n: bigint) => d + s8(n), clampU],
  ])('%s adds numbers of different signedness', (mnemonic, exact, clamp) => {
    for (const d of bytes) {
      for (const n of some) {
        expect(vector(`${mnemonic} b0, b1`, n, 0n, d)[0]).toBe(clamp(exact(d, n)));
      }
    }
  });
  it('shifts by signed amounts, far beyond the width', () => {
    for (const value of some) {
      for (const amount of [-128n, -9n, -8n, -1n, 0n, 1n, 7n, 8n, 127n]) {
        const register = BigInt.asUintN(8, amount);
        const left = amount > 0n ? amount : 0n;
        const right = amount < 0n ? -amount : 0n;
        const rounded = (x: bigint): bigint => (right === 0n ? x << left : ((x >> (right - 1n)) + 1n) >> 1n);
        expect(vector('uqshl b0, b1, b2', value, register)[0]).toBe(clampU((value << left) >> right));
        expect(vector('sqshl b0, b1, b2', value, register)[0]).toBe(clampS((s8(value) << left) >> right));
        expect(vector('uqrshl b0, b1, b2', value, register)[0]).toBe(clampU(rounded(value)));
        expect(vector('sqrshl b0, b1, b2', value, register)[0]).toBe(clampS(rounded(s8(value))));
      }
    }
  });
  it('SQDMULH doubles, takes the upper half and saturates the product of two minima', () => {
    expect(vector('sqdmulh h0, h1, h2', 0x8000n, 0x8000n)).toEqual([0x7fffn, true]);
    expect(vector('sqdmulh h0, h1, h2', 0x4000n, 0x0003n)).toEqual([1n, false]);
    expect(vector('sqrdmulh h0, h1, h2', 0x4000n, 0x0003n)).toEqual([2n, false]);
  });
});
