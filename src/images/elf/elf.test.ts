import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ImageError } from '../error.js';
import { sectionTypeNames, segmentTypeNames, symbolTypeNames } from './constants.js';
import { readElf } from './reader.js';

const sample = () =>
  Uint8Array.from(readFileSync(new URL('../../../tests/data/images/sample.elf', import.meta.url)));

function damaged(patch: (view: DataView) => void): Uint8Array {
  const bytes = sample();
  patch(new DataView(bytes.buffer));
  return bytes;
}

describe('an ELF file made by lld', () => {
  const elf = readElf(sample());

  it('has the header that readelf -h shows', () => {
    expect(elf).toMatchObject({ type: 2, machine: 183, osAbi: 0, flags: 0, entry: 0x4008_0000n });
  });

  it('has the segments that readelf -l shows', () => {
    const rows = elf.segments.map((s) => [
      segmentTypeNames[s.type],
      s.offset,
      s.virtualAddress,
      s.fileSize,
      s.memorySize,
      s.flags,
      s.alignment,
    ]);
    expect(rows).toEqual([
      ['PHDR', 0x40, 0x200040n, 0x150, 0x150n, 4, 8n],
      ['LOAD', 0, 0x200000n, 0x190, 0x190n, 4, 0x1000n],
      ['LOAD', 0x1000, 0x40080000n, 0xc, 0xcn, 5, 0x1000n],
      ['LOAD', 0x100c, 0x4008100cn, 6, 6n, 4, 0x1000n],
      ['LOAD', 0x1012, 0x40082012n, 0, 0x40n, 6, 0x1000n],
      ['GNU_STACK', 0, 0n, 0, 0n, 6, 0n],
    ]);
    expect(new TextDecoder().decode(elf.segments[3].data)).toBe('hello\0');
  });

  it('has the sections that readelf -S shows', () => {
    const rows = elf.sections.map((s) => [
      s.name,
      sectionTypeNames[s.type],
      s.address,
      s.offset,
      s.size,
      s.flags,
    ]);
    expect(rows).toEqual([
      ['', 'NULL', 0n, 0, 0, 0n],
      ['.text', 'PROGBITS', 0x40080000n, 0x1000, 0xc, 6n],
      ['.rodata', 'PROGBITS', 0x4008100cn, 0x100c, 6, 2n],
      ['.bss', 'NOBITS', 0x40082012n, 0x1012, 0x40, 3n],
      ['.comment', 'PROGBITS', 0n, 0x1012, 0x1a, 0x30n],
      ['.symtab', 'SYMTAB', 0n, 0x1030, 0xa8, 0n],
      ['.shstrtab', 'STRTAB', 0n, 0x10d8, 0x37, 0n],
      ['.strtab', 'STRTAB', 0n, 0x110f, 0x28, 0n],
    ]);
    expect(elf.sections[3].data).toHaveLength(0);
  });

  it('has the symbols that readelf -s shows', () => {
    const rows = elf.symbols.map((s) => [
      s.name,
      s.value,
      s.size,
      symbolTypeNames[s.type],
      s.binding,
      s.section,
    ]);
    expect(rows).toEqual([
      ['$x.0', 0x40080000n, 0n, 'NOTYPE', 0, 1],
      ['greeting', 0x4008100cn, 6n, 'NOTYPE', 0, 2],
      ['$d.1', 0x4008100cn, 0n, 'NOTYPE', 0, 2],
      ['scratch', 0x40082012n, 64n, 'NOTYPE', 0, 3],
      ['$d.2', 0x40082012n, 0n, 'NOTYPE', 0, 3],
      ['_start', 0x40080000n, 12n, 'FUNC', 1, 1],
    ]);
  });
});

describe('a damaged ELF file is refused in one line', () => {
  const cases: [string, Uint8Array, string][] = [
    [
      'empty',
      new Uint8Array(),
      'at 0x0: expected an ELF identification (16 bytes), but the file ends at 0x0',
    ],
    ['no ELF', new Uint8Array(64), 'at 0x0: expected ELF magic 7f 45 4c 46, found 00 00 00 00'],
    ['32-bit', damaged((v) => v.setUint8(4, 1)), 'at 0x4: expected ELF class 2 (64-bit), found 1'],
    [
      'big-endian',
      damaged((v) => v.setUint8(5, 2)),
      'at 0x5: expected ELF data encoding 1 (little-endian), found 2',
    ],
    [
      'cut in the header',
      sample().subarray(0, 40),
      'at 0x0: expected an ELF header (64 bytes), but the file ends',
    ],
    ['cut in the sections', sample().subarray(0, 4500), 'at 0x1138: expected 8 section headers (512 bytes)'],
    [
      'segment outside',
      damaged((v) => v.setBigUint64(64 + 8, 5000n, true)),
      'at 0x48: expected segment 0 within',
    ],
    [
      'huge offset',
      damaged((v) => v.setBigUint64(32, 2n ** 60n, true)),
      'at 0x20: expected e_phoff below 2^53',
    ],
    [
      'odd header size',
      damaged((v) => v.setUint16(54, 32, true)),
      'at 0x36: expected program headers of 56 bytes',
    ],
    [
      'bad name table',
      damaged((v) => v.setUint16(62, 99, true)),
      'at 0x3e: expected a section index below 8',
    ],
  ];
  it.each(cases)('%s', (_, bytes, message) => {
    expect(() => readElf(bytes, 'f')).toThrow(ImageError);
    expect(() => readElf(bytes, 'f')).toThrow(`f: ${message}`);
  });
});
