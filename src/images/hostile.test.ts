/** Whatever the bytes, a parser either answers or throws `ImageError` with one line; it never hangs. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readBootfs } from './bootfs.js';
import { readCpio, readInitramfs } from './cpio.js';
import { LineTable } from './dwarf/line-table.js';
import { readElf } from './elf/reader.js';
import { ImageError } from './error.js';
import { dtsText } from './fdt/dts.js';
import { readFdt } from './fdt/reader.js';
import { gunzip, gzip } from './gzip.js';
import { readArm64Image } from './kernel/arm64-image.js';
import { readKernel } from './kernel/kernel.js';
import { readSystemMap } from './kernel/system-map.js';
import { readLz4, writeLz4 } from './lz4/frame.js';
import { readRodso } from './rodso/rodso.js';
import { readZbi } from './zbi/reader.js';
import { verifyZbi } from './zbi/verify.js';
import { generator, mutate } from '../../tests/mutations.js';

const data = (name: string) =>
  Uint8Array.from(readFileSync(new URL(`../../tests/data/images/${name}`, import.meta.url)));

function image(): Uint8Array {
  const bytes = new Uint8Array(1024);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xfa405a4d, true);
  view.setUint32(56, 0x644d5241, true);
  view.setUint32(60, 64, true);
  view.setUint32(64, 0x4550, true);
  view.setUint16(68, 0xaa64, true);
  view.setUint16(70, 2, true);
  return bytes;
}

const parsers: [string, Uint8Array, (bytes: Uint8Array) => unknown][] = [
  ['devicetree', data('sample.dtb'), (bytes) => dtsText(readFdt(bytes, 'f'))],
  ['ELF', data('sample.elf'), (bytes) => readElf(bytes, 'f')],
  ...['lines/dwarf5.elf', 'lines/dwarf4-zlib.elf'].map((name): (typeof parsers)[number] => [
    name,
    data(name),
    (bytes) => LineTable.of(readElf(bytes, 'f'), 'f')?.at(0x4008_0010n),
  ]),
  [
    'System.map',
    new TextEncoder().encode('ffff800080000000 T _text\nffff800080000008 t local\n'),
    (bytes) => readSystemMap(bytes, 'f'),
  ],
  ['RODSO', data('sample-rodso.so'), (bytes) => readRodso(bytes, 'f')],
  ['cpio', data('sample.cpio'), (bytes) => readCpio(bytes, 'f')],
  ['gzip', data('named.gz'), (bytes) => gunzip(bytes, 'f')],
  [
    'gzip members',
    Uint8Array.from(Buffer.concat([data('named.gz'), gzip(data('sample.cpio'))])),
    (bytes) => gunzip(bytes, 'f'),
  ],
  [
    'initramfs',
    Uint8Array.from(Buffer.concat([data('sample.cpio'), gzip(data('sample.cpio'))])),
    (bytes) => readInitramfs(bytes, 'f'),
  ],
  ['Image', image(), (bytes) => readArm64Image(bytes, 'f')],
  ['kernel', gzip(image()), (bytes) => readKernel(bytes, 'f')],
  ['boot image', data('sample.zbi'), (bytes) => verifyZbi(readZbi(bytes, 'f'), 'f')],
  ['BOOTFS', data('sample.bootfs').slice(0, 0x2000), (bytes) => readBootfs(bytes, 'f')],
  ['linked LZ4 frame', data('linked.lz4'), (bytes) => readLz4(bytes, 'f')],
  ['LZ4 frame with its size', writeLz4(data('sample.elf')), (bytes) => readLz4(bytes, 'f')],
];

describe('mutated files', () => {
  it.each(parsers)('%s: an answer or one line', (_, original, parse) => {
    const random = generator(0x1f123bb5);
    for (let round = 0; round < 10_000; round++) {
      const bytes = mutate(original, random);
      try {
        parse(bytes);
      } catch (error) {
        if (!(error instanceof ImageError)) throw error;
        expect(error.message).toMatch(/^f: [^\n]+$/);
      }
    }
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
    const bomb = gzip(new Uint8Array(32 << 20), 1);
    expect(() => gunzip(bomb, 'f', 1 << 20)).toThrow('f: expands to more than 1048576 bytes');
  });
});
