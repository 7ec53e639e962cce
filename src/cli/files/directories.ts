/** Directories that are made, listed and filled. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { FileError, named, reasons } from './error.js';
import { writeNew } from './outputs.js';
import { removeLeftovers, removeTemporary, temporaryPath } from './temporaries.js';

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
  return named(path, () => {
    if (!existsSync(path)) return true;
    removeLeftovers(path);
    return readdirSync(path).length === 0;
  });
}

/** Whether a plain file is at the path: no directory, nothing that waits for somebody. @throws FileError */
export function isFile(path: string): boolean {
  return named(path, () => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true);
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
 * the first takes its place, so that a failure leaves nothing half-done; each takes it at once, so that whoever is
 * killed leaves whole files. @throws FileError
 */
export function replaceDirectory(directory: string, files: ReadonlyMap<string, Uint8Array | string>): void {
  const isNew = !existsSync(directory);
  try {
    makeDirectory(directory);
    const fresh = named(directory, () => temporaryPath(directory));
    try {
      for (const [path, data] of files) {
        makeDirectory(dirname(join(fresh, path)));
        named(join(directory, path), () => writeNew(join(fresh, path), data));
      }
      named(directory, () => {
        for (const path of files.keys()) takePlace(fresh, directory, path);
        removeOthers(directory, files);
      });
    } finally {
      removeTemporary(fresh);
    }
  } catch (error) {
    if (isNew && existsSync(directory)) rmSync(directory, { recursive: true });
    throw error;
  }
}

/** Moves a file from one directory to the same path in another, where things of another kind give way. */
function takePlace(from: string, to: string, path: string): void {
  const parts = path.split(sep);
  for (let depth = 1; depth <= parts.length; depth++) {
    const at = join(to, ...parts.slice(0, depth));
    const present = lstatSync(at, { throwIfNoEntry: false });
    const isDirectory = present?.isDirectory() === true;
    if (present !== undefined && isDirectory === (depth === parts.length)) rmSync(at, { recursive: true });
    if (depth < parts.length && !existsSync(at)) mkdirSync(at);
  }
  renameSync(join(from, path), join(to, path));
}

/** Removes what lies in the directories of `files` and is none of them. */
function removeOthers(directory: string, files: ReadonlyMap<string, unknown>): void {
  for (const top of new Set([...files.keys()].map((path) => path.split(sep)[0]))) {
    if (files.has(top)) continue;
    const below = readdirSync(join(directory, top), { recursive: true, withFileTypes: true });
    // What is deepest comes last.
    for (const entry of below.reverse()) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isDirectory()) {
        if (!files.has(relative(directory, path))) rmSync(path);
      } else if (readdirSync(path).length === 0) rmdirSync(path);
    }
  }
}
