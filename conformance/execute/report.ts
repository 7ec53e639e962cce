/** Prints a disagreement so that its cause can be found: the words, what went in, what was expected, what came. */
import { execFileSync } from 'node:child_process';
import { differences } from './compare.js';
import type { TestCase } from '../../tests/cases/test-case.js';
import type { TestResult } from './records.js';
import { comparable } from './unspecified.js';

const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

/** LLVM's disassembly of `words`, one line each; the words alone where LLVM knows none. */
function disassembly(words: readonly number[]): string[] {
  const bytes = words
    .map((word) => [0, 8, 16, 24].map((shift) => `0x${((word >>> shift) & 255).toString(16)}`).join(' '))
    .join('\n');
  const output = execFileSync('llvm-mc', ['--disassemble', '--triple=aarch64', '--mattr=+crc,+crypto'], {
    input: bytes,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = output.split('\n').filter((line) => line.startsWith('\t') && !line.startsWith('\t.'));
  if (lines.length !== words.length) return words.map(hex);
  return lines.map((line) => line.trim().replaceAll('\t', ' '));
}

/** Registers that the words name in a register field's usual place. */
function namedRegisters(words: readonly number[]): number[] {
  const numbers = new Set<number>();
  for (const word of words) for (const lsb of [0, 5, 10, 16]) numbers.add((word >>> lsb) & 31);
  return [...numbers].sort((a, b) => a - b);
}

function inputs(test: TestCase): string[] {
  const lines = namedRegisters(test.words).map((n) => {
    const x = n < 31 ? `x${n}=${hex(test.x(n))} ` : '';
    return `${x}v${n}=${test.v(n, 1).toString(16).padStart(16, '0')}_${test.v(n, 0).toString(16).padStart(16, '0')}`;
  });
  const registers = [
    'spsr',
    'pc',
    'fpcr',
    'fpsr',
    'sctlrEl1',
    'sctlrEl2',
    'cpacrEl1',
    'hcrEl2',
    'cptrEl2',
    'mdcrEl2',
  ] as const;
  lines.push(`EL${test.level} sp=${hex(test.get(test.stackPointer))}`);
  lines.push(registers.map((name) => `${name}=${hex(test.get(name))}`).join(' '));
  return lines;
}

/** Several lines about one disagreement. `title` is the encoding's name or the kind of test. */
export function describe(title: string, test: TestCase, expected: TestResult, got: TestResult): string {
  const code = disassembly(test.words).map(
    (text, i) => `  ${test.words[i].toString(16).padStart(8, '0')}  ${text}`,
  );
  const parts = differences(comparable(test, expected), comparable(test, got)).map(
    ({ what, expected: a, got: b }) => `    ${what}: expected ${a}, got ${b}`,
  );
  return [title, ...code, ...inputs(test).map((line) => `    ${line}`), ...parts].join('\n');
}
