/** What is in dist/: all of the package that is made. */
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundles } from './bundles.js';
import { writeDeclarations } from './declarations.js';
import { imagesModule } from './embedded-images.js';
import { licences } from './licences.js';

/** In one step, since a program of before may be running. */
function write(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

/** What earlier builds have left. */
function removeOthers(folder: string): void {
  const ours = new Set(['cli', 'images.js', 'index.js', 'LICENCES.txt', 'types']);
  const others = (inside: string, isOurs: (name: string) => boolean): void =>
    readdirSync(inside)
      .filter((name) => !isOurs(name))
      .forEach((name) => rmSync(join(inside, name), { recursive: true }));
  others(folder, (name) => ours.has(name) || name.startsWith('shared.js'));
  others(join(folder, 'cli'), (name) => name === 'workshop.cjs' || name.startsWith('firstlight.cjs'));
}

/** Makes it anew in a folder. */
export async function writeDist(folder: string): Promise<void> {
  mkdirSync(join(folder, 'cli'), { recursive: true });
  removeOthers(folder);
  const texts = await bundles();
  write(join(folder, 'images.js'), imagesModule());
  for (const [path, text] of Object.entries(texts)) write(join(folder, path), text);
  write(join(folder, 'LICENCES.txt'), licences());
  writeDeclarations(join(folder, 'types'));
}
