import { describe, expect, it } from 'vitest';
import { decodeLogicalImmediate, encodeLogicalImmediate, isLogicalImmediate } from './bitmask.js';

/** Every allocated N:immr:imms for a register of `width` bits. */
function encodingsFor(width: 32 | 64) {
  const all = [];
  for (let word = 0; word < 1 << 13; word++) {
    const [N, immr, imms] = [word >> 12, (word >> 6) & 63, word & 63];
    if (isLogicalImmediate(N, imms, width === 64 ? 1 : 0)) all.push({ N, immr, imms });
  }
  return all;
}

describe('bitmask immediates', () => {
  // A run of 1 to size - 1 ones in any of `size` rotations, for sizes 2 to the register's width.
  it.each([
    [32, 1302],
    [64, 5334],
  ] as const)('describe all %i-bit masks there are: %i', (width, count) => {
    const masks = new Set(
      encodingsFor(width).map(({ N, immr, imms }) => decodeLogicalImmediate(N, immr, imms, width)),
    );
    expect(masks.size).toBe(count);
    for (const mask of masks) {
      const found = encodeLogicalImmediate(mask, width);
      expect(found && decodeLogicalImmediate(found.N, found.immr, found.imms, width)).toBe(mask);
    }
  });

  it('describe no mask of all zeros, all ones or two runs', () => {
    for (const mask of [0n, 0xffff_ffffn, 0x5n, 0x1_0100n]) {
      expect(encodeLogicalImmediate(mask, 32)).toBeUndefined();
    }
  });
});
