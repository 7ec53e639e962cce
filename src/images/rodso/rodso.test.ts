import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ImageError } from '../error.js';
import { callSites, constantsHeader, symbolsHeader } from './constants.js';
import { readRodso, rodsoViolations } from './rodso.js';

const sample = (): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(readFileSync(new URL('../../../tests/data/images/sample-rodso.so', import.meta.url)));

describe('a RODSO that lld linked with guest/rodso.ld', () => {
  const rodso = readRodso(sample());

  it('has the segments, entry point and notes that readelf -hln shows', () => {
    expect(rodso).toMatchObject({
      soname: 'libsample.so',
      buildId: 'f7bbab80afcf604ca6525c0e7f312e775086849c',
      codeStart: 0x1000,
      codeEnd: 0x2000,
      entry: 0x1020,
      entrySize: 12,
    });
  });

  it('has the dynamic symbols that readelf --dyn-syms and nm -DS show', () => {
    expect(rodso.dynamicSymbols).toEqual([
      { name: '_zx_answer', value: 0x1000, size: 12, binding: 1, section: 7, entry: 0x1b8 + 24 },
      { name: 'zx_enter', value: 0x100c, size: 20, binding: 1, section: 7, entry: 0x1b8 + 48 },
      { name: '_start', value: 0x1020, size: 12, binding: 1, section: 7, entry: 0x1b8 + 72 },
      { name: 'zx_answer', value: 0x1000, size: 12, binding: 2, section: 7, entry: 0x1b8 + 96 },
    ]);
  });

  it('has the call sites that nm shows', () => {
    expect(callSites(rodso)).toEqual([
      { entry: 'enter', offsets: [0x1010, 0x1020] },
      { entry: 'leave', offsets: [0x1018] },
    ]);
  });

  it('gives the constants and symbols in the notes’ form', () => {
    expect(constantsHeader(rodso, 'SAMPLE')).toBe(
      [
        '#define SAMPLE_FILENAME "libsample.so"',
        '#define SAMPLE_CODE_START 0x1000',
        '#define SAMPLE_CODE_END 0x2000',
        '#define SAMPLE_ENTRY 0x0000000000001020',
        '#define SAMPLE_ENTRY_SIZE 0x000000000000000c',
        '#define SAMPLE_CALL_SITES_enter 0x1010, 0x1020',
        '#define SAMPLE_CALL_SITES_leave 0x1018',
        '',
      ].join('\n'),
    );
    expect(symbolsHeader(rodso).split('\n')[1]).toBe(
      'SYMBOL(zx_answer, 0x0000000000001000, 0x000000000000000c)',
    );
  });

  it('keeps nothing of the file in its image but the two segments', () => {
    expect(rodso.image.length).toBe(0x2000);
    const again = readRodso(rodso.image);
    expect(again).toMatchObject({ codeStart: 0x1000, codeEnd: 0x2000, entry: 0x1020, entrySize: undefined });
    expect(again.dynamicSymbols).toEqual(rodso.dynamicSymbols);
    expect(again.image).toEqual(rodso.image);
  });
});

/** Offsets in the sample: of program headers (readelf -l) and of its dynamic section. */
const programHeader = (index: number): number => 64 + index * 56;
const dynamicSection = 0x290;

const breaches: [string, (view: DataView) => void, string][] = [
  ['another type', (v) => v.setUint16(16, 2, true), 'expected a shared object (ET_DYN), found e_type 2'],
  ['another machine', (v) => v.setUint16(18, 62, true), 'expected AArch64 (machine 183), found machine 62'],
  [
    'one segment',
    (v) => v.setUint32(programHeader(1), 0, true),
    'expected exactly two PT_LOAD segments, found 1',
  ],
  [
    'writable constants',
    (v) => v.setUint32(programHeader(0) + 4, 6, true),
    'expected the first segment read-only, found flags 6',
  ],
  [
    'writable code',
    (v) => v.setUint32(programHeader(1) + 4, 7, true),
    'expected the second segment readable and executable, found flags 7',
  ],
  [
    'code elsewhere in memory',
    (v) => v.setBigUint64(programHeader(1) + 16, 0x3000n, true),
    'expected segment 1 in memory as in the file, found offset 0x1000 at 0x3000',
  ],
  [
    'zeros behind the constants',
    (v) => v.setBigUint64(programHeader(0) + 40, 0x400n, true),
    'expected segment 0 whole in the file, found 0x324 of 0x400 bytes',
  ],
  ['an interpreter', (v) => v.setUint32(programHeader(4), 3, true), 'expected no PT_INTERP segment'],
  [
    'an executable stack',
    (v) => v.setUint32(programHeader(5) + 4, 7, true),
    'expected a stack that is not executable',
  ],
  [
    'an entry point in the constants',
    (v) => v.setBigUint64(24, 0x300n, true),
    'expected the entry point at an instruction of the code, found 0x300',
  ],
  [
    'a needed library',
    (v) => v.setBigUint64(dynamicSection, 1n, true),
    'expected no other libraries (DT_NEEDED)',
  ],
  ['relocations', (v) => v.setBigUint64(dynamicSection, 7n, true), 'expected no relocations (DT_RELA)'],
  ['a GOT', (v) => v.setBigUint64(dynamicSection, 3n, true), 'expected no GOT (DT_PLTGOT)'],
  [
    'an undefined symbol',
    (v) => v.setUint16(0x1b8 + 24 + 6, 0, true),
    'expected every symbol defined, found _zx_answer undefined',
  ],
];

describe('a RODSO that breaks a rule', () => {
  it.each(breaches)('%s', (_, patch, line) => {
    const bytes = sample();
    patch(new DataView(bytes.buffer));
    expect(rodsoViolations(bytes, 'a.so')).toContain(line);
    expect(() => readRodso(bytes, 'a.so')).toThrow(ImageError);
  });

  it.each([
    ['DT_SONAME', dynamicSection],
    ['DT_STRSZ', dynamicSection + 6 * 16],
  ])('is refused for a %s beyond the file, which is told exactly', (name, at) => {
    const bytes = sample();
    new DataView(bytes.buffer).setBigUint64(at + 8, 2n ** 53n + 1n, true);
    expect(() => readRodso(bytes, 'a.so')).toThrow(
      `a.so: expected ${name} within the file's ${bytes.length} bytes, found 0x20000000000001`,
    );
  });

  it('is refused for a damaged segment', () => {
    const bytes = sample();
    new DataView(bytes.buffer).setBigUint64(programHeader(3) + 8, 2n ** 53n + 1n, true);
    expect(() => readRodso(bytes, 'a.so')).toThrow('a.so: at 0xf0: expected segment 3 within');
  });

  it('is refused with one line wherever it is cut or changed', () => {
    let random = 12345;
    const next = (below: number): number => {
      random = (Math.imul(random, 1103515245) + 12345) >>> 0;
      return Math.floor((random / 2 ** 32) * below);
    };
    for (let round = 0; round < 2000; round++) {
      const bytes = sample();
      for (let i = next(4); i >= 0; i--) bytes[next(0x1000)] = next(256);
      const cut = bytes.subarray(0, next(4) === 0 ? next(bytes.length) : bytes.length);
      try {
        readRodso(cut, 'a.so');
      } catch (error) {
        expect(error).toBeInstanceOf(ImageError);
        expect((error as ImageError).message).not.toContain('\n');
      }
    }
  });
});
