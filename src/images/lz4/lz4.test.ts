import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ImageError } from '../error.js';
import { isLz4, readLz4, writeLz4 } from './frame.js';
import { xxHash32 } from './xxhash32.js';

const data = (name: string) =>
  Uint8Array.from(readFileSync(new URL(`../../../tests/data/images/${name}`, import.meta.url)));
const text = (value: string) => new TextEncoder().encode(value);
const content = text("a frame's blocks may be linked, ".repeat(9000));

/** A frame of one block, its header's checksum right. */
function frame(flags: number, block: readonly number[], contentSize?: number): Uint8Array {
  const size =
    contentSize === undefined ? [] : [...new Uint8Array(new BigUint64Array([BigInt(contentSize)]).buffer)];
  const descriptor = [flags, 0x40, ...size];
  const check = (xxHash32(Uint8Array.from(descriptor)) >> 8) & 0xff;
  return Uint8Array.from([
    4,
    0x22,
    0x4d,
    0x18,
    ...descriptor,
    check,
    block.length,
    0,
    0,
    0,
    ...block,
    0,
    0,
    0,
    0,
  ]);
}

describe('LZ4 frames', () => {
  it.each(['linked', 'checked', 'sized'])('reads what lz4 wrote: %s', (name) => {
    expect(isLz4(data(`${name}.lz4`))).toBe(true);
    expect(Buffer.compare(readLz4(data(`${name}.lz4`)), content)).toBe(0);
  });

  it('reads frames in a row, and skips skippable ones', () => {
    const skippable = Uint8Array.from([0x53, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9]);
    const both = Buffer.concat([
      writeLz4(text('one ')),
      skippable,
      data('linked.lz4'),
      writeLz4(text(' two')),
    ]);
    expect(Buffer.from(readLz4(both)).toString()).toBe(`one ${Buffer.from(content).toString()} two`);
    const first = Buffer.concat([skippable, data('linked.lz4')]);
    expect(isLz4(first)).toBe(true);
    expect(Buffer.compare(readLz4(first), content)).toBe(0);
  });

  it('reads back what it writes, states its size, and is never much longer than its content', () => {
    for (const size of [0, 1, 12, 13, 65535, 65536, 65537, 300_000]) {
      for (const make of [
        (i: number) => (i * i) >> 3,
        (i: number) => i >> 8,
        (i: number) => Math.imul(i, 0x9e3779b1) >>> 24,
      ]) {
        const bytes = Uint8Array.from({ length: size }, (_, i) => make(i));
        for (const linked of [false, true]) {
          const written = writeLz4(bytes, linked);
          expect(Buffer.compare(readLz4(written), bytes)).toBe(0);
          expect(new DataView(written.buffer).getBigUint64(6, true)).toBe(BigInt(size));
          expect(written.length).toBeLessThanOrEqual(19 + size + 4 * Math.ceil(size / 65536));
        }
      }
    }
  });

  it('finds in linked blocks what stands in the block before', () => {
    const noise = Uint8Array.from({ length: 0x8000 }, (_, i) => Math.imul(i * i + 7, 0x9e3779b1) >>> 24);
    const bytes = new Uint8Array([...new Uint8Array(0x8000), ...noise, ...noise]);
    const [apart, linked] = [writeLz4(bytes), writeLz4(bytes, true)];
    expect(apart.length - linked.length).toBeGreaterThan(0x7000);
    expect([...linked.subarray(4, 6)]).toEqual([0x48, 0x40]);
    expect(Buffer.compare(readLz4(linked), bytes)).toBe(0);
  });

  it("computes the hashes of the xxHash document's examples", () => {
    expect(xxHash32(text(''))).toBe(0x02cc5d05);
    expect(xxHash32(text('abc'))).toBe(0x32d153ff);
    expect(xxHash32(text('Nobody inspects the spammish repetition'))).toBe(0xe2293b2f);
  });

  const damaged = (name: string, at: number) => {
    const bytes = data(name);
    bytes[at < 0 ? bytes.length + at : at] ^= 0x10;
    return bytes;
  };

  it.each([
    ['no frame', text('plain text'), 'at 0x0: expected LZ4 frame magic 0x184d2204, found 0x69616c70'],
    ['empty', new Uint8Array(), 'at 0x0: expected an LZ4 frame (4 bytes), but the file ends at 0x0'],
    [
      'another version',
      damaged('linked.lz4', 4).fill(0x84, 4, 5),
      'at 0x4: expected frame version 1, found 2',
    ],
    ['a reserved bit', frame(0x62, [0x10, 1]), 'at 0x4: expected the reserved bit of FLG to be 0'],
    ['a dictionary', frame(0x61, [0x10, 1]), 'at 0x4: expected a frame that needs no dictionary'],
    [
      'a bad block size',
      frame(0x60, []).fill(0x30, 5, 6),
      'at 0x5: expected a block size of 4 to 7, found 3',
    ],
    [
      'a reserved size bit',
      frame(0x60, []).fill(0x41, 5, 6),
      'at 0x5: expected the reserved bits of BD to be 0',
    ],
    ['a bad header checksum', damaged('linked.lz4', 6), 'at 0x6: expected the header checksum 0x'],
    ['a bad content checksum', damaged('linked.lz4', -1), 'expected the checksum of the content, 0x'],
    ['a bad block checksum', damaged('checked.lz4', 200), 'expected the checksum of the block, 0x'],
    [
      'cut off',
      data('linked.lz4').subarray(0, 500),
      'at 0x13a: expected a block (299 bytes), but the file ends at 0x1f4',
    ],
    ['without an end', data('linked.lz4').subarray(0, -8), "expected a block's size (4 bytes)"],
    [
      'a huge block',
      frame(0x60, []).fill(2, 9, 10),
      'at 0x7: expected a block of at most 65536 bytes, found 131072',
    ],
    ['too few literals', frame(0x60, [0x40, 1]), 'at 0xc: expected 4 literals within the block'],
    ['an endless literal length', frame(0x60, [0xf0, 255]), 'at 0xd: expected the rest of a literal length'],
    ['an endless match length', frame(0x60, [0x1f, 1, 1, 0]), 'at 0xf: expected the rest of a match length'],
    ['half a distance', frame(0x60, [0x10, 1, 1]), 'at 0xd: expected the distance of a match (2 bytes)'],
    [
      'a distance of 0',
      frame(0x60, [0x10, 1, 0, 0, 0]),
      'at 0xd: expected a match 1 to 1 bytes back, found 0',
    ],
    [
      'a distance too far',
      frame(0x60, [0x10, 1, 2, 0, 0]),
      'at 0xd: expected a match 1 to 1 bytes back, found 2',
    ],
    ['a match at the end', frame(0x60, [0x10, 1, 1, 0]), 'at 0xf: expected literals after the last match'],
    ['too small a content size', frame(0x68, [0x20, 1, 2], 1), 'expected literals that fit the block'],
    [
      'too small a content size for a match',
      frame(0x68, [0x10, 1, 1, 0, 0], 3),
      'expected a match that fits',
    ],
    [
      'too large a content size',
      frame(0x68, [0x20, 1, 2], 3),
      "at 0x6: expected the content's size, 2, found 3",
    ],
    ['an incredible content size', frame(0x68, [0x10, 1], 2 ** 29), 'at 0x6: expected a content size that '],
    [
      'a content size beyond the limit',
      frame(0x68, [0x10, 1], 2 ** 40),
      'expands to more than 1073741824 bytes',
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readLz4(bytes, 'f')).toThrow(ImageError);
    expect(() => readLz4(bytes, 'f')).toThrow(/^f: /);
    expect(() => readLz4(bytes, 'f')).toThrow(message);
  });

  it('stops at the limit', () => {
    expect(() => readLz4(data('linked.lz4'), 'f', 65536)).toThrow('f: expands to more than 65536 bytes');
  });
});
