/** The package as its user gets it: packed, installed in an empty folder, run and imported there. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeDist } from '../../scripts/build/dist.js';

const root = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'firstlight-package-'));
/** The empty folder. */
const home = join(directory, 'home');

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}
let packed: Packed;
let installed: { readonly status: number | null; readonly said: string };

/** Packs the package as the present source makes it. */
async function pack(): Promise<Packed> {
  const source = join(directory, 'source');
  for (const part of ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'bin', 'docs', 'guest'])
    cpSync(join(root, part), join(source, part), { recursive: true });
  await writeDist(join(source, 'dist'));
  const options = ['--ignore-scripts', '--json', '--pack-destination', directory];
  const told = execFileSync('npm', ['pack', ...options], { cwd: source, encoding: 'utf8', stdio: 'pipe' });
  return (JSON.parse(told) as Packed[])[0];
}

beforeAll(async () => {
  packed = await pack();
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), '{ "private": true, "type": "module" }');
  const install = ['install', '--offline', '--no-audit', '--no-fund', join(directory, packed.filename)];
  const { status, stdout, stderr } = spawnSync('npm', install, { cwd: home, encoding: 'utf8' });
  installed = { status, said: stdout + stderr };
}, 120_000);
afterAll(() => rmSync(directory, { recursive: true }));

describe('the package', () => {
  it('is small, and has nothing that only we need', () => {
    expect(packed.size).toBeLessThan(1.4e6);
    expect(packed.files.length).toBeLessThan(600);
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => /\.(map|cache|test\.|ts$)/.test(path.replace(/\.d\.ts$/, '')))).toEqual([]);
  });

  it('installs without a warning, and without anything else', () => {
    expect(installed.status).toBe(0);
    expect(installed.said).not.toMatch(/warn/i);
    expect(installed.said).toMatch(/added 1 package/);
  });

  const firstlight = (...args: string[]) =>
    spawnSync(join(home, 'node_modules/.bin/firstlight'), args, { cwd: home, encoding: 'utf8', input: '' });

  it('has a command that boots the built-in system to its prompt', () => {
    const { status, stdout, stderr } = firstlight('zircon', '--until', '^\\$ ');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/\n\$ $/);
  });

  it('has a command that knows its version, and writes what programs are made with', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(firstlight('--version').stdout).toBe(`${version}\n`);
    expect(firstlight('sysroot', 'zircon').status).toBe(0);
    expect(statSync(join(home, 'zircon/lib/libzircon.so')).size).toBeGreaterThan(0);
    expect(statSync(join(home, 'zircon/include/zircon/syscalls.h')).size).toBeGreaterThan(0);
  });

  it('is a library', () => {
    const program = `
      import { bootZircon, builtInBootImage, Session } from 'firstlight';
      const append = 'userboot.next=bin/hello+you userboot.shutdown';
      const { machine } = bootZircon(builtInBootImage(), { append });
      let text = '';
      const ending = await new Session(machine, { transmit: (byte) => (text += String.fromCharCode(byte)) }).run();
      console.log(ending.kind, /^hello.*$/m.exec(text)[0].trim());`;
    writeFileSync(join(home, 'program.js'), program);
    const told = execFileSync(process.execPath, ['program.js'], { cwd: home, encoding: 'utf8' });
    expect(told).toBe('powered off hello from bin/hello you\n');
  });

  it.each([
    ['NodeNext', 'NodeNext'],
    ['ESNext', 'Bundler'],
  ])('has types, strict, for modules %s', (module, moduleResolution) => {
    const program = `
      import { Machine, type StopReason } from 'firstlight';
      export const reason: StopReason = new Machine({ ramSize: 2 ** 20 }).run();
      // @ts-expect-error there is no such board
      new Machine({ board: 7 });`;
    writeFileSync(join(home, 'typed.ts'), program);
    const compilerOptions = {
      noEmit: true,
      strict: true,
      target: 'ES2022',
      types: [],
      module,
      moduleResolution,
    };
    writeFileSync(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['typed.ts'] }));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout, status } = spawnSync(process.execPath, [tsc], { cwd: home, encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});
