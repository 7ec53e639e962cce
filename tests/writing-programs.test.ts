/** docs/writing-programs.md: its files are compiled, its commands run in order, and they print what it says. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProgram } from '../src/cli/test-process.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const hasClang =
  spawnSync('clang', ['--version']).status === 0 && spawnSync('ld.lld', ['--version']).status === 0;
if (!hasClang && process.env.CI !== undefined)
  throw new Error('clang or lld is missing: apt-get install them');

let directory: string;

/** The command line of the present source, as a program `firstlight` in `bin`. */
async function bundle(bin: string): Promise<void> {
  mkdirSync(bin);
  const program = await buildProgram(join(directory, 'package'));
  chmodSync(program, 0o755);
  // The headers that the package carries.
  symlinkSync(join(root, 'guest'), join(directory, 'package', 'guest'));
  symlinkSync(program, join(bin, 'firstlight'));
}

/** Runs commands in the directory and returns all that they print. @throws if they fail */
function run(commands: string): string {
  const PATH = `${join(directory, 'bin')}:${process.env.PATH}`;
  const script = `set -e -o pipefail; exec 2>&1\n${commands}`;
  const output = execFileSync('bash', ['-c', script], {
    cwd: directory,
    encoding: 'utf8',
    env: { ...process.env, PATH },
    timeout: 60_000,
    input: '',
  });
  return output.replaceAll('\r', '');
}

/** What a line of the document stands for: `...` is any text. */
function pattern(line: string): RegExp {
  const parts = line.split('...').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

/** That the lines of `wanted` occur in `output` in this order. */
function expectLines(output: string, wanted: string): void {
  const lines = output.split('\n');
  for (const line of wanted.split('\n')) {
    const at = lines.findIndex((each) => pattern(line).test(each.replace(/\s+/g, ' ')));
    expect(at, `'${line}' in\n${output}`).toBeGreaterThanOrEqual(0);
    lines.splice(0, at + 1);
  }
}

interface Block {
  readonly language: string;
  readonly text: string;
}

function blocks(document: string): Block[] {
  const found = document.matchAll(/\n```(\w+)\n([^]*?)\n```\n/g);
  return [...found].map(([, language, text]) => ({ language, text }));
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'firstlight-writing-'));
  await bundle(join(directory, 'bin'));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe.runIf(hasClang)('docs/writing-programs.md', () => {
  const document = readFileSync(join(root, 'docs', 'writing-programs.md'), 'utf8');
  let output = '';
  it.each(blocks(document).map(({ language, text }) => ({ language, text, line: text.split('\n')[0] })))(
    '$language: $line',
    ({ language, text, line }) => {
      if (language === 'sh') output = run(text);
      else if (language === 'text') expectLines(output, text);
      else writeFileSync(join(directory, line.replace('// ', '')), `${text}\n`);
    },
  );
});

describe.runIf(hasClang)('the C library', () => {
  const source = join(root, 'tests', 'programs', 'c', 'library.c');
  beforeAll(() => {
    run(`firstlight sysroot sysroot\nclang --config sysroot/clang.cfg -std=gnu11 -O1 ${source} -o library`);
  });

  it("prints what the host's C library prints", () => {
    run(`clang -std=gnu11 -O1 ${source} -lm -lpthread -o library-host`);
    const guest = run(
      'firstlight zircon --add bin/l=library --append "userboot.next=bin/l userboot.shutdown"',
    );
    const own = guest.split('\n').filter((line) => !/^\[\d{5}\.\d{3}\] /.test(line));
    expect(own.join('\n')).toBe(run('./library-host'));
  });

  it("says which of Zircon's assertions is broken", () => {
    const lines = [
      '#include <zircon/assert.h>',
      'int main(void) {',
      '  ZX_ASSERT(1); ZX_DEBUG_ASSERT(0); ZX_DEBUG_ASSERT_COND(nowhere());',
      '  ZX_ASSERT_MSG(1 + 1 == 3, "sum %d", 2);',
      '}',
    ];
    writeFileSync(join(directory, 'broken.c'), lines.join('\n'));
    run('clang --config sysroot/clang.cfg -Wall -Werror broken.c -o broken');
    const guest = run(
      'firstlight zircon --add bin/b=broken --append "userboot.next=bin/b userboot.shutdown"',
    );
    expectLines(guest, 'broken.c:4: assertion failed: 1 + 1 == 3: sum 2');
  });

  it('has headers that C++ and strict C take', () => {
    const headers = run('cd sysroot/include; find . -name "*.h" | sed "s#^./##" | sort').trim().split('\n');
    const text = headers.map((name) => `#include <${name}>\n`).join('');
    writeFileSync(join(directory, 'all.c'), text);
    const flags = '--config sysroot/clang.cfg -Wall -Wextra -Werror -fsyntax-only';
    run(`clang ${flags} -std=c11 all.c; clang++ ${flags} -std=c++17 -x c++ all.c`);
  });
});

describe('firstlight sysroot', () => {
  const refused = (argument: string): string =>
    spawnSync(join(directory, 'bin', 'firstlight'), ['sysroot', argument], {
      cwd: directory,
      encoding: 'utf8',
    }).stderr;

  it('takes a new directory, an empty one, and its own, with any characters in the name', () => {
    run('mkdir "a b"; firstlight sysroot "a b"; firstlight sysroot "a b"; firstlight sysroot new/one');
    expect(run('ls -A "a b" new/one/lib')).toContain('static.cfg');
    expect(run('ls -A "a b"').trim().split('\n')).toHaveLength(4);
  });

  it('leaves other directories and files alone', () => {
    run('mkdir other; echo 1 > other/file; echo 2 > plain');
    const expected = 'expected a new or empty directory, or an earlier sysroot';
    expect(refused('other')).toBe(`firstlight: sysroot: other: ${expected}\n`);
    expect(refused('plain')).toMatch(/^firstlight: .*plain: .*not a directory\n$/);
    expect(refused('plain/below')).toMatch(/^firstlight: .*plain.*: .*not a directory\n$/);
    expect(refused('/proc/none')).toBe('firstlight: /proc/none: no such file or directory\n');
    expect(run('cat other/file plain; ls -A other')).toBe('1\n2\nfile\n');
  });
});
