import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRodso, type DynamicSymbol } from '../../images/index.js';
import { hiddenCalls, syscallNumber, syscalls, vdsoCalls, type SyscallName } from '../abi/numbers.js';
import { structs } from '../abi/structs.js';
import { vdsoConstants, vdsoConstantsSize } from '../abi/vdso-constants.js';
import { builtInFiles } from '../launch/boot-image.js';
import { imageBytes } from './embedded.js';
import { userboot } from './userboot.js';
import { vdso } from './vdso.js';

const SVC_0 = 0xd400_0001;
/** MOVZ X16, #imm16. */
const movX16 = (number: number): number => (0xd280_0010 | (number << 5)) >>> 0;

interface Code {
  readonly codeStart: number;
  readonly codeEnd: number;
}

/** Offset and word of each instruction. */
function* instructions(image: Uint8Array, { codeStart, codeEnd }: Code): Generator<[number, number]> {
  const view = new DataView(image.buffer);
  for (let at = codeStart; at < codeEnd; at += 4) yield [at, view.getUint32(at, true)];
}

const find = (symbols: readonly DynamicSymbol[], name: string): DynamicSymbol => {
  const symbol = symbols.find((candidate) => candidate.name === name);
  if (symbol === undefined) throw new Error(`no ${name}`);
  return symbol;
};

describe('the images', () => {
  it('are those of the manifest', () => {
    const manifest = JSON.parse(readFileSync(join(import.meta.dirname, 'manifest.json'), 'utf8')) as {
      images: Record<string, { size: number; sha256: string }>;
    };
    expect(Object.keys(manifest.images)).toContain('boot-image.zbi');
    for (const [name, { size, sha256 }] of Object.entries(manifest.images)) {
      const bytes = imageBytes(name);
      expect(bytes.length, name).toBe(size);
      expect(createHash('sha256').update(bytes).digest('hex'), name).toBe(sha256);
    }
  });
});

describe('the vDSO', () => {
  const bytes = imageBytes('vdso');
  const rodso = readRodso(bytes);

  it('is an RODSO with the constants that the kernel uses', () => {
    const { soname, buildId, codeStart, codeEnd } = vdso;
    expect(rodso).toMatchObject({ soname, buildId, codeStart, codeEnd, entry: 0 });
    expect(soname).toBe('libzircon.so');
    expect(rodso.image).toEqual(bytes);
  });

  it('enters the kernel at its call sites and nowhere else', () => {
    const words = new Map(instructions(bytes, vdso));
    const sites = Object.entries(vdso.callSites) as [SyscallName, readonly number[]][];
    expect(sites.map(([name]) => name).sort()).toEqual(Object.keys(syscallNumber).sort());
    for (const [name, offsets] of sites) {
      for (const offset of offsets) {
        expect(words.get(offset)).toBe(SVC_0);
        expect(words.get(offset - 4)).toBe(movX16(syscallNumber[name]));
      }
    }
    const known = new Set(sites.flatMap(([, offsets]) => offsets));
    const isEntry = (word: number): boolean => (word & 0xffe0_001f) >>> 0 === SVC_0;
    const found = [...words].filter(([, word]) => isEntry(word)).map(([offset]) => offset);
    expect(found.filter((offset) => !known.has(offset))).toEqual([]);
    expect(known.size).toBe(syscalls.length + 6); // The two that end a thread make three calls each.
  });

  it('exports each public call under two names for the same code', () => {
    const open = [...syscalls, ...vdsoCalls].filter((call) => !call.internal).map(({ name }) => name);
    const names = [...open, 'status_get_string'];
    expect(rodso.dynamicSymbols).toHaveLength(names.length * 2);
    for (const name of names) {
      const strong = find(rodso.dynamicSymbols, `_zx_${name}`);
      const weak = find(rodso.dynamicSymbols, `zx_${name}`);
      expect([strong.binding, weak.binding]).toEqual([1, 2]);
      expect([weak.value, weak.size]).toEqual([strong.value, strong.size]);
      expect(strong.size).toBeGreaterThan(0);
    }
  });

  it('tells where a variant’s hidden calls are', () => {
    for (const variant of ['test1', 'test2'] as const) {
      expect(vdso.hidden[variant].map(({ name }) => name)).toEqual(hiddenCalls[variant]);
      for (const { name, code, size, symbols } of vdso.hidden[variant]) {
        const named = rodso.dynamicSymbols.filter((symbol) => symbol.name.endsWith(`zx_${name}`));
        expect(named.map(({ entry }) => entry).sort()).toEqual([...symbols].sort());
        expect(named.map((symbol) => [symbol.value, symbol.size])).toEqual([
          [code, size],
          [code, size],
        ]);
      }
    }
  });

  it('has its constants in the read-only pages, empty', () => {
    expect(vdso.constants % 8).toBe(0);
    expect(vdso.constants + vdsoConstantsSize).toBeLessThanOrEqual(vdso.codeStart);
    expect(bytes.subarray(vdso.constants, vdso.constants + vdsoConstantsSize)).toEqual(
      new Uint8Array(vdsoConstantsSize),
    );
    const ends = Object.values(vdsoConstants).map(({ offset, size }) => offset + size);
    expect(Math.max(...ends)).toBe(vdsoConstantsSize);
  });
});

/** Where B and BL go: a signed word offset in bits 25:0. */
function branchTarget(at: number, word: number): number | undefined {
  if ((word & 0x7c00_0000) !== 0x1400_0000) return undefined;
  return at + ((word << 6) >> 4);
}

describe('userboot', () => {
  const bytes = imageBytes('userboot');
  const rodso = readRodso(bytes);

  it('is an RODSO with the constants that the kernel uses', () => {
    const { soname, buildId, codeStart, codeEnd, entry } = userboot;
    expect(rodso).toMatchObject({ soname, buildId, codeStart, codeEnd, entry });
    expect(userboot.entry + userboot.entrySize).toBeLessThanOrEqual(codeEnd);
    expect(find(rodso.dynamicSymbols, '_start')).toMatchObject({ value: entry, size: userboot.entrySize });
  });

  it('enters the kernel only through functions of the vDSO behind it', () => {
    const functions = new Set(readRodso(imageBytes('vdso')).dynamicSymbols.map(({ value }) => value));
    const outside: number[] = [];
    for (const [at, word] of instructions(bytes, userboot)) {
      expect(word).not.toBe(SVC_0);
      const target = branchTarget(at, word);
      if (target !== undefined && target >= userboot.codeEnd) outside.push(target - userboot.codeEnd);
    }
    expect(outside.length).toBeGreaterThan(20);
    expect(outside.filter((offset) => !functions.has(offset))).toEqual([]);
  });
});

describe('the built-in programs', () => {
  it('are AArch64 ELF files', () => {
    for (const file of builtInFiles().values()) {
      const view = new DataView(file.buffer, file.byteOffset);
      expect([view.getUint32(0, true), view.getUint16(16, true), view.getUint16(18, true)]).toEqual([
        0x464c_457f, 3, 183,
      ]);
    }
  });
});

describe('structures', () => {
  it('have the sizes of Zircon’s documentation', () => {
    expect(structs.zx_proc_args.size).toBe(36);
    expect(structs.zx_port_packet.size).toBe(48);
    expect(structs.zx_handle_info.size).toBe(16);
  });
});
