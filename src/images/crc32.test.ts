import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { crc32 } from './crc32.js';

/** What zlib says: a gzip member ends in the CRC-32 of its content and the content's length. */
const expected = (bytes: Uint8Array): number => gzipSync(bytes).readUInt32LE(gzipSync(bytes).length - 8);

const bytesOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * i + length) >> 1);

describe('CRC-32', () => {
  it('is what the standard test string has', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });

  it('is what zlib says, at every length and alignment', () => {
    for (let length = 0; length < 70; length++) {
      const bytes = bytesOf(length);
      for (let from = 0; from <= Math.min(length, 9); from++)
        expect(crc32(bytes.subarray(from))).toBe(expected(bytes.subarray(from)));
    }
  });

  it('goes on from what stands before', () => {
    const bytes = bytesOf(1000);
    for (const cut of [0, 1, 7, 8, 500, 999, 1000])
      expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(expected(bytes));
  });
});
