/** Documents with commands: their files are compiled, their commands run in order, and they print what it says. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine, hasClang } from '../programs/command-line.js';

const root = join(import.meta.dirname, '../..');

let commands: CommandLine;
const run = (text: string): string => commands.run(text);

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
  commands = await CommandLine.create();
});
afterAll(() => commands.remove());

describe.runIf(hasClang()).each(['writing-programs.md', 'built-in-system.md'])('docs/%s', (name) => {
  const document = readFileSync(join(root, 'docs', name), 'utf8');
  let output = '';
  it.each(blocks(document).map(({ language, text }) => ({ language, text, line: text.split('\n')[0] })))(
    '$language: $line',
    ({ language, text, line }) => {
      if (language === 'sh') output = run(text);
      else if (language === 'text') expectLines(output, text);
      else writeFileSync(join(commands.directory, line.replace('// ', '')), `${text}\n`);
    },
  );
});

describe('firstlight sysroot', () => {
  const refused = (argument: string): string =>
    spawnSync(join(commands.directory, 'bin', 'firstlight'), ['sysroot', argument], {
      cwd: commands.directory,
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

  it('looks at nothing below a directory to refuse it', () => {
    // A sysroot of somebody's, and options that never end: neither is one of ours.
    run('mkdir -p deep/below; firstlight sysroot deep/below/zircon; mkdir fifo; mkfifo fifo/clang.cfg');
    expect(refused('deep')).toMatch(/expected a new or empty directory/);
    expect(refused('fifo')).toMatch(/expected a new or empty directory/);
  });
});
