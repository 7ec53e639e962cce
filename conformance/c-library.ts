/**
 * The guest's C library against glibc and libgcc on arm64: programs of tests/programs/c, compiled for both, run on the
 * machine and by QEMU, print the same. And what the fast tests compare with is what these libraries give: tests/data/c.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandLine } from '../tests/programs/command-line.js';

const root = join(import.meta.dirname, '..');

export interface Comparison {
  readonly name: string;
  readonly lines: number;
  /** The first lines that differ, as both have them. */
  readonly differing: readonly string[];
}

function compare(name: string, here: string, there: string): Comparison {
  const own = here.split('\n');
  const other = there.split('\n');
  const differing = other.flatMap((line, i) => (own[i] === line ? [] : [`here  ${own[i]}`, `there ${line}`]));
  return { name, lines: other.length, differing: differing.slice(0, 20) };
}

/** One program, on the machine and on QEMU. */
function compareProgram(commands: CommandLine, name: string): Comparison {
  const source = join(root, 'tests', 'programs', 'c', `${name}.c`);
  // Nothing may be computed by a compiler.
  const flags = '-std=gnu11 -O1 -fno-builtin -w';
  commands.run(`clang --config sysroot/clang.cfg ${flags} ${source} -o ${name}.guest
    aarch64-linux-gnu-gcc -static -DPLACES=4 ${flags} ${source} -o ${name}.glibc -lm -lpthread`);
  return compare(name, commands.runProgram(`${name}.guest`), commands.run(`qemu-aarch64 ./${name}.glibc`));
}

/** A file of tests/data/c and what it is made from. */
function compareData(name: string, made: string): Comparison {
  return compare(name, readFileSync(join(root, 'tests', 'data', 'c', name), 'utf8'), made);
}

const programs = ['library', 'format', 'scan', 'calendar', 'mathematics', 'more', 'quad'];

export async function compareCLibrary(): Promise<Comparison[]> {
  const commands = await CommandLine.create();
  try {
    commands.run('firstlight sysroot sysroot');
    const compared = programs.map((name) => compareProgram(commands, name));
    const mathematics = join(import.meta.dirname, 'c-library', 'mathematics.c');
    commands.run(`gcc -O1 ${mathematics} -o mathematics -lquadmath`);
    return [
      ...compared,
      compareData('quad.txt', commands.run('qemu-aarch64 ./quad.glibc')),
      compareData(
        'mathematics.h',
        execFileSync(join(commands.directory, 'mathematics'), { encoding: 'utf8' }),
      ),
    ];
  } finally {
    commands.remove();
  }
}
