/**
 * `npm run build`: everything in dist/. `index.js` is the library, `types/` its types, `images.js` the images that the
 * Zircon kernel carries, `cli/firstlight.cjs` the command line, `cli/workshop.cjs` a thread of it, and beside that,
 * for this machine only, what V8 makes of the command line.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeDist } from './build/dist.js';

process.chdir(join(import.meta.dirname, '..'));
const CACHE = 'dist/cli/firstlight.cjs.cache';

/** A boot to the prompt compiles what most commands need. */
function keepCompiledCode(): void {
  const boot = ['bin/firstlight', 'zircon', '--clock', 'virtual', '--until', '^\\$ ', '--timeout', '60'];
  const { status } = spawnSync(process.execPath, boot, {
    env: { ...process.env, FIRSTLIGHT_CODE_CACHE: 'write' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status === 0) return;
  rmSync(CACHE, { force: true });
  console.warn(
    `${CACHE} is not made: a boot to the prompt ended with status ${status}; starts will be slower`,
  );
}

rmSync(CACHE, { force: true });
await writeDist('dist');
keepCompiledCode();
