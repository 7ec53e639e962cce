/** Files named on the command line. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** A file that cannot be read or written: one line, naming it. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EISDIR: 'is a directory, expected a file',
  EEXIST: 'exists and is not a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ENOSPC: 'no space left on the device',
  EROFS: 'read-only file system',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
};

/** Beyond this Node does not read a file into one buffer. */
const largestFile = 2 ** 31 - 1;

/** Why something with a file or a stream failed, in a few words. */
export function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return (code !== undefined && reasons[code]) || message;
}

/** Reads a whole file. @throws FileError */
export function readInput(path: string): Uint8Array {
  return named(path, () => {
    const descriptor = openSync(path, 'r');
    try {
      const { size } = fstatSync(descriptor);
      if (size > largestFile)
        throw new FileError(`${path}: expected a file below 2 GiB, found ${size} bytes`);
      return readFileSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  });
}

/** Bytes of a file. @throws FileError */
export function fileSize(path: string): number {
  return named(path, () => statSync(path).size);
}

/** Writes a whole file. @throws FileError */
export function writeOutput(path: string, data: Uint8Array | string): void {
  named(path, () => writeFileSync(path, data));
}

/** Finds out whether a file can be written before the work is done that gives its content. @throws FileError */
export function checkOutput(path: string): void {
  named(path, () => {
    const isThere = existsSync(path);
    if (isThere && statSync(path).isDirectory()) throw new FileError(`${path}: ${reasons.EISDIR}`);
    accessSync(isThere ? path : dirname(path), constants.W_OK);
  });
}

/** Makes a directory and those above it, where they do not exist. @throws FileError */
export function makeDirectory(path: string): void {
  named(path, () => {
    // One after the other: where none can be made, as in /proc, Node's own recursion never ends.
    const missing: string[] = [];
    for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.unshift(at);
    if (missing.length === 0 && !statSync(path).isDirectory())
      throw new FileError(`${path}: ${reasons.EEXIST}`);
    for (const directory of missing) mkdirSync(directory);
  });
}

/** Whether nothing is at the path, or a directory with nothing in it. @throws FileError if it is no directory */
export function isMissingOrEmpty(path: string): boolean {
  return named(path, () => !existsSync(path) || readdirSync(path).length === 0);
}

/** The paths of all files below a directory, from there. @throws FileError */
export function filesBelow(directory: string): string[] {
  return named(directory, () =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
      .sort(),
  );
}

/**
 * Makes a directory of these files, by path, in place of what of the same name is there. They are all written before
 * the first takes its place, so that a failure leaves nothing half-done. @throws FileError
 */
export function replaceDirectory(directory: string, files: ReadonlyMap<string, Uint8Array | string>): void {
  const isNew = !existsSync(directory);
  const fresh = join(directory, `.new-${process.pid}`);
  try {
    makeDirectory(directory);
    for (const [path, data] of files) {
      makeDirectory(dirname(join(fresh, path)));
      writeOutput(join(fresh, path), data);
    }
    named(directory, () => {
      for (const name of readdirSync(fresh)) {
        rmSync(join(directory, name), { recursive: true, force: true });
        renameSync(join(fresh, name), join(directory, name));
      }
    });
  } catch (error) {
    if (isNew && existsSync(directory)) rmSync(directory, { recursive: true });
    throw error;
  } finally {
    if (existsSync(fresh)) rmSync(fresh, { recursive: true });
  }
}

function named<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(`${path}: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}
