import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assemble } from './assembler.js';
import { decode } from './decoder.js';
import { disassemble } from './disassembler.js';

// Written by conformance/llvm/fixture.ts: several words of every row and what LLVM prints for them.
const fixture = readFileSync(new URL('llvm.fixture.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => ({ word: Number.parseInt(line.slice(0, 8), 16), text: line.slice(9) }));

describe('disassemble', () => {
  it('gives the text that LLVM gives', () => {
    const ours = fixture.map(({ word }) => ({ word, text: disassemble(word) ?? 'unallocated' }));
    expect(ours).toEqual(fixture);
  });

  it('writes labels as absolute addresses where the instruction has one', () => {
    expect(disassemble(0x17ff_ffff)).toBe('b #-4');
    expect(disassemble(0x17ff_ffff, 0xffff_ffc0_0800_0000n)).toBe('b 0xffffffc007fffffc');
    expect(disassemble(0x1400_0001, 0xffff_ffff_ffff_fffcn)).toBe('b 0x0');
    expect(disassemble(0x90ff_8397, 0x119_0008n)).toBe('adrp x23, 0x200000');
    expect(disassemble(0x5800_00c0, 0n)).toBe('ldr x0, 0x18');
  });

  it('takes signed words as well', () => {
    expect(disassemble(0xd503_201f | 0)).toBe('nop');
  });
});

describe('assemble', () => {
  it('gives the words back, but for bits that the instruction ignores', () => {
    for (const { word, text } of fixture) {
      if (text === 'unallocated') continue;
      const back = assemble(text);
      if (back === word) continue;
      expect(disassemble(back), `${word.toString(16)} ${text}`).toBe(text);
      expect(decode(back)).toBe(decode(word));
    }
  });
});
