import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ImageError } from '../error.js';
import { sectionFlagText, sectionTypeNames, segmentTypeNames, symbolTypeNames } from './constants.js';
import { readElf, type Elf } from './reader.js';

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
      ['PHDR', 0x40n, 0x200040n, 0x150n, 0x150n, 4, 8n],
      ['LOAD', 0n, 0x200000n, 0x190n, 0x190n, 4, 0x1000n],
      ['LOAD', 0x1000n, 0x40080000n, 0xcn, 0xcn, 5, 0x1000n],
      ['LOAD', 0x100cn, 0x4008100cn, 6n, 6n, 4, 0x1000n],
      ['LOAD', 0x1012n, 0x40082012n, 0n, 0x40n, 6, 0x1000n],
      ['GNU_STACK', 0n, 0n, 0n, 0n, 6, 0n],
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
      ['', 'NULL', 0n, 0n, 0n, 0n],
      ['.text', 'PROGBITS', 0x40080000n, 0x1000n, 0xcn, 6n],
      ['.rodata', 'PROGBITS', 0x4008100cn, 0x100cn, 6n, 2n],
      ['.bss', 'NOBITS', 0x40082012n, 0x1012n, 0x40n, 3n],
      ['.comment', 'PROGBITS', 0n, 0x1012n, 0x1an, 0x30n],
      ['.symtab', 'SYMTAB', 0n, 0x1030n, 0xa8n, 0n],
      ['.shstrtab', 'STRTAB', 0n, 0x10d8n, 0x37n, 0n],
      ['.strtab', 'STRTAB', 0n, 0x110fn, 0x28n, 0n],
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
  ];
  it.each(cases)('%s', (_, bytes, message) => {
    expect(() => readElf(bytes, 'f')).toThrow(ImageError);
    expect(() => readElf(bytes, 'f')).toThrow(`f: ${message}`);
  });
});

describe('an ELF file with damaged sections', () => {
  // The section headers are at 0x1138; that of .rodata is the third.
  const rodata = 0x1138 + 2 * 64;
  const names = ['', '.text', '.rodata', '.bss', '.comment', '.symtab', '.shstrtab', '.strtab'];
  const replaced = (index: number, name: string) => names.map((each, i) => (i === index ? name : each));
  it.each<[string, Uint8Array, string[], string]>([
    [
      'a section outside',
      damaged((v) => v.setBigUint64(rodata + 24, 0x100000n, true)),
      names,
      "f: at 0x11d0: expected section 2 within the file's 4920 bytes, found 0x100000 and 6 bytes",
    ],
    [
      'a name outside',
      damaged((v) => v.setUint32(rodata, 0x1000, true)),
      replaced(2, '<corrupt>'),
      'f: at 0x11b8: expected the name of section 2 within 55 bytes of strings, found offset 4096',
    ],
    [
      'no table of names',
      damaged((v) => v.setUint16(62, 99, true)),
      names.map(() => '<no-strings>'),
      'f: at 0x3e: expected a section index below 8, found 99',
    ],
    [
      'section headers that are too small',
      damaged((v) => v.setUint16(58, 32, true)),
      [],
      'f: at 0x3a: expected section headers of at least 64 bytes, found 32',
    ],
    ['a cut', sample().subarray(0, 4500), [], 'f: at 0x1138: expected 8 section headers (512 bytes)'],
    [
      'symbols of no strings',
      damaged((v) => v.setUint32(0x1138 + 5 * 64 + 40, 1, true)),
      names,
      'f: at 0x1030: expected section 5 linked to a string table, found section 1',
    ],
  ])('is read all the same, as readelf does: %s', (_, bytes, expected, problem) => {
    const elf = readElf(bytes, 'f');
    expect(elf.sections.map(({ name }) => name)).toEqual(expected);
    expect(elf.segments).toHaveLength(6);
    expect(elf.problems[0].message).toContain(problem);
  });

  it('may have section headers that are larger', () => {
    const original = sample();
    const larger = new Uint8Array(0x1138 + 8 * 72);
    larger.set(original.subarray(0, 0x1138));
    for (let i = 0; i < 8; i++)
      larger.set(original.subarray(0x1138 + i * 64).subarray(0, 64), 0x1138 + i * 72);
    new DataView(larger.buffer).setUint16(58, 72, true);
    const elf = readElf(larger);
    expect(elf.sections).toEqual(readElf(original).sections);
    expect(elf.problems).toEqual([]);
  });
});

