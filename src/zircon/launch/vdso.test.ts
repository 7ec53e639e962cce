import { describe, expect, it } from 'vitest';
import { readRodso } from '../../images/index.js';
import { imageBytes } from '../images/embedded.js';
import { vdso } from '../images/vdso.js';
import { TestBench } from '../testing.js';
import type { PagedVmo } from '../vm/paged-vmo.js';
import { createVdsos } from './vdso.js';

const SYMBOL_BYTES = 24;
const BRK_1 = 0xd420_0020;

describe('the variants of the vDSO for tests', () => {
  const [full, ...variants] = createVdsos(new TestBench().kernel).map(({ vmo }) => {
    const bytes = new Uint8Array(vmo.size);
    (vmo as PagedVmo).read(0, bytes);
    return bytes;
  });

  it.each([
    ['test1', variants[0]],
    ['test2', variants[1]],
  ] as const)('have nothing of the calls that %s hides, and all else', (name, variant) => {
    const { dynamicSymbols } = readRodso(imageBytes('vdso'));
    const hidden = new Set(vdso.hidden[name].flatMap(({ symbols }) => symbols));
    expect(hidden.size).toBe(2 * vdso.hidden[name].length);
    for (const { entry } of dynamicSymbols) {
      const now = variant.subarray(entry, entry + SYMBOL_BYTES);
      const before = full.subarray(entry, entry + SYMBOL_BYTES);
      expect(now).toEqual(hidden.has(entry) ? new Uint8Array(SYMBOL_BYTES) : before);
    }
    const code = new DataView(variant.buffer);
    for (const { code: start, size } of vdso.hidden[name]) {
      for (let at = start; at < start + size; at += 4) expect(code.getUint32(at, true)).toBe(BRK_1);
    }
  });
});
