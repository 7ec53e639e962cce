/** The programs of the package, each in one file: the library, the command line, and that of a thread which it starts. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { embeddedImages } from './embedded-images.js';

const root = join(import.meta.dirname, '..', '..');

async function bundle(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    bundle: true,
    write: false,
    charset: 'ascii',
    legalComments: 'none',
    logLevel: 'warning',
    ...options,
  });
  return outputFiles?.[0].text ?? '';
}

/**
 * `index.js`: a module for Node and for browsers, which imports `images.js` beside it. Names are as in the source; what
 * comments say is in the types.
 */
export const library = (): Promise<string> =>
  bundle({
    entryPoints: ['src/index.ts'],
    platform: 'neutral',
    mainFields: ['module', 'main'],
    format: 'esm',
    target: 'es2022',
    minifyWhitespace: true,
    plugins: [embeddedImages('beside')],
  });

const commandLine: BuildOptions = {
  platform: 'node',
  // A script: V8 keeps compiled code of scripts only.
  format: 'cjs',
  target: 'node20',
  minifyWhitespace: true,
};

/**
 * `cli/firstlight.cjs`, which reads `images.js` above it. Loading the hundreds of modules that it consists of, and
 * compiling them, takes several times as long as running them. Its first line is its identity.
 */
export async function program(): Promise<string> {
  const text = await bundle({
    ...commandLine,
    entryPoints: ['src/cli/main.ts'],
    // fflate for Node loads worker threads, which nothing here uses.
    alias: { fflate: 'fflate/browser' },
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: "'use strict';\nconst moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    plugins: [embeddedImages('above')],
  });
  return `// ${createHash('sha256').update(text).digest('hex')}\n${text}`;
}

/** `cli/workshop.cjs`. */
export const workshop = (): Promise<string> =>
  bundle({ ...commandLine, entryPoints: ['src/cli/workshop.ts'] });
