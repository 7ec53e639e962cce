/** A file that a script writes: its path in the repository and its whole text or bytes. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeDirectory, writeOutput } from '../../src/cli/files/index.js';
import { root } from './abi.js';

export interface GeneratedFile<Content extends string | Uint8Array = string> {
  path: string;
  content: Content;
}

/** The paths among `files` that differ from what is checked in. */
export const stale = (files: GeneratedFile<string | Uint8Array>[]): string[] =>
  files
    .filter(({ path, content }) => {
      const at = join(root, path);
      return !existsSync(at) || !readFileSync(at).equals(Buffer.from(content));
    })
    .map(({ path }) => path);

export function write(files: GeneratedFile<string | Uint8Array>[]): void {
  for (const { path, content } of files) {
    makeDirectory(dirname(join(root, path)));
    writeOutput(join(root, path), content);
  }
}
