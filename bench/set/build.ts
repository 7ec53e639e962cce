/** The set built with clang and lld, without a C library, and the initramfs that it runs from. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { characterDevice, directory, file } from '../../scripts/archive-entries.js';
import { sourcesIn, Workshop } from '../../scripts/zircon/build/toolchain.js';
import { writeCpio } from '../../src/images/index.js';
import { programs, unmeasured } from './programs.js';

const SOURCE = 'guest/bench-linux';

/** What clang is told of each. Of i386, v86 has all up to SSE3. */
const targets = {
  arm64: ['--target=aarch64-linux-gnu', '-march=armv8-a'],
  i386: ['--target=i386-linux-gnu', '-march=pentium4', '-mfpmath=sse'],
} as const;
export type Architecture = keyof typeof targets;

const flags = [
  ...['-O2', '-ffreestanding', '-fno-pic', '-fno-stack-protector', '-fno-math-errno'],
  ...['-Wall', '-Wextra', '-Werror', `-Isource/${SOURCE}/runtime`],
];

/** What all programs have in common, init too. */
const runtime = ['start', 'system', 'memory', 'text'];

/** An initramfs with init, the set, a plan for init (guest/bench-linux/runtime/init.c), and more files by their names. */
export type Initramfs = (plan: readonly string[], more?: Readonly<Record<string, Uint8Array>>) => Uint8Array;

/** Builds the set. */
export function buildSet(architecture: Architecture): Initramfs {
  const workshop = new Workshop();
  try {
    const isArm = architecture === 'arm64';
    const folders = ['runtime', 'compute', 'vectors', 'kernel', ...(isArm ? ['code'] : [])];
    const sources = folders.flatMap((folder) => sourcesIn(`${SOURCE}/${folder}`));
    const objects = new Map(
      workshop
        .compile(sources, [...targets[architecture], ...flags])
        .map((object) => [basename(object, '.c.o'), object]),
    );
    const link = (...parts: string[]): Uint8Array => {
      const inputs = [...runtime, ...parts].map((part) => objects.get(part) ?? part);
      workshop.run('ld.lld', ['-static', '--strip-all', ...inputs, '-o', 'linked']);
      return workshop.read('linked');
    };
    const init = link('init');
    const names = [...programs.map(({ name }) => name), ...(isArm ? unmeasured : [])];
    const files = names.map((name) => file(name, link('program', name), 0o755));
    return (plan, more = {}) =>
      writeCpio([
        directory('dev'),
        characterDevice('dev/console', 5, 1),
        characterDevice('dev/null', 1, 3),
        file('init', init, 0o755),
        file('plan', plan.map((word) => `${word}\0`).join('')),
        ...files,
        ...Object.entries(more).map(([name, bytes]) => file(name, bytes, 0o755)),
      ]);
  } finally {
    workshop.remove();
  }
}

/** Writes initramfs archives where machines find them, and has `act` use them. */
export async function withFiles<T>(
  archives: readonly Uint8Array[],
  act: (paths: readonly string[]) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'firstlight-bench-'));
  try {
    const paths = archives.map((bytes, i) => {
      const path = join(folder, `${i}.cpio`);
      writeFileSync(path, bytes);
      return path;
    });
    return await act(paths);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
