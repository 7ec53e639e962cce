/** The package that the command line belongs to: its version and its files. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A file or directory of this package, by its path from where package.json is: beside `dist/` and `src/`. */
export function packagePath(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** The version in package.json. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string };
  return version;
}
