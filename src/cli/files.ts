/** Files named on the command line. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  statSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

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
  named(path, () => accessSync(existsSync(path) ? path : dirname(path), constants.W_OK));
}

/** Makes a directory and those above it, where they do not exist. @throws FileError */
export function makeDirectory(path: string): void {
  named(path, () => mkdirSync(path, { recursive: true }));
}

function named<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof FileError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new FileError(`${path}: ${(code !== undefined && reasons[code]) || message}`);
  }
}
