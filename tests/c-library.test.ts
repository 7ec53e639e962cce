/** The C library, and C++ with zx:: over it: programs that print the same as with other libraries. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine, hasClang } from './programs/command-line.js';

const source = (name: string): string => join(import.meta.dirname, 'programs', 'c', name);
const data = (name: string): string => readFileSync(join(import.meta.dirname, 'data', 'c', name), 'utf8');

const warnings = '-Wall -Wextra -Werror';

/** What compilers are told of speed and size, which decides what they call by themselves. */
const levels = ['-O0', '-O2', '-O3 -ffast-math', '-Oz'];
const leveled = (level: string): string => `compiled${level.replaceAll(' ', '')}`;

/** What the host's C library is to print as well. */
const shared = ['library', 'format', 'scan', 'calendar', 'mathematics', 'more'];

describe.runIf(hasClang())('the C library', () => {
  let commands: CommandLine;
  /** What the programs print on the machine. */
  let printed: Map<string, string>;
  beforeAll(async () => {
    commands = await CommandLine.create();
    commands.run('firstlight sysroot sysroot');
    const programs = [...shared, 'quad'];
    for (const name of programs)
      commands.run(
        `clang --config sysroot/clang.cfg -std=gnu11 -O1 -fno-builtin ${source(`${name}.c`)} -o ${name}`,
      );
    commands.run(
      `clang++ --config sysroot/clang.cfg -std=c++17 -O2 ${warnings} ${source('objects.cc')} -o objects`,
    );
    for (const level of levels)
      commands.run(
        `clang --config sysroot/clang.cfg -std=gnu11 ${level} ${source('compiled.c')} -o ${leveled(level)}`,
      );
    printed = commands.runPrograms([...programs, 'objects', ...levels.map(leveled)]);
  }, 60_000);
  afterAll(() => commands.remove());

  it.each(shared)("prints what the host's C library prints: %s.c", (name) => {
    const flags = '-std=gnu11 -O1 -DPLACES=4 -fno-builtin';
    commands.run(`clang ${flags} ${source(`${name}.c`)} -lm -lpthread -o ${name}.host`);
    expect(printed.get(name)).toBe(commands.run(`./${name}.host`));
  });

  it('has what compilers call by themselves, at each level of optimization', () => {
    commands.run(`clang -std=gnu11 -O1 ${source('compiled.c')} -lm -o compiled.host`);
    const expected = commands.run('./compiled.host');
    for (const level of levels) expect(printed.get(leveled(level)), level).toBe(expected);
  });

  it('prints of long double what glibc prints on arm64', () => {
    expect(printed.get('quad')).toBe(data('quad.txt'));
  });

  // POSIX, strftime(): glibc does not have the flag +.
  it('puts a sign in front of years that take more than their places', () => {
    const lines = [
      '#include <stdio.h>',
      '#include <time.h>',
      'static void show(int year) {',
      '  char text[200];',
      '  struct tm tm = {.tm_year = year - 1900, .tm_mon = 5, .tm_mday = 15, .tm_wday = 1, .tm_yday = 165};',
      '  strftime(text, sizeof(text), "%Y %+Y %+4Y %+5Y %+6Y %+2Y %+C %+3C %+4G %+F %+10F %+12F", &tm);',
      '  puts(text);',
      '  strftime(text, sizeof(text), "%+|%+", &tm);',
      '  puts(text);',
      '}',
      'int main(void) { show(270); show(2026); show(12345); }',
    ];
    writeFileSync(join(commands.directory, 'years.c'), lines.join('\n'));
    commands.run('clang --config sysroot/clang.cfg -Wall -Werror -Wno-format years.c -o years');
    const output = commands.runProgram('years');
    for (const line of [
      '270 0270 0270 +0270 +00270 270 02 +02 0270 0270-06-15 0270-06-15 +00270-06-15',
      '2026 2026 2026 +2026 +02026 2026 20 +20 2026 2026-06-15 2026-06-15 +02026-06-15',
      '12345 +12345 +12345 +12345 +12345 +12345 +123 +123 +12345 +12345-06-15 +12345-06-15 +12345-06-15',
    ])
      expect(output).toContain(`${line}\n`);
    expect(output).toMatch(/^Mon Jun 15 00:00:00 .*2026\|Mon Jun 15 00:00:00 .*2026$/m);
  });

  it('lets programs be written in C++ of each age, with zx::', () => {
    expect(printed.get('objects')).toBe(data('objects.txt'));
    for (const standard of ['gnu++14', 'c++20'])
      commands.run(
        `clang++ --config sysroot/clang.cfg -std=${standard} -faligned-allocation -fsyntax-only ${warnings} ${source('objects.cc')}`,
      );
  });

  it("says which of Zircon's assertions is broken", () => {
    const lines = [
      '#include <zircon/assert.h>',
      'int main(void) {',
      '  ZX_ASSERT(1); ZX_DEBUG_ASSERT(0); ZX_DEBUG_ASSERT_COND(nowhere());',
      '  ZX_ASSERT_MSG(1 + 1 == 3, "sum %d", 2);',
      '}',
    ];
    writeFileSync(join(commands.directory, 'broken.c'), lines.join('\n'));
    commands.run('clang --config sysroot/clang.cfg -Wall -Werror broken.c -o broken');
    expect(commands.runProgram('broken')).toContain('broken.c:4: assertion failed: 1 + 1 == 3: sum 2\n');
  });

  it('has headers that C++ and strict C take', () => {
    const list = (suffix: string): string[] =>
      commands.run(`cd sysroot/include; find . ${suffix} | sed "s#^./##" | sort`).trim().split('\n');
    const text = (names: string[]): string => names.map((name) => `#include <${name}>\n`).join('');
    const c = list('-name "*.h" -not -path "./lib/zx/*"');
    const cxx = [
      ...c,
      ...list('-path "./lib/zx/*.h"'),
      ...commands.run('ls sysroot/include/c++').trim().split('\n'),
    ];
    writeFileSync(join(commands.directory, 'all.c'), text(c));
    writeFileSync(join(commands.directory, 'all.cc'), text(cxx));
    const flags = '--config sysroot/clang.cfg -Wall -Wextra -Werror -fsyntax-only';
    commands.run(`clang ${flags} -std=c11 all.c; clang++ ${flags} -std=c++17 all.cc`);
  });
});
