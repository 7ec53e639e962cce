/** The set built with clang and lld, without a C library, and the initramfs that it runs from. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { characterDevice, directory, file } from '../../scripts/archive-entries.js';
import { writeCpio } from '../../src/images/index.js';
import { programs } from './programs.js';

const SOURCE = resolve('guest/bench-linux');
const BUILD = resolve('.cache/bench');

/** What clang is told of each. Of i386, v86 has all up to SSE3. */
const targets = {
  arm64: ['--target=aarch64-linux-gnu', '-march=armv8-a'],
  i386: ['--target=i386-linux-gnu', '-march=pentium4', '-mfpmath=sse'],
} as const;
export type Architecture = keyof typeof targets;

const flags = [
  ...['-std=gnu11', '-O2', '-ffreestanding', '-fno-pic', '-fno-stack-protector', '-fno-math-errno'],
  ...['-Wall', '-Wextra', '-Werror', `-I${join(SOURCE, 'runtime')}`],
];

/** What all programs have in common, init too. */
const runtime = ['start', 'system', 'memory', 'text'];

/** An initramfs with init and, by their names, the given files. */
export type Initramfs = (plan: readonly string[], extra?: Readonly<Record<string, Uint8Array>>) => Uint8Array;

/** Builds the set. */
export function buildSet(architecture: Architecture): Initramfs {
  const build = join(BUILD, `linux-${architecture}`);
  mkdirSync(build, { recursive: true });
  const sources = ['runtime', 'compute', 'vectors', 'kernel'].flatMap((folder) =>
    readdirSync(join(SOURCE, folder))
      .filter((name) => name.endsWith('.c'))
      .map((name) => join(SOURCE, folder, name)),
  );
  execFileSync('clang', [...targets[architecture], ...flags, '-c', ...sources], { cwd: build });
  const link = (name: string, ...objects: string[]): Uint8Array => {
    const inputs = [...runtime, ...objects].map((each) => `${each}.o`);
    execFileSync('ld.lld', ['-static', '--strip-all', ...inputs, '-o', name], { cwd: build });
    return readFileSync(join(build, name));
  };
  const init = link('init', 'init');
  const files = programs.map(({ name }) => file(name, link(name, 'program', name), 0o755));
  return (plan, extra = {}) =>
    writeCpio([
      directory('dev'),
      characterDevice('dev/console', 5, 1),
      characterDevice('dev/null', 1, 3),
      file('init', init, 0o755),
      file('plan', plan.map((word) => `${word}\0`).join('')),
      ...files,
      ...Object.entries(extra).map(([name, bytes]) => file(name, bytes, 0o755)),
    ]);
}

/** Writes an initramfs where machines find it. */
export function writeInitramfs(name: string, bytes: Uint8Array): string {
  const path = join(BUILD, name);
  writeFileSync(path, bytes);
  return path;
}
