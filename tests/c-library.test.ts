/** The C library, and C++ with zx:: over it: programs that print the same as with other libraries. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine, hasClang } from './programs/command-line.js';

const source = (name: string): string => join(import.meta.dirname, 'programs', 'c', name);
const data = (name: string): string => readFileSync(join(import.meta.dirname, 'data', 'c', name), 'utf8');

describe.runIf(hasClang())('the C library', () => {
  let commands: CommandLine;
  beforeAll(async () => {
    commands = await CommandLine.create();
    commands.run('firstlight sysroot sysroot');
  });
  afterAll(() => commands.remove());

  const guest = (name: string): string => {
    commands.run(
      `clang --config sysroot/clang.cfg -std=gnu11 -O1 -fno-builtin ${source(name)} -o ${name}.guest`,
    );
    return commands.runProgram(`${name}.guest`);
  };
  const host = (name: string): string => {
    commands.run(
      `clang -std=gnu11 -O1 -DPLACES=4 -fno-builtin ${source(name)} -lm -lpthread -o ${name}.host`,
    );
    return commands.run(`./${name}.host`);
  };

  it.each(['library.c', 'format.c', 'scan.c', 'calendar.c', 'mathematics.c', 'more.c'])(
    "prints what the host's C library prints: %s",
    (name) => expect(guest(name)).toBe(host(name)),
  );

  it('prints of long double what glibc prints on arm64', () => {
    expect(guest('quad.c')).toBe(data('quad.txt'));
  });

  it.each(['gnu++14', 'c++17', 'c++20'])('lets programs be written in %s, with zx::', (standard) => {
    const warnings = '-Wall -Wextra -Werror';
    commands.run(
      `clang++ --config sysroot/clang.cfg -std=${standard} -faligned-allocation -O2 ${warnings} ${source('objects.cc')} -o objects`,
    );
    if (standard === 'c++17') expect(commands.runProgram('objects')).toBe(data('objects.txt'));
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
