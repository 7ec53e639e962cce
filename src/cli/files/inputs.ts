/** Files that are read. */
import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { FileError, named } from './error.js';

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
