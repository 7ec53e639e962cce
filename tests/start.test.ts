import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const bin = join(import.meta.dirname, '..', 'bin');
let root: string;
const program = (): string => join(root, 'dist', 'cli', 'firstlight.cjs');
const shared = (): string => join(root, 'dist', 'shared.js');
const files = (): string[] => [program(), shared()];
const cache = (file: string): string => `${file}.cache`;
const caches = (): string[] => files().map(cache);

/** A module that says a word, and a program that says what it hears, as the build would write them. */
function build(identity: string, word: string): void {
  const says = `var said="${word}",word=()=>said+images.mark,plain=1;`;
  const module = `var who=this;import{images}from"./images.js";${says}export{plain,word as say,who};\n`;
  writeFileSync(shared(), `// ${identity}\n${module}`);
  writeFileSync(join(root, 'dist/images.js'), '// Images.\nexport const images = {"mark":"!"};\n');
  const text = `
    const { plain, say, who } = require('../shared.js');
    console.log(say(), plain, who, typeof require('node:fs'), __filename, process.argv[2]);\n`;
  writeFileSync(program(), `// ${identity}\n${text}`);
}
const replace = (file: string, from: string, to: string): void =>
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
function run(environment: Record<string, string> = {}): { output: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'bin/firstlight'), 'argument'], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
  return { output: stdout + stderr, status };
}
const says = (word: string): object => ({
  output: `${word}! 1 undefined object ${program()} argument\n`,
  status: 0,
});
const refuses = (problem: string): object => ({
  output: `firstlight: ${problem}: run npm ci, or npm run build\n`,
  status: 2,
});

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
    expect(caches().some((file) => existsSync(file))).toBe(false);
    expect(run({ FIRSTLIGHT_CODE_CACHE: 'write' })).toEqual(says('one'));
    expect(caches().every((file) => existsSync(file))).toBe(true);
    expect(run()).toEqual(says('one'));
  });

  it('does not use a cache of another program, though it is as long', () => {
    build('a', 'one');
    run({ FIRSTLIGHT_CODE_CACHE: 'write' });
    build('b', 'two');
    for (const file of files()) utimesSync(file, 0, 0);
    expect(run()).toEqual(says('two'));
  });

  it('does not use a cache that is older than the program', () => {
    build('a', 'one');
    run({ FIRSTLIGHT_CODE_CACHE: 'write' });
    build('a', 'two');
    for (const file of caches()) utimesSync(file, 0, 0);
    expect(run()).toEqual(says('two'));
  });

  it('compares the age of each file with that of its own cache', () => {
    build('a', 'one');
    run({ FIRSTLIGHT_CODE_CACHE: 'write' });
    build('a', 'two');
    utimesSync(program(), 0, 0);
    utimesSync(cache(shared()), 0, 0);
    expect(run()).toEqual(says('two'));
  });

  it('does not mind a cache that V8 refuses', () => {
    build('a', 'one');
    for (const content of ['', '// a\n', '// a\nnot what V8 makes', '\0'.repeat(100)]) {
      for (const file of caches()) writeFileSync(file, content);
      expect(run()).toEqual(says('one'));
    }
    run({ FIRSTLIGHT_CODE_CACHE: 'write' });
    // Other options of V8 make other code.
    expect(run({ NODE_OPTIONS: '--stack-trace-limit=5' })).toEqual(says('one'));
  });

  it('says what to do when nothing is built', () => {
    expect(run()).toEqual(refuses('dist/cli/firstlight.cjs is missing'));
    for (const name of ['shared.js', 'images.js']) {
      build('a', 'one');
      rmSync(join(root, 'dist', name));
      expect(run()).toEqual(refuses(`dist/${name} is missing`));
    }
  });

  it('does not mix two builds', () => {
    build('a', 'one');
    replace(shared(), '// a', '// b');
    expect(run()).toEqual(refuses('dist/shared.js and dist/cli/firstlight.cjs are of different builds'));
  });

  it('knows one form of the module only', () => {
    const expected = 'expected import{images}from"./images.js"; inside and export{...}; last';
    for (const [from, to] of [
      ['import{images}', 'import {images}'],
      ['export{plain', 'export default{plain'],
      ['who};', 'who};more();'],
    ]) {
      build('a', 'one');
      replace(shared(), from, to);
      expect(run()).toEqual(refuses(`dist/shared.js is not what esbuild makes: ${expected}`));
    }
  });

  it('leaves lines where they are, for traces of the stack', () => {
    build('a', 'one');
    replace(shared(), 'plain=1;', 'plain=1;\n\nsay();');
    const { output } = run();
    expect(output).toContain(`${shared()}:4`);
  });
});
