import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { FileError } from './error.js';
import { checkOutputs, replaceDirectory, writeOutput } from './index.js';

let directory: string;
const file = (name: string) => join(directory, name);
const isRoot = process.getuid?.() === 0;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'firstlight-outputs-'));
  chmodSync(directory, 0o755);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** An empty directory of its own. */
function place(name: string): (file: string) => string {
  mkdirSync(file(name));
  return (inside) => join(file(name), inside);
}

describe('a file that is written', () => {
  it('takes the place of the old one, with its mode', () => {
    const at = place('mode');
    for (const mode of [0o600, 0o640, 0o755, 0o4711]) {
      writeFileSync(at('f'), 'old and longer');
      chmodSync(at('f'), mode);
      const { ino } = statSync(at('f'));
      writeOutput(at('f'), 'new');
      expect(readFileSync(at('f'), 'utf8')).toBe('new');
      expect(statSync(at('f')).mode & 0o7777).toBe(mode);
      expect(statSync(at('f')).ino).not.toBe(ino);
    }
    expect(readdirSync(at('.'))).toEqual(['f']);
  });

  it('has the mode that the umask leaves if it is new', () => {
    const at = place('new');
    const umask = process.umask(0o027);
    writeOutput(at('f'), 'new');
    process.umask(umask);
    expect(statSync(at('f')).mode & 0o7777).toBe(0o640);
  });

  it('belongs to whom the old one belonged', (context) => {
    if (!isRoot) return context.skip('only root can give files away');
    const at = place('owner');
    writeFileSync(at('f'), 'old');
    chownSync(at('f'), 1234, 5678);
    chmodSync(at('f'), 0o6755);
    writeOutput(at('f'), 'new');
    expect(statSync(at('f'))).toMatchObject({ uid: 1234, gid: 5678 });
    expect(statSync(at('f')).mode & 0o7777).toBe(0o6755);
  });

  it('is where symbolic links lead, which stay', () => {
    const at = place('links');
    mkdirSync(at('to'));
    symlinkSync('to', at('directory'));
    symlinkSync('directory/f', at('one'));
    symlinkSync(at('one'), at('two'));
    for (const text of ['made', 'replaced']) {
      writeOutput(at('two'), text);
      expect(readFileSync(at('to/f'), 'utf8')).toBe(text);
      expect(lstatSync(at('two')).isSymbolicLink()).toBe(true);
    }
    expect(readdirSync(at('to'))).toEqual(['f']);
    symlinkSync('loop', at('loop'));
    expect(() => writeOutput(at('loop'), '')).toThrow(`${at('loop')}: too many symbolic links`);
  });

  it.each([
    ['', '', "expected a file's name, found ''"],
    ['a directory', '.', ': is a directory, expected a file'],
    ['a directory to be', 'none/', ': is a directory, expected a file'],
    ['in no directory', 'none/f', ': no such file or directory'],
    ['below a file', 'plain/f', ': a part of the path is not a directory'],
    ['too long a name', 'n'.repeat(300), ': the name is too long'],
  ])('is refused before and when it is written: %s', (_, name, line) => {
    writeFileSync(file('plain'), '');
    const path = name === '' ? '' : `${directory}/${name}`;
    for (const act of [() => checkOutputs([{ option: '--save', path }], []), () => writeOutput(path, 'x')]) {
      expect(act).toThrow(FileError);
      expect(act).toThrow(line);
    }
  });
});

