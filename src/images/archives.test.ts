import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fileType, readCpio, readInitramfs, writeCpio } from './cpio.js';
import { ImageError } from './error.js';
import { crc32 } from './crc32.js';
import { gunzip, gzip, isGzip } from './gzip.js';

const data = (name: string) =>
  Uint8Array.from(readFileSync(new URL(`../../tests/data/images/${name}`, import.meta.url)));
const text = (value: string) => new TextEncoder().encode(value);

describe('cpio archives', () => {
  const entries = [
    { name: 'dir', mode: fileType.directory | 0o755, data: text('') },
    { name: 'hello.txt', mode: fileType.regular | 0o644, data: text('hello\n') },
    { name: 'link', mode: fileType.symbolicLink | 0o777, data: text('hello.txt') },
  ];

  it('reads what GNU cpio wrote', () => {
    const found = readCpio(data('sample.cpio'));
    expect(found.map(({ name, mode, data }) => ({ name, mode, data }))).toEqual(entries);
    expect(found.map(({ mtime, links, inode }) => [mtime, links, inode])).toEqual([
      [1700000000, 2, 0],
      [1700000000, 1, 1],
      [1700000000, 1, 2],
    ]);
  });

  it('writes what GNU cpio wrote, up to the padding after the trailer', () => {
    const written = writeCpio(entries.map((entry, inode) => ({ ...entry, inode, mtime: 1700000000 })));
    expect(written).toEqual(data('sample.cpio').subarray(0, written.length));
    expect(
      data('sample.cpio')
        .subarray(written.length)
        .every((byte) => byte === 0),
    ).toBe(true);
  });

  it('reads archives one after the other, each as it is or compressed, as Linux unpacks an initramfs', () => {
    const archive = data('sample.cpio');
    const other = writeCpio([{ name: 'other', mode: fileType.regular | 0o600, data: text('x') }]);
    const names = (found: readonly { name: string }[]) => found.map(({ name }) => name);
    const both = ['dir', 'hello.txt', 'link', 'other'];
    expect(names(readCpio(Buffer.concat([archive, other])))).toEqual(both);
    const zeros = new Uint8Array(512);
    for (const parts of [
      [archive, other],
      [archive, gzipSync(other)],
      [gzipSync(archive), gzipSync(other), zeros],
      [gzipSync(Buffer.concat([archive, other]))],
      [zeros, archive, zeros, gzipSync(other)],
    ])
      expect(names(readInitramfs(Buffer.concat(parts)))).toEqual(both);
    expect(readInitramfs(new Uint8Array(8))).toEqual([]);
    expect(() => readInitramfs(Buffer.concat([archive, text('\x28\xb5\x2f')]), 'f')).toThrow(ImageError);
    expect(() => readInitramfs(Buffer.concat([new Uint8Array(2), other]), 'f')).toThrow(
      'f: at 0x2: expected an archive at a multiple of 4',
    );
  });

  it('keeps device numbers', () => {
    const device = { major: 5, minor: 1 };
    const [console] = readCpio(
      writeCpio([{ name: 'dev/console', mode: fileType.characterDevice | 0o600, device }]),
    );
    expect(console.device).toEqual(device);
  });

  it.each([
    ['empty', new Uint8Array(), 'at 0x0: expected a cpio header (110 bytes), but the file ends at 0x0'],
    ['no cpio', text('x'.repeat(200)), 'at 0x0: expected cpio magic 070701, found "xxxxxx"'],
    ['truncated', data('sample.cpio').subarray(0, 236), "at 0xec: expected an entry's contents (6 bytes)"],
    [
      'without a trailer',
      data('sample.cpio').subarray(0, 372),
      'at 0x174: expected a cpio header (110 bytes)',
    ],
  ])('refuses a file that is %s', (_, bytes, message) => {
    expect(() => readCpio(bytes, 'f')).toThrow(ImageError);
    expect(() => readCpio(bytes, 'f')).toThrow(`f: ${message}`);
  });
});

describe('gzip', () => {
  it('reads what gzip wrote, with a file name in the header', () => {
    expect(isGzip(data('named.gz'))).toBe(true);
    expect(gunzip(data('named.gz'))).toEqual(text('first light\n'));
  });

  it('reads back what it writes, however long', () => {
    for (const size of [0, 1, 65535, 65536, 1_000_003]) {
      const bytes = Uint8Array.from({ length: size }, (_, i) => (i * i) >> 3);
      expect(Buffer.compare(gunzip(gzip(bytes)), bytes)).toBe(0);
    }
  });

  it.each([1, 6, 9] as const)(
    'reads members one after the other, and zeros behind them, level %i',
    (level) => {
      const parts = [
        text('first'),
        new Uint8Array(0),
        Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >> 7),
        Uint8Array.from({ length: 70_000 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 24),
      ];
      const members = parts.map((part) => Uint8Array.from(gzipSync(part, { level })));
      const whole = Buffer.concat(parts);
      for (const padding of [0, 1, 7, 512]) {
        const file = Buffer.concat([...members, new Uint8Array(padding)]);
        expect(Buffer.compare(gunzip(file), whole)).toBe(0);
        const one = Buffer.concat([members[2], new Uint8Array(padding)]);
        expect(Buffer.compare(gunzip(one), parts[2])).toBe(0);
      }
      const stored = Uint8Array.from(gzipSync(parts[3], { level: 0 }));
      expect(gunzip(Buffer.concat([stored, stored]))).toHaveLength(140_000);
      expect(() => gunzip(Buffer.concat([...members, text('more')]), 'f')).toThrow(ImageError);
      const total = whole.length;
      expect(gunzip(Buffer.concat(members), 'f', total)).toHaveLength(total);
      expect(() => gunzip(Buffer.concat(members), 'f', total - 1)).toThrow('f: expands to more than ');
    },
  );

  it('checks the CRC-16 of a header that has one', () => {
    // RFC 1952: the two low bytes of the CRC-32 of all before it.
    const plain = gzipSync('data');
    const header = Buffer.from([...plain.subarray(0, 3), 2, ...plain.subarray(4, 10)]);
    const sum = crc32(header) & 0xffff;
    const withSum = (value: number) =>
      Uint8Array.from([...header, value & 0xff, value >> 8, ...plain.subarray(10)]);
    expect(gunzip(withSum(sum))).toEqual(text('data'));
    expect(() => gunzip(withSum(sum ^ 1), 'f')).toThrow(
      /^f: at 0xa: expected the header's CRC-16, 0x.{4}, found 0x.{4}$/,
    );
  });

  it('refuses damage, truncation and bombs', () => {
    const good = data('named.gz');
    const flipped = good.slice();
    flipped[good.length - 8] ^= 1;
    expect(() => gunzip(flipped, 'f')).toThrow(
      /^f: at 0x22: expected the CRC-32 of the data, 0x.{8}, found 0x.{8}$/,
    );
    expect(() => gunzip(good.subarray(0, 26), 'f')).toThrow(ImageError);
    expect(() => gunzip(text('plain text'), 'f')).toThrow(
      'f: at 0x0: expected gzip magic 1f 8b 08, found 70 6c 61',
    );
    const bomb = gzip(new Uint8Array(1_000_000));
    expect(() => gunzip(bomb, 'f', 999_999)).toThrow('f: expands to more than 999999 bytes');
  });
});
