/**
 * `npm run build`: everything in dist/. `index.js` is the library, `types/` its types, `cli/firstlight.cjs` the command
 * line, `shared.js` what both consist of for the most part, `images.js` the images that the Zircon kernel carries,
 * `cli/workshop.cjs` a thread of the command line, and beside the two files that `bin/firstlight` starts, for this
 * machine only, what V8 makes of them.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeDist } from './build/dist.js';

process.chdir(join(import.meta.dirname, '..'));
const caches = ['dist/shared.js.cache', 'dist/cli/firstlight.cjs.cache'];

const removeCaches = (): void => caches.forEach((path) => rmSync(path, { force: true }));

/** A boot to the prompt compiles what most commands need. */
function keepCompiledCode(): void {
  const boot = ['bin/firstlight', 'zircon', '--clock', 'virtual', '--until', '^\\$ ', '--timeout', '60'];
  const { status } = spawnSync(process.execPath, boot, {
    env: { ...process.env, FIRSTLIGHT_CODE_CACHE: 'write' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status === 0) return;
  removeCaches();
  console.warn(
    `${caches.join(' and ')} are not made: a boot to the prompt ended with status ${status}; starts will be slower`,
  );
}

removeCaches();
await writeDist('dist');
keepCompiledCode();
