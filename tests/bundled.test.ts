/** What the library is after bundling: free of Node, and with the same snapshots whatever becomes of its names. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundles } from '../scripts/build/bundles.js';
import { embeddedImages } from '../scripts/build/embedded-images.js';
import { bootZircon, builtInBootImage, loadSnapshot, saveSnapshot, stateHash } from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'firstlight-bundled-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  await build({
    entryPoints: ['src/index.ts'],
    outfile: join(folder, 'firstlight.mjs'),
    bundle: true,
    format: 'esm',
    minify: true,
    platform: 'node',
    plugins: [embeddedImages('inline')],
    logLevel: 'error',
  });
  const program = `
    import { readFileSync, writeFileSync } from 'node:fs';
    import { loadSnapshot, saveSnapshot } from './firstlight.mjs';
    const machine = loadSnapshot(readFileSync('before'));
    writeFileSync('same', saveSnapshot(machine));
    machine.run({ instructions: 300_000 });
    writeFileSync('after', saveSnapshot(machine));`;
  writeFileSync(join(folder, 'go-on.mjs'), program);
});

it('a snapshot goes on in minified code, and back', async () => {
  const append = 'userboot.next=bin/hello-dynamic userboot.shutdown';
  const { machine } = bootZircon(builtInBootImage(), { ramSize: 2 ** 26, append, cores: 2 });
  machine.run({ instructions: 3_000_000 });
  const before = saveSnapshot(machine);
  writeFileSync(join(folder, 'before'), before);
  execFileSync(process.execPath, ['go-on.mjs'], { cwd: folder });
  expect(Buffer.compare(readFileSync(join(folder, 'same')), before)).toBe(0);
  const after = loadSnapshot(readFileSync(join(folder, 'after')));
  machine.run({ instructions: 300_000 });
  expect(await stateHash(after)).toBe(await stateHash(machine));
});

it('the library as built imports nothing but its own modules', async () => {
  const texts = await bundles();
  const imports = (name: string): string[] =>
    [...texts[name].matchAll(/\b(?:from|import|require\() ?"([^"]*)"/g)].map(([, path]) => path);
  expect(imports('index.js')).toEqual(['./shared.js']);
  expect(imports('shared.js')).toEqual(['./images.js']);
});
