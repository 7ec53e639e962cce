/**
 * Second half of `npm run build`: the command line as one file, dist/cli/firstlight.cjs, and beside it what V8 makes of
 * it. Loading the hundreds of modules that it consists of, and compiling them, takes several times as long as running
 * them. bin/firstlight uses both.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const PROGRAM = 'dist/cli/firstlight.cjs';
const CACHE = `${PROGRAM}.cache`;

const { outputFiles } = await build({
  entryPoints: ['dist/cli/main.js'],
  write: false,
  bundle: true,
  platform: 'node',
  // A script: V8 keeps compiled code of scripts only.
  format: 'cjs',
  target: 'node20',
  minifyWhitespace: true,
  define: { 'import.meta.url': 'moduleUrl' },
  banner: { js: "'use strict';\nconst moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
  logLevel: 'warning',
});
const text = outputFiles[0].text;
const identity = createHash('sha256').update(text).digest('hex');
rmSync(CACHE, { force: true });
writeFileSync(`${PROGRAM}.new`, `// ${identity}\n${text}`);
renameSync(`${PROGRAM}.new`, PROGRAM);

// A boot to the prompt compiles what most commands need.
const boot = ['bin/firstlight', 'zircon', '--clock', 'virtual', '--until', '^\\$ ', '--timeout', '60'];
const { status } = spawnSync(process.execPath, boot, {
  env: { ...process.env, FIRSTLIGHT_CODE_CACHE: 'write' },
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (status !== 0) {
  rmSync(CACHE, { force: true });
  console.warn(
    `${CACHE} is not made: a boot to the prompt ended with status ${status}; starts will be slower`,
  );
}
