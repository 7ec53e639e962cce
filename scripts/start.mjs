/** `npm start`: gets the fixtures, unless they are there, and boots Debian's kernel to a busybox shell. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const linux = join('.cache', 'linux');

/** Runs a script of this package in Node, on this terminal; ends with its status unless that is 0. */
function run(...args) {
  const { status, signal, error } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (error !== undefined) console.error(`npm start: ${error.message}`);
  if (status !== 0) process.exit(status ?? (signal === null ? 1 : 130));
}

run(createRequire(import.meta.url).resolve('tsx/cli'), join('scripts', 'fixtures.ts'));
console.log('Ctrl-A x quits, Ctrl-A h helps; poweroff ends the guest.');
run(
  join('bin', 'firstlight'),
  'boot',
  ...['--kernel', join(linux, 'Image')],
  ...['--initrd', join(linux, 'initrd.gz')],
  ...['--append', 'console=ttyAMA0'],
);