describe('an ELF file with damaged program headers', () => {
  const sectionHeaders = 0x1138;
  const extendedCount = (v: DataView, count: number) => {
    v.setUint16(56, 0xffff, true);
    v.setUint32(sectionHeaders + 44, count, true);
  };
  // [what, file, segments that readelf -l lists, the problem]
  it.each<[string, Uint8Array, number, string]>([
    [
      'a segment outside',
      damaged((v) => v.setBigUint64(64 + 8, 5000n, true)),
      6,
      "at 0x48: expected segment 0 within the file's 4920 bytes, found 0x1388 and 336 bytes",
    ],
    [
      'a segment larger in the file than in memory',
      damaged((v) => v.setBigUint64(64 + 2 * 56 + 40, 1n, true)),
      6,
      'at 0xd8: expected segment 2 as large in memory as in the file, found p_filesz 12, p_memsz 1',
    ],
    [
      'an offset beyond the file',
      damaged((v) => v.setBigUint64(32, 2n ** 50n, true)),
      0,
      'at 0x4000000000000: expected 6 program headers (336 bytes), but the file ends at 0x1338',
    ],
    [
      'an offset beyond any file',
      damaged((v) => v.setBigUint64(32, 2n ** 60n, true)),
      0,
      'at 0x20: expected e_phoff below 2^53, found 0x1000000000000000',
    ],
    [
      'headers that are too small',
      damaged((v) => v.setUint16(54, 32, true)),
      0,
      'at 0x36: expected program headers of 56 bytes, found 32',
    ],
    [
      'headers that are too large',
      damaged((v) => v.setUint16(54, 60, true)),
      6,
      'at 0x36: expected program headers of 56 bytes, found 60',
    ],
    [
      'too many',
      damaged((v) => v.setUint16(56, 200, true)),
      0,
      'at 0x40: expected 200 program headers (11200 bytes), but the file ends at 0x1338',
    ],
    [
      'PN_XNUM of no segments',
      damaged((v) => extendedCount(v, 0)),
      0,
      'at 0x1164: expected the number of segments in section header 0, as e_phnum 0xffff says, found 0',
    ],
    [
      'PN_XNUM without sections',
      damaged((v) => {
        extendedCount(v, 6);
        v.setBigUint64(40, 0n, true);
        v.setUint16(62, 0, true);
      }),
      0,
      'at 0x38: expected the number of segments in section header 0, as e_phnum 0xffff says, found no sections',
    ],
  ])('is read all the same, and says so: %s', (_, bytes, count, problem) => {
    const elf = readElf(bytes, 'f');
    expect(elf.segments).toHaveLength(count);
    expect(elf.segmentProblems.map(({ message }) => message)).toEqual([`f: ${problem}`]);
    expect(elf.problems).toEqual([]);
    expect(elf.sections).toHaveLength(problem.endsWith('no sections') ? 0 : 8);
  });

  it('may have its number of segments in section 0', () => {
    const elf = readElf(damaged((v) => extendedCount(v, 6)));
    const headers = ({ segments }: Elf) => segments.map(({ data: _, ...header }) => header);
    expect(headers(elf)).toEqual(headers(readElf(sample())));
    expect(elf.segmentProblems).toEqual([]);
  });
});

describe('numbers of 2^53 and more', () => {
  const most = 2n ** 64n - 1n;
  const odd = 2n ** 53n + 1n;

  it('are exact in sections, as in readelf -S, and in what is wrong with them', () => {
    const rodata = 0x1138 + 2 * 64;
    const elf = readElf(
      damaged((v) => {
        v.setBigUint64(rodata + 24, odd, true);
        v.setBigUint64(rodata + 32, most, true);
        v.setBigUint64(rodata + 64 + 32, most, true);
      }),
      'f',
    );
    expect(elf.sections[2]).toMatchObject({ offset: odd, size: most, dataOffset: 0 });
    expect(elf.sections[2].data).toHaveLength(0);
    expect(elf.sections[3]).toMatchObject({ name: '.bss', size: most });
    expect(elf.problems.map(({ message }) => message)).toEqual([
      "f: at 0x11d0: expected section 2 within the file's 4920 bytes, found 0x20000000000001 and 18446744073709551615 bytes",
    ]);
  });

  it('are exact in segments, as in readelf -l, and in what is wrong with them', () => {
    const elf = readElf(
      damaged((v) => {
        v.setBigUint64(64 + 8, odd, true);
        v.setBigUint64(64 + 32, most, true);
      }),
      'f',
    );
    expect(elf.segments[0]).toMatchObject({ offset: odd, fileSize: most, dataOffset: 0 });
    expect(elf.segments[0].data).toHaveLength(0);
    expect(elf.segmentProblems.map(({ message }) => message)).toEqual([
      "f: at 0x48: expected segment 0 within the file's 4920 bytes, found 0x20000000000001 and 18446744073709551615 bytes",
    ]);
  });
});

describe('section flags', () => {
  it('have the letters of readelf -WS (binutils 2.40), bit by bit, and together', () => {
    const letters = (osAbi: number) =>
      Array.from({ length: 64 }, (_, bit) => sectionFlagText(1n << BigInt(bit), osAbi)).join('');
    const common = ['WAXxMSILOGTC', 'x'.repeat(8)].join('');
    expect(letters(0)).toBe(`${common}ooooDooopppE${'x'.repeat(32)}`);
    expect(letters(3)).toBe(`${common}oRooDooopppE${'x'.repeat(32)}`);
    expect(letters(9)).toBe(letters(3));
    const flags = (...bits: number[]) => bits.reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n);
    expect(sectionFlagText(flags(20, 24), 0)).toBe('o');
    expect(sectionFlagText(flags(24, 25), 0)).toBe('Do');
    expect(sectionFlagText(flags(21, 24), 3)).toBe('RD');
    expect(sectionFlagText(flags(20, 21), 3)).toBe('o');
    expect(sectionFlagText(flags(21, 25), 3)).toBe('Ro');
    expect(sectionFlagText(flags(28, 31), 0)).toBe('p');
    expect(sectionFlagText(flags(3, 12, 13, 40), 0)).toBe('xxxx');
    expect(sectionFlagText(flags(0, 1, 2, 9, 20, 28, 31), 0)).toBe('WAXGop');
    expect(sectionFlagText(flags(25, 26, 31), 0)).toBe('oE');
  });
});
