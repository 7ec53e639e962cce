/** LLVM's disassembler as an oracle: `llvm-mc` for ARMv8.0-A with CRC32, AES, PMULL, SHA1 and SHA2. */
import { spawnSync } from 'node:child_process';

const ARGUMENTS = ['--disassemble', '--triple=aarch64', '-mattr=+v8a,+fp-armv8,+neon,+crc,+aes,+sha2'];
const MAX_OUTPUT = 1 << 28;

/** The major version of the `llvm-mc` in the path; undefined where there is none. */
export function llvmVersion(): number | undefined {
  const { stdout } = spawnSync('llvm-mc', ['--version'], { encoding: 'utf8' });
  const match = /LLVM version (\d+)/.exec(stdout ?? '');
  return match === null ? undefined : Number(match[1]);
}

function bytesOf(word: number): string {
  return [0, 8, 16, 24].map((shift) => `0x${((word >>> shift) & 255).toString(16)}`).join(' ');
}

/** One blank between words, and no comment (`// =4096`). */
function normalise(line: string): string {
  return line
    .replace(/\/\/.*/, '')
    .trim()
    .replace(/\s+/g, ' ');
}

/** LLVM's text of each word; undefined where LLVM knows no instruction. */
export function llvmTexts(words: readonly number[]): (string | undefined)[] {
  const input = words.map(bytesOf).join('\n');
  const { stdout, stderr, error } = spawnSync('llvm-mc', ARGUMENTS, {
    input,
    maxBuffer: MAX_OUTPUT,
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  const invalid = new Set<number>();
  for (const match of stderr.matchAll(/^<stdin>:(\d+):\d+: warning: invalid instruction/gm)) {
    invalid.add(Number(match[1]) - 1);
  }
  const lines = stdout.split('\n').filter((line) => line.trim() !== '' && line.trim() !== '.text');
  if (lines.length + invalid.size !== words.length) {
    throw new Error(`llvm-mc answered ${lines.length} + ${invalid.size} of ${words.length} words`);
  }
  let next = 0;
  return words.map((_, at) => (invalid.has(at) ? undefined : normalise(lines[next++])));
}
