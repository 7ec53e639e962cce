/**
 * Userboot's readers of boot images (guest/userboot: ZBI, LZ4, BOOTFS, ELF), compiled for the host under address and
 * undefined-behaviour sanitizers: frames made by the `lz4` command are decoded, and mutations of a good boot image end
 * in a problem or in none, never in an access outside.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLz4, writeBootfs, writeZbi, zbiType } from '../../src/images/index.js';
import { imageBytes } from '../../src/zircon/images/embedded.js';
import { builtInFiles } from '../../src/zircon/index.js';

const root = join(import.meta.dirname, '..', '..');
const ROUNDS = 20_000;

export interface ReadersReport {
  /** Frames of the `lz4` command that were decoded to the same bytes as by src/images. */
  readonly frames: number;
  readonly mutations: number;
  /** How often each outcome was found. */
  readonly outcomes: readonly { readonly text: string; readonly count: number }[];
}

/** @throws if a sanitizer or a comparison complains */
export function readers(): ReadersReport {
  const directory = mkdtempSync(join(tmpdir(), 'firstlight-userboot-'));
  try {
    const parts = compile(directory);
    const run = (...args: string[]): Buffer =>
      execFileSync(parts, args, {
        env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' },
        maxBuffer: 1 << 26,
      });
    const frames = compareFrames(run);
    const outcomes = ['lz4', 'plain'].flatMap((kind, seed) => {
      const image = join(directory, `${kind}.zbi`);
      writeFileSync(image, bootImage(kind === 'lz4'));
      return outcomesOf(run('fuzz', image, String(ROUNDS), String(seed + 1)));
    });
    return { frames, mutations: 2 * ROUNDS, outcomes: merge(outcomes) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function compile(directory: string): string {
  const output = join(directory, 'parts');
  const sources = ['test/parts', 'checksum', 'lz4', 'zbi', 'bootfs', 'elf'];
  execFileSync('clang', [
    ...['-O1', '-g', '-Wall', '-Wextra', '-Werror'],
    ...['-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
    ...['-isystem', join(root, 'guest', 'include')],
    ...sources.map((name) => join(root, 'guest', 'userboot', `${name}.c`)),
    ...['-o', output],
  ]);
  return output;
}

/** The frames in tests/data/images are the `lz4` command's: linked blocks, block checksums, content checksums. */
function compareFrames(run: (...args: string[]) => Buffer): number {
  const names = ['linked', 'checked', 'sized'];
  for (const name of names) {
    const path = join(root, 'tests', 'data', 'images', `${name}.lz4`);
    const wanted = readLz4(readFileSync(path));
    if (!run('decode', path, String(wanted.length)).equals(wanted))
      throw new Error(`${name}.lz4: decoded otherwise`);
  }
  return names.length;
}

/** A good boot image with programs, a library and a file of text. */
function bootImage(compressed: boolean): Uint8Array {
  const files = [
    ...[...builtInFiles()].map(([name, data]) => ({ name, data })),
    { name: 'lib/libzircon.so', data: imageBytes('vdso') },
    { name: 'data/text', data: new TextEncoder().encode('text\n'.repeat(1000)) },
  ];
  return writeZbi([{ type: zbiType.STORAGE_BOOTFS, payload: writeBootfs(files), compress: compressed }]);
}

const outcomesOf = (output: Buffer): { text: string; count: number }[] =>
  output
    .toString()
    .trim()
    .split('\n')
    .map((line) => /^(\d+) (.*)$/.exec(line))
    .map((match) => ({ count: Number(match?.[1]), text: match?.[2] ?? '' }));

function merge(outcomes: readonly { text: string; count: number }[]): { text: string; count: number }[] {
  const totals = new Map<string, number>();
  for (const { text, count } of outcomes) totals.set(text, (totals.get(text) ?? 0) + count);
  return [...totals].map(([text, count]) => ({ text, count })).sort((a, b) => b.count - a.count);
}
