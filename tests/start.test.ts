import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const bin = join(import.meta.dirname, '..', 'bin');
let root: string;
const program = (): string => join(root, 'dist', 'cli', 'firstlight.cjs');
const cache = (): string => `${program()}.cache`;

/** A program that says a word, as the build would write it. */
function build(identity: string, word: string): void {
  const text = `console.log('${word}', typeof require('node:fs'), __filename, process.argv[2]);\n`;
  writeFileSync(program(), `// ${identity}\n${text}`);
}
function run(environment: Record<string, string> = {}): { output: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'bin/firstlight'), 'argument'], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
  return { output: stdout + stderr, status };
}
const says = (word: string): object => ({ output: `${word} object ${program()} argument\n`, status: 0 });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'firstlight-start-'));
  mkdirSync(join(root, 'bin'));
  mkdirSync(join(root, 'dist', 'cli'), { recursive: true });
  for (const name of ['firstlight', 'package.json']) copyFileSync(join(bin, name), join(root, 'bin', name));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('bin/firstlight', () => {
  it('runs the program, without a cache and with one', () => {
    build('a', 'one');
    expect(run()).toEqual(says('one'));
    expect(existsSync(cache())).toBe(false);
    expect(run({ FIRSTLIGHT_CODE_CACHE: 'write' })).toEqual(says('one'));
    expect(existsSync(cache())).toBe(true);
    expect(run()).toEqual(says('one'));
  });

  it('does not use a cache of another program, though it is as long', () => {
    build('a', 'one');
    run({ FIRSTLIGHT_CODE_CACHE: 'write' });
    build('b', 'two');
    utimesSync(program(), 0, 0);
    expect(run()).toEqual(says('two'));
  });

  it('does not use a cache that is older than the program', () => {
    build('a', 'one');
    run({ FIRSTLIGHT_CODE_CACHE: 'write' });
    build('a', 'two');
    utimesSync(cache(), 0, 0);
    expect(run()).toEqual(says('two'));
  });

  it('does not mind a cache that V8 refuses', () => {
    build('a', 'one');
    for (const content of ['', '// a\n', '// a\nnot what V8 makes', '\0'.repeat(100)]) {
      writeFileSync(cache(), content);
      expect(run()).toEqual(says('one'));
    }
    run({ FIRSTLIGHT_CODE_CACHE: 'write' });
    // Other options of V8 make other code.
    expect(run({ NODE_OPTIONS: '--stack-trace-limit=5' })).toEqual(says('one'));
  });

  it('says what to do when nothing is built', () => {
    expect(run()).toEqual({
      output: 'firstlight: dist/cli/firstlight.cjs is missing: run npm ci, or npm run build\n',
      status: 2,
    });
  });
});
