import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isBootfs, readBootfs, writeBootfs } from './bootfs.js';
import { ImageError } from './error.js';

const sample = () =>
  Uint8Array.from(readFileSync(new URL('../../tests/data/images/sample.bootfs', import.meta.url)));
const text = (value: string) => new TextEncoder().encode(value);
const files = [
  { name: 'bin/hello', data: text('hello, world\n'.repeat(400)) },
  { name: 'lib/ld.so.1', data: Uint8Array.from({ length: 256 * 17 }, (_, i) => i) },
  { name: 'data/empty', data: new Uint8Array() },
  { name: 'data/ümläut', data: text('x') },
];

/** The sample with words of it replaced. */
function changed(words: Readonly<Record<number, number>>): Uint8Array {
  const bytes = sample();
  for (const [at, word] of Object.entries(words))
    new DataView(bytes.buffer).setUint32(Number(at), word, true);
  return bytes;
}

const withByte = (at: number, byte: number) => sample().fill(byte, at, at + 1);

describe('BOOTFS', () => {
  it('reads what was written by the document with other means', () => {
    expect(isBootfs(sample())).toBe(true);
    expect(readBootfs(sample()).map(({ name, data }) => ({ name, data }))).toEqual(files);
    expect(readBootfs(sample()).map(({ offset }) => offset)).toEqual([0x1000, 0x3000, 0x5000, 0x5000]);
  });

  it('writes the same bytes', () => {
    expect(Buffer.compare(writeBootfs(files), sample())).toBe(0);
  });

  it('may hold no file at all', () => {
    expect(readBootfs(writeBootfs([]))).toEqual([]);
  });

  it('lets two names have the same data', () => {
    const first = readBootfs(changed({ 0x2c: 5200, 0x30: 0x1000 }));
    expect(first[1].data).toEqual(first[0].data);
  });

  // Entries start at 0x10, 0x28, 0x40 and 0x58; the directory ends at 0x74.
  it.each([
    ['empty', new Uint8Array(), 'at 0x0: expected BOOTFS magic (4 bytes), but the file ends at 0x0'],
    ['bad magic', changed({ 0: 1 }), 'at 0x0: expected BOOTFS magic 0xa56d3ff9, found 0x00000001'],
    ['reserved word', changed({ 12: 5 }), 'at 0xc: expected a reserved word of 0, found 0x5'],
    ['huge directory', changed({ 4: 0xffffff00 }), 'at 0x10: expected the directory (4294967040 bytes)'],
    [
      'directory that ends in an entry',
      changed({ 4: 96 }),
      'at 0x58: expected a name that ends with the directory',
    ],
    ['crumb of an entry', changed({ 4: 0x4c }), 'at 0x58: expected a directory entry (12 bytes)'],
    ['no name', changed({ 0x10: 1 }), "at 0x10: expected a name's length of 2 to 256, found 1"],
    ['long name', changed({ 0x10: 257 }), "at 0x10: expected a name's length of 2 to 256, found 257"],
    ['name without NUL', withByte(0x25, 0x41), 'at 0x1c: expected a name of 9 bytes ended by NUL'],
    ['NUL in a name', withByte(0x1e, 0), 'at 0x1c: expected a name of 9 bytes ended by NUL'],
    ['absolute name', withByte(0x1c, 0x2f), 'at 0x1c: expected a name that does not begin with /'],
    [
      'unaligned data',
      changed({ 0x18: 0x1004 }),
      'at 0x18: expected an offset of bin/hello that is a multiple of 4096, found 0x1004',
    ],
    [
      'data past the end',
      changed({ 0x18: 0x10000 }),
      'at 0x14: expected bin/hello within the image, which ends at 0x6000, found 0x10000 and 5200 bytes',
    ],
    [
      'huge data',
      changed({ 0x14: 0xffffffff }),
      'at 0x14: expected bin/hello within the image, which ends at 0x6000, found 0x1000 and 4294967295 bytes',
    ],
    [
      'data in the directory',
      changed({ 0x18: 0 }),
      'at 0x0: expected bin/hello behind the directory, which it overlaps',
    ],
    [
      'overlapping data',
      changed({ 0x30: 0x2000 }),
      'at 0x2000: expected lib/ld.so.1 behind bin/hello, which it overlaps',
    ],
  ])('refuses a file with: %s', (_, bytes, message) => {
    expect(() => readBootfs(bytes, 'f')).toThrow(ImageError);
    expect(() => readBootfs(bytes, 'f')).toThrow(`f: ${message}`);
  });

  it('refuses a name twice', () => {
    const twice = sample();
    twice.set(twice.subarray(0x4c, 0x57), 0x64);
    new DataView(twice.buffer).setUint32(0x58, 11, true);
    expect(() => readBootfs(twice, 'f')).toThrow(
      'f: at 0x58: expected every name once, found "data/empty" again',
    );
  });

  it.each([
    ['', 'expected a name of 1 to 255 bytes, found ""'],
    ['a'.repeat(256), 'expected a name of 1 to 255 bytes, found "aaa'],
    ['/bin/x', 'expected a name that does not begin with /, found "/bin/x"'],
    ['a\0b', 'expected a name without NUL, found "a\\u0000b"'],
  ])('does not write the name %j', (name, message) => {
    expect(() => writeBootfs([{ name, data: text('') }], 'f')).toThrow(`f: ${message}`);
  });

  it('does not write a name twice', () => {
    expect(() => writeBootfs([files[0], files[0]], 'f')).toThrow(
      'f: expected every name once, found bin/hello again',
    );
  });
});
