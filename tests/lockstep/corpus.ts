/**
 * Cases as text that a person can write: what differs from an ordinary environment, then the instructions.
 *
 *     # What it once found.
 *     EL = 1
 *     X1 = 0x1234010000
 *     V2 = 0x3ff00000000000003ff0000000000000
 *     data 0x10 = 0x1122334455667788
 *     ldr q0, [x1, #16]
 *     .word 0x4ee1d400
 *
 * A line is `NAME = value`, with the names below, X0 to X30, V0 to V31 and `data OFFSET` (8 bytes of the two data pages);
 * or an instruction, as assembler text or as `.word`. `EL` comes first: the ordinary environment depends on it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { assemble, decode, disassemble } from '../../src/isa/index.js';
import { ordinaryCase } from '../cases/environment.js';
import { DATA_BYTES } from '../cases/layout.js';
import type { CaseRegister, TestCase } from '../cases/test-case.js';
import type { LockstepCase } from './runner.js';

/** What a case holds, by the manual's names. PSTATE is as in SPSR; the level in it is EL's. */
const names: Readonly<Record<string, CaseRegister>> = {
  PC: 'pc',
  PSTATE: 'spsr',
  SP_EL0: 'spEl0',
  SP_EL1: 'spEl1',
  SP_EL2: 'spEl2',
  FPCR: 'fpcr',
  FPSR: 'fpsr',
  SCTLR_EL1: 'sctlrEl1',
  SCTLR_EL2: 'sctlrEl2',
  CPACR_EL1: 'cpacrEl1',
  CPTR_EL2: 'cptrEl2',
  HCR_EL2: 'hcrEl2',
  MDCR_EL2: 'mdcrEl2',
  MDSCR_EL1: 'mdscrEl1',
  ELR_EL1: 'elrEl1',
  SPSR_EL1: 'spsrEl1',
  DBGBVR0_EL1: 'dbgbvr0',
  DBGBCR0_EL1: 'dbgbcr0',
  DBGWVR0_EL1: 'dbgwvr0',
  DBGWCR0_EL1: 'dbgwcr0',
};

const HALF = 0xffff_ffff_ffff_ffffn;

const folder = new URL('corpus/', import.meta.url);

/** The cases that are kept, by their files' names. */
export function keptCases(): (readonly [name: string, kept: LockstepCase])[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.case'));
  return files.map((name) => [name, readCase(readFileSync(new URL(name, folder), 'utf8'))]);
}

/** Reads a case. Throws SyntaxError for a line that says nothing that is known. */
export function readCase(text: string): LockstepCase {
  const lines = text.split('\n').map((line) => line.replace(/^\s*#.*$|\/\/.*$/, '').trim());
  const level = Number(/^EL = ([0-2])$/m.exec(text)?.[1] ?? 1);
  const test = ordinaryCase(level);
  const data = new Uint8Array(DATA_BYTES);
  const words: number[] = [];
  for (const line of lines.filter((each) => each !== '')) {
    const [, name, value] = /^([\w ]+?) *= *(\w+)$/.exec(line) ?? [];
    if (name === undefined) words.push(wordOf(line));
    else setValue(test, data, name, value);
  }
  test.words = words;
  test.touchesMemory = true;
  return { test, data };
}

function wordOf(line: string): number {
  const [, word] = /^\.word (\w+)$/.exec(line) ?? [];
  return word === undefined ? assemble(line) : Number(word);
}

function setValue(test: TestCase, data: Uint8Array, name: string, text: string): void {
  const value = BigInt(text);
  const [, file, digits] = /^([XV])(\d{1,2})$/.exec(name) ?? [];
  const [, offset] = /^data (\w+)$/.exec(name) ?? [];
  const number = Number(digits);
  if (name === 'EL') return;
  if (name in names) test.set(names[name], value);
  else if (file === 'X' && number < 31) test.setX(number, value);
  else if (file === 'V' && number < 32) {
    for (const half of [0, 1]) test.setV(number, half, (value >> BigInt(64 * half)) & HALF);
  } else if (offset !== undefined && Number(offset) <= DATA_BYTES - 8) {
    new DataView(data.buffer).setBigUint64(Number(offset), value, true);
  } else throw new SyntaxError(`'${name}' is nothing that a case holds`);
}

const hex = (value: bigint | number, digits = 1): string => `0x${value.toString(16).padStart(digits, '0')}`;

/** Writes a case: what differs from the ordinary environment of its level, and the words. */
export function writeCase({ test, data }: LockstepCase, comment = ''): string {
  const ordinary = ordinaryCase(test.level);
  const lines = comment === '' ? [] : comment.split('\n').map((line) => `# ${line}`);
  lines.push(`EL = ${test.level}`);
  for (const [name, field] of Object.entries(names)) {
    if (test.get(field) !== ordinary.get(field)) lines.push(`${name} = ${hex(test.get(field))}`);
  }
  for (let i = 0; i < 31; i++) if (test.x(i) !== 0n) lines.push(`X${i} = ${hex(test.x(i))}`);
  for (let i = 0; i < 32; i++) {
    const value = (test.v(i, 1) << 64n) | test.v(i, 0);
    if (value !== 0n) lines.push(`V${i} = ${hex(value, 32)}`);
  }
  const view = new DataView(data.buffer, data.byteOffset);
  for (let at = 0; at < DATA_BYTES; at += 8) {
    const value = view.getBigUint64(at, true);
    if (value !== 0n) lines.push(`data ${hex(at)} = ${hex(value, 16)}`);
  }
  for (const word of test.words) lines.push(textOf(word));
  return lines.join('\n') + '\n';
}

/** Assembler text where that gives the same word again, otherwise the word and what it is. */
function textOf(word: number): string {
  const text = disassemble(word);
  if (text !== undefined && reassembles(text, word)) return text;
  return `.word ${hex(word, 8)}  // ${text ?? decode(word)?.name ?? 'unallocated'}`;
}

function reassembles(text: string, word: number): boolean {
  try {
    return assemble(text) === word;
  } catch {
    return false;
  }
}
