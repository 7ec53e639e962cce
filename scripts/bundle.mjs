/**
 * Second half of `npm run build`: the command line as one file, dist/cli/firstlight.js. Loading the hundreds of modules
 * that it consists of takes several times as long as running them.
 */
import { build } from 'esbuild';

await build({
  entryPoints: ['dist/cli/main.js'],
  outfile: 'dist/cli/firstlight.js',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minifyWhitespace: true,
  // Snapshots name classes.
  keepNames: true,
  // commander is CommonJS and requires Node's modules.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
  logLevel: 'warning',
});
