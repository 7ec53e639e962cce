/**
 * The code of the package. The library and the command line are made in one run, since most of either is the other's,
 * too: what both reach is in a module of its own, `shared.js`, or the package would have it twice.
 */
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { embeddedImages } from './embedded-images.js';

const root = join(import.meta.dirname, '..', '..');

/** Names are as in the source; what comments say is in the types. */
const usual = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  charset: 'ascii',
  legalComments: 'none',
  logLevel: 'warning',
  minifyWhitespace: true,
} satisfies BuildOptions;

/** What is left to the second run. */
const forScripts: Plugin = {
  name: 'for scripts',
  setup: (build) =>
    build.onResolve({ filter: /^node:|^commander$/ }, ({ path }) => ({
      path,
      external: true,
      sideEffects: false,
    })),
};

/** What each module imports, of what must run in browsers. */
const mayImport: Readonly<Record<string, string>> = {
  'index.js': './shared.js',
  'shared.js': './images.js',
};

/** Library, command line and what they share, as modules. */
async function modules(): Promise<Record<string, string>> {
  const { outputFiles, metafile } = await build({
    ...usual,
    entryPoints: { index: 'src/index.ts', firstlight: 'src/cli/main.ts' },
    platform: 'neutral',
    mainFields: ['module', 'main'],
    format: 'esm',
    target: 'es2022',
    splitting: true,
    chunkNames: 'shared',
    outdir: root,
    metafile: true,
    plugins: [embeddedImages('beside'), forScripts],
  });
  const names = Object.keys(metafile.outputs).sort();
  if (names.join() !== 'firstlight.js,index.js,shared.js')
    throw new Error(`expected library, command line and one module that they share, not ${names.join(', ')}`);
  for (const [name, wanted] of Object.entries(mayImport)) {
    const others = metafile.outputs[name].imports.filter(
      ({ path }) => path !== wanted.slice(2) && path !== wanted,
    );
    if (others.length > 0)
      throw new Error(`${name}: expected no import but ${wanted}, not ${others[0].path}`);
  }
  return Object.fromEntries(outputFiles.map(({ path, text }) => [basename(path), text]));
}

const script: BuildOptions = {
  ...usual,
  platform: 'node',
  // V8 keeps compiled code of scripts only.
  format: 'cjs',
  target: 'node20',
};

async function scriptOf(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({ ...script, ...options });
  return outputFiles?.[0].text ?? '';
}

/** The command line as a script, which requires `shared.js` above it: bin/firstlight makes a script of that, too. */
const program = (module: string): Promise<string> =>
  scriptOf({
    stdin: { contents: module, resolveDir: root, sourcefile: 'firstlight.js' },
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: "'use strict';\nconst moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    plugins: [
      {
        name: 'shared',
        setup: (build) =>
          build.onResolve({ filter: /^\.\/shared\.js$/ }, () => ({ path: '../shared.js', external: true })),
      },
    ],
  });

/**
 * Files in `dist/` by their paths there: `index.js`, the library, a module for Node and for browsers that imports
 * `shared.js` beside it, which imports `images.js`; `cli/firstlight.cjs`, the command line, and `cli/workshop.cjs`, a
 * thread of it. Loading the hundreds of modules that the command line consists of, and compiling them, takes several
 * times as long as running them. What bin/firstlight starts begins with the identity of the whole.
 */
export async function bundles(): Promise<Record<string, string>> {
  const { 'index.js': index, 'shared.js': shared, 'firstlight.js': main } = await modules();
  const [firstlight, workshop] = await Promise.all([
    program(main),
    scriptOf({ entryPoints: ['src/cli/workshop.ts'] }),
  ]);
  const identity = `// ${createHash('sha256').update(shared).update(firstlight).digest('hex')}\n`;
  return {
    'shared.js': identity + shared,
    'index.js': index,
    'cli/firstlight.cjs': identity + firstlight,
    'cli/workshop.cjs': workshop,
  };
}
