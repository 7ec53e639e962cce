/** For tests: the command line of the present source as a process of its own, started as its user starts it. */
import { build } from 'esbuild';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/**
 * Lays out in a directory what the package consists of as far as starting it goes. The result is what to give to Node
 * before the command line's own words.
 */
export async function buildProgram(directory: string): Promise<string> {
  for (const folder of ['bin', 'dist/cli']) mkdirSync(join(directory, folder), { recursive: true });
  for (const name of ['package.json', 'bin/package.json', 'bin/firstlight'])
    copyFileSync(join(root, name), join(directory, name));
  await build({
    entryPoints: [join(root, 'src/cli/main.ts')],
    outfile: join(directory, 'dist/cli/firstlight.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    keepNames: true,
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    // As the built one: bin/firstlight reads ASCII.
    charset: 'ascii',
    logLevel: 'warning',
  });
  return join(directory, 'bin', 'firstlight');
}
