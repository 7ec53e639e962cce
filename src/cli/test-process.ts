/** For tests: the command line of the present source as a process of its own, started as its user starts it. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundles } from '../../scripts/build/bundles.js';
import { imagesModule } from '../../scripts/build/embedded-images.js';

const root = join(import.meta.dirname, '..', '..');

/**
 * Lays out in a directory what the package consists of as far as starting it goes. The result is what to give to Node
 * before the command line's own words.
 */
export async function buildProgram(directory: string): Promise<string> {
  for (const folder of ['bin', 'dist/cli']) mkdirSync(join(directory, folder), { recursive: true });
  for (const name of ['package.json', 'bin/package.json', 'bin/firstlight'])
    copyFileSync(join(root, name), join(directory, name));
  writeFileSync(join(directory, 'dist/images.js'), imagesModule());
  for (const [path, text] of Object.entries(await bundles()))
    writeFileSync(join(directory, 'dist', path), text);
  return join(directory, 'bin', 'firstlight');
}
