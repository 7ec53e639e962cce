/** The programs of guest/bench, assembled with clang and linked with lld. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

export const programs = ['integer', 'fp', 'simd', 'memory', 'pages'] as const;
export type Program = (typeof programs)[number];

const SOURCE = 'guest/bench';
const BUILD = '.cache/bench';

/** Path of an ELF file that runs a program's loop so many times and switches the machine off. */
export function build(program: Program, iterations: number): string {
  mkdirSync(BUILD, { recursive: true });
  const object = (name: string): string => {
    const path = join(BUILD, `${name}.o`);
    const target = ['--target=aarch64-none-elf', '-march=armv8-a', `-DITERATIONS=${iterations}`];
    execFileSync('clang', [...target, '-c', join(SOURCE, `${name}.S`), '-o', path]);
    return path;
  };
  const path = join(BUILD, `${program}-${iterations}.elf`);
  execFileSync('ld.lld', ['-T', join(SOURCE, 'bench.ld'), object('start'), object(program), '-o', path]);
  return path;
}
