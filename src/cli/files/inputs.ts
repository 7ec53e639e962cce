/**
 * Files that are read. One whose size is known is read whole; a pipe or a device as far as its format allows, so that
 * one without end costs neither time nor memory without end.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { printable, startSize, type FileKind } from '../../images/index.js';
import { codeOf, FileError, named } from './error.js';

/** What a file held, and how messages call it. */
export interface Input {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Beyond this Node does not read a file into one buffer. */
const largestFile = 2 ** 31 - 1;
/** Room for what is read where the size is not known; it doubles. */
const firstRoom = 2 ** 16;
const standardInput = 0;
let standardInputTaken = false;

/** How messages call a file: `-` is the standard input. */
export const inputName = (path: string): string => (path === '-' ? 'standard input' : printable(path));

/** Reads a file, or for `-` the standard input, which can be read but once. @throws FileError */
export function readInput(path: string, kind: FileKind): Input {
  const name = inputName(path);
  return named(name, () => {
    const descriptor = path === '-' ? takeStandardInput() : openSync(path, 'r');
    try {
      const status = fstatSync(descriptor);
      // Files of /proc and /sys have content but no size.
      const hasSize = status.isFile() && status.size > 0;
      const bytes = hasSize ? readSized(descriptor, name, status.size) : readUnsized(descriptor, name, kind);
      return { name, bytes };
    } finally {
      if (path !== '-') closeSync(descriptor);
    }
  });
}

/** Bytes of a file; 0 if it does not tell. @throws FileError */
export function fileSize(path: string): number {
  return path === '-' ? 0 : named(path, () => statSync(path).size);
}

function takeStandardInput(): number {
  if (standardInputTaken) throw new FileError('standard input: expected - once, since it is read but once');
  standardInputTaken = true;
  return standardInput;
}

function readSized(descriptor: number, name: string, size: number): Uint8Array {
  if (size > largestFile) throw new FileError(`${name}: expected a file below 2 GiB, found ${size} bytes`);
  return readFileSync(descriptor);
}

function readUnsized(descriptor: number, name: string, { what, largest, endsItself }: FileKind): Uint8Array {
  const start = readUpTo(descriptor, startSize);
  const limit = start.length < startSize ? 0 : largest(start);
  if (limit <= startSize) return start;
  const rest = readUpTo(descriptor, limit - startSize + (endsItself ? 0 : 1));
  if (startSize + rest.length > limit) {
    throw new FileError(`${name}: expected ${what} of at most ${limit} bytes, found more`);
  }
  return Buffer.concat([start, rest]);
}

/** Reads as many bytes, or to the end if that comes before. */
function readUpTo(descriptor: number, size: number): Uint8Array {
  let bytes = Buffer.allocUnsafe(Math.min(size, firstRoom));
  let length = 0;
  while (length < size) {
    if (length === bytes.length) bytes = Buffer.concat([bytes], Math.min(size, 2 * length));
    const read = readPiece(descriptor, bytes.subarray(length));
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Waits for some bytes; returns how many came, 0 at the end. */
function readPiece(descriptor: number, into: Uint8Array): number {
  for (;;) {
    try {
      return readSync(descriptor, into);
    } catch (error) {
      // A terminal or a pipe that does not block, as standard input may be, with nothing in it yet.
      if (codeOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(sleeper, 0, 0, 5);
    }
  }
}
