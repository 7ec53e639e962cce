import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Disk } from './disk.js';
import { MemoryStore } from './memory-store.js';
import { Sha256 } from './sha256.js';

const pattern = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
const content = (disk: Disk, offset = 0, length = disk.size): Uint8Array => {
  const bytes = new Uint8Array(length).fill(0xaa);
  disk.read(offset, bytes);
  return bytes;
};

describe('a disk in memory', () => {
  it('reads what it was given, what was written, and zeros behind its end', () => {
    const given = pattern(10_000);
    const disk = new Disk({ name: 'a', store: new MemoryStore(given) });
    expect(Buffer.compare(content(disk), given)).toBe(0);
    expect(content(disk, 9_998, 4)).toEqual(Uint8Array.of(given[9_998], given[9_999], 0, 0));
    disk.write(4_094, Uint8Array.of(1, 2, 3, 4));
    expect(content(disk, 4_093, 6)).toEqual(Uint8Array.of(given[4_093], 1, 2, 3, 4, given[4_098]));
    expect(disk.size).toBe(10_000);
    disk.write(20_000, Uint8Array.of(5));
    expect(disk.size).toBe(20_001);
    expect(content(disk, 9_999, 3)).toEqual(Uint8Array.of(given[9_999], 0, 0));
    expect(given[4_094]).toBe(pattern(10_000)[4_094]);
  });

  it('is filled over any number of pages', () => {
    const disk = new Disk({ name: 'a', store: new MemoryStore(pattern(300_000)) });
    disk.fill(1, 200_000, 0xff);
    const expected = pattern(300_000).fill(0xff, 1, 200_001);
    expect(Buffer.compare(content(disk), expected)).toBe(0);
  });

  it('keeps nothing if it is read-only', () => {
    const disk = new Disk({ name: 'a', store: new MemoryStore(pattern(512)), readOnly: true });
    expect(disk.write(0, Uint8Array.of(9))).toBe(false);
    expect(disk.fill(0, 4, 9)).toBe(false);
    expect(content(disk)).toEqual(pattern(512));
  });
});

describe('a disk with scratch', () => {
  it('leaves its store as it is, and knows the pages that were written', () => {
    const store = new MemoryStore(pattern(10_000));
    const disk = new Disk({ name: 'a', store, scratch: new MemoryStore() });
    disk.write(4_000, pattern(200));
    disk.write(40_960, Uint8Array.of(7));
    const expected = new Uint8Array(40_961);
    expected.set(pattern(10_000));
    expected.set(pattern(200), 4_000);
    expected[40_960] = 7;
    expect(Buffer.compare(content(disk), expected)).toBe(0);
    expect([...(disk.changes?.pages() ?? [])]).toEqual([0, 1, 10]);
    expect(Buffer.compare(content(new Disk({ name: 'b', store })), pattern(10_000))).toBe(0);
  });
});

describe('SHA-256', () => {
  it.each([0, 1, 55, 56, 63, 64, 65, 119, 1000, 200_000])('of %i bytes is what Node says', (length) => {
    const bytes = pattern(length);
    const expected = createHash('sha256').update(bytes).digest('hex');
    expect(new MemoryStore(bytes).sha256()).toBe(expected);
    const hash = new Sha256();
    for (let at = 0; at < length; at += 37) hash.add(bytes.subarray(at, at + 37));
    expect(hash.digest()).toBe(expected);
  });
});
