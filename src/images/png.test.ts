import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { writePng } from './png.js';

/** A PNG's chunks by type, with their CRCs checked by zlib. */
function chunksOf(file: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    const checked = file.subarray(at + 4, at + 8 + length);
    expect(file.readUInt32BE(at + 8 + length)).toBe(crc32(checked));
    chunks.set(checked.toString('latin1', 0, 4), checked.subarray(4));
    at += 12 + length;
  }
  return chunks;
}

describe('PNG', () => {
  it('holds the pixels as rows of red, green and blue', () => {
    const pixels = Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 0, 10, 11, 12, 255);
    const file = Buffer.from(writePng({ width: 2, height: 2, pixels }));
    expect(file.toString('hex', 0, 8)).toBe('89504e470d0a1a0a');
    const chunks = chunksOf(file);
    expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND']);
    expect(chunks.get('IHDR')?.toString('hex')).toBe('00000002000000020802000000');
    expect([...inflateSync(chunks.get('IDAT')!)]).toEqual([0, 1, 2, 3, 4, 5, 6, 0, 7, 8, 9, 10, 11, 12]);
    expect(chunks.get('IEND')).toHaveLength(0);
  });
});
