/**
 * Whatever the bytes, a reader either answers or throws `ImageError` with one line; it never hangs.
 * `npm run conformance -- images` reads many more.
 */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readElf } from './elf/reader.js';
import { readFdt } from './fdt/reader.js';
import { gunzip } from './gzip.js';
import { readMutated, readers } from '../../tests/images/mutated-files.js';

describe('mutated files', () => {
  it.each(Object.entries(readers))('%s: an answer or one line', (_, reader) => {
    expect(readMutated(reader, 1500, 0x1f123bb5)).toEqual([]);
  });
});

describe('files made to be expensive', () => {
  /** A structure block of properties that all refer to one long name. */
  it('devicetree: many references to one long string', () => {
    const bytes = new Uint8Array(4 << 20);
    const view = new DataView(bytes.buffer);
    const structEnd = 2 << 20;
    const header = [
      0xd00dfeed,
      bytes.length,
      56,
      structEnd,
      40,
      17,
      16,
      0,
      bytes.length - structEnd,
      structEnd - 56,
    ];
    header.forEach((value, index) => view.setUint32(4 * index, value));
    view.setUint32(56, 1);
    for (let at = 64; at + 12 <= structEnd; at += 12) {
      view.setUint32(at, 3);
      view.setUint32(at + 8, (at - 64) / 12);
    }
    bytes.fill(0x61, structEnd, bytes.length - 1);
    expect(() => readFdt(bytes)).toThrow('expected a name of at most 1024 characters');
  });

  it('ELF: many symbols named by one long string', () => {
    const symbols = 100_000;
    const strings = 1 << 20;
    const bytes = new Uint8Array(64 + 4 * 64 + symbols * 24 + strings);
    const view = new DataView(bytes.buffer);
    bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
    view.setBigUint64(40, 64n, true);
    view.setUint16(58, 64, true);
    view.setUint16(60, 3, true);
    const symbolsAt = 64 + 4 * 64;
    const section = (index: number, type: number, offset: number, size: number, link: number) => {
      view.setUint32(64 + index * 64 + 4, type, true);
      view.setBigUint64(64 + index * 64 + 24, BigInt(offset), true);
      view.setBigUint64(64 + index * 64 + 32, BigInt(size), true);
      view.setUint32(64 + index * 64 + 40, link, true);
    };
    section(1, 2, symbolsAt, symbols * 24, 2);
    section(2, 3, symbolsAt + symbols * 24, strings, 0);
    bytes.fill(0x61, symbolsAt + symbols * 24, bytes.length - 1);
    for (let i = 0; i < symbols; i++) view.setUint32(symbolsAt + i * 24, i, true);
    expect(readElf(bytes).symbols).toHaveLength(symbols - 1);
  });

  it('gzip: a bomb stops at the limit', () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(32 << 20)));
    expect(() => gunzip(bomb, 'f', 1 << 20)).toThrow('f: expands to more than 1048576 bytes');
  });
});