describe('what is no file is written directly', () => {
  it('devices', () => {
    writeOutput('/dev/null', 'gone');
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
    expect(() => writeOutput('/dev/full', 'x')).toThrow('/dev/full: no space left on the device');
  });

  it('a pipe, however much', async () => {
    const pipe = file('pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = spawn('wc', ['-c', pipe], { stdio: ['ignore', 'pipe', 'ignore'] });
    let counted = '';
    reader.stdout.on('data', (text: Buffer) => (counted += text.toString()));
    const ended = new Promise((resolve) => reader.on('close', resolve));
    writeOutput(pipe, new Uint8Array(1 << 20));
    await ended;
    expect(counted).toBe(`${1 << 20} ${pipe}\n`);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });
});

describe('a process of its own', () => {
  let script: string;
  /** Writes to a path, as the command line does. */
  const program = `
    import { checkOutputs, writeOutput, replaceDirectory } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
    const [, , what, path] = process.argv;
    try {
      if (what === 'once') writeOutput(path, 'written\\n');
      if (what === 'check') checkOutputs([{ option: '--save', path }], []);
    } catch (error) {
      process.stdout.write(error.message);
    }
    for (let i = 0; what === 'file'; i++) {
      writeOutput(path, new Uint8Array(8 << 20).fill(0x41 + i % 2));
      if (i === 0) console.log('begun');
    }
    for (let i = 0; what === 'directory'; i++) {
      const names = [${JSON.stringify('marker')}, 'd/one', 'd/two', i % 2 ? 'd/odd' : 'd/even/x'];
      replaceDirectory(path, new Map(names.map((name) => [name, name])));
      if (i === 0) console.log('begun');
    }`;

  beforeAll(async () => {
    script = file('writer.cjs');
    await build({
      stdin: { contents: program, resolveDir: import.meta.dirname },
      outfile: script,
      bundle: true,
      platform: 'node',
      logLevel: 'warning',
    });
  });

  it('writes to its own descriptors behind what is there', () => {
    const at = place('redirected');
    const command = `echo before; "$0" "$1" once /dev/stdout; "$0" "$1" once /dev/fd/3; echo after`;
    const redirected = `(${command}) > '${at('out')}' 3> '${at('three')}'`;
    const { stderr } = spawnSync('sh', ['-c', redirected, process.execPath, script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(readFileSync(at('out'), 'utf8')).toBe('before\nwritten\nafter\n');
    expect(readFileSync(at('three'), 'utf8')).toBe('written\n');
    const piped = `"$0" "$1" once /dev/stdout | cat`;
    const { stdout } = spawnSync('sh', ['-c', piped, process.execPath, script], { encoding: 'utf8' });
    expect(stdout).toBe('written\n');
  });

  /** What a user who owns nothing is told. */
  function asNobody(context: TestContext, what: string, path: string): string {
    if (!isRoot) return context.skip('only root can become another user');
    return spawnSync(process.execPath, [script, what, path], { uid: 65534, gid: 65534, encoding: 'utf8' })
      .stdout;
  }

  it('writes nothing that its user may not write', (context) => {
    const at = place('forbidden');
    chmodSync(at('.'), 0o777);
    writeFileSync(at('f'), 'old', { mode: 0o644 });
    for (const what of ['check', 'once'])
      expect(asNobody(context, what, at('f'))).toBe(`${at('f')}: permission denied`);
    chmodSync(at('f'), 0o666);
    chmodSync(at('.'), 0o755);
    const expected = 'expected a directory in which a new file can take its place';
    for (const what of ['check', 'once'])
      expect(asNobody(context, what, at('f'))).toBe(`${at('f')}: ${expected}: ${file('forbidden')}`);
    expect(readFileSync(at('f'), 'utf8')).toBe('old');
    expect(readdirSync(at('.'))).toEqual(['f']);
  });

  it("replaces another user's file where both may, with its mode", (context) => {
    const at = place('shared');
    chmodSync(at('.'), 0o777);
    writeFileSync(at('f'), 'old');
    chmodSync(at('f'), 0o666);
    expect(asNobody(context, 'once', at('f'))).toBe('');
    expect(readFileSync(at('f'), 'utf8')).toBe('written\n');
    expect(statSync(at('f')).mode & 0o7777).toBe(0o666);
  });

  /** Kills a writer after each of some times, and looks at what it left. */
  async function kill(what: string, path: string, look: () => void): Promise<void> {
    for (const delay of [1, 9, 17, 33]) {
      const child = spawn(process.execPath, [script, what, path], { stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = new Promise((resolve) => child.on('exit', resolve));
      await new Promise((resolve) => child.stdout.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, delay));
      child.kill('SIGKILL');
      await ended;
      look();
    }
  }

  it('that is killed leaves the old file or the new one, and what it left beside goes with the next', async () => {
    const at = place('killed');
    await kill('file', at('f'), () => {
      const bytes = readFileSync(at('f'));
      expect(bytes.length).toBe(8 << 20);
      expect(bytes.every((byte) => byte === bytes[0])).toBe(true);
    });
    writeOutput(at('g'), '');
    expect(readdirSync(at('.'))).toEqual(['f', 'g']);
  });

  it('that is killed leaves whole files in a directory', async () => {
    const at = place('killed-directory');
    await kill('directory', at('d'), () => {
      for (const name of ['marker', 'd/one', 'd/two'])
        expect(readFileSync(join(at('d'), name), 'utf8')).toBe(name);
    });
    replaceDirectory(at('d'), new Map([['d/one', '1']]));
    expect(readdirSync(at('d'), { recursive: true }).sort()).toEqual(['d', 'd/one', 'marker']);
  });
});

describe('what others left', () => {
  it('is removed only if its process is gone', () => {
    const at = place('leftovers');
    const host = hostname().replace(/[^\w.-]/g, '_');
    const names = {
      gone: `.firstlight-${host}-${2 ** 22 + 1}-0`,
      ours: `.firstlight-${host}-${process.pid}-7777`,
      alive: `.firstlight-${host}-${process.ppid}-0`,
      elsewhere: `.firstlight-${host}x-1-0`,
      other: '.firstlight-notes',
    };
    for (const name of Object.values(names)) writeFileSync(at(name), '');
    writeOutput(at('f'), '');
    expect(readdirSync(at('.')).sort()).toEqual([names.alive, names.elsewhere, names.other, 'f'].sort());
  });
});

describe('a full disk', () => {
  it('leaves what was there, and nothing beside it', (context) => {
    const at = place('full');
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', at('.')]);
    if (mounted.status !== 0) return context.skip('a small tmpfs is needed, which only root may mount');
    try {
      writeFileSync(at('f'), 'the good file');
      expect(() => writeOutput(at('f'), new Uint8Array(1 << 20))).toThrow(
        `${at('f')}: no space left on the device`,
      );
      expect(readFileSync(at('f'), 'utf8')).toBe('the good file');
      expect(() => writeOutput(at('new'), new Uint8Array(1 << 20))).toThrow(FileError);
      const large = new Map<string, Uint8Array | string>([
        ['small', 'x'],
        ['large', new Uint8Array(1 << 20)],
      ]);
      expect(() => replaceDirectory(at('d'), large)).toThrow('no space left on the device');
      expect(readdirSync(at('.'))).toEqual(['f']);
    } finally {
      execFileSync('umount', [at('.')]);
    }
  });
});

describe('a directory of files', () => {
  it('takes the place of what is there, whatever it is, and leaves the rest', () => {
    const at = place('directory');
    for (const name of ['include/old', 'lib/one/two', 'mine']) {
      mkdirSync(join(at('.'), name, '..'), { recursive: true });
      writeFileSync(at(name), 'old');
    }
    mkdirSync(at('include/now'));
    symlinkSync('elsewhere', at('share'));
    const files = { 'include/now': 'a', 'lib/one': 'b', 'share/c': 'c', top: 'd' };
    replaceDirectory(at('.'), new Map(Object.entries(files)));
    for (const [name, text] of Object.entries(files)) expect(readFileSync(at(name), 'utf8')).toBe(text);
    expect(readdirSync(at('.')).sort()).toEqual(['include', 'lib', 'mine', 'share', 'top']);
    expect(readdirSync(at('include'))).toEqual(['now']);
    expect(existsSync(at('elsewhere'))).toBe(false);
  });
});
