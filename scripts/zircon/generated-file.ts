/** A file that a script writes: its path in the repository and its whole text or bytes. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './abi.js';

export interface GeneratedFile {
  path: string;
  content: string;
}

/** The paths among `files` that differ from what is checked in. */
export const stale = (files: GeneratedFile[]): string[] =>
  files
    .filter(({ path, content }) => {
      const at = join(root, path);
      return !existsSync(at) || readFileSync(at, 'utf8') !== content;
    })
    .map(({ path }) => path);

export function write(files: GeneratedFile[]): void {
  for (const { path, content } of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}
