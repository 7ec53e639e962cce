/**
 * Files that are written. A file gets its content beside its place and takes it when all is on the disk, so that a full
 * disk or a kill leaves either the old file or the new one, whole. What cannot be replaced (pipes, devices, this
 * process's own descriptors) is written directly.
 */
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { printable } from '../../images/index.js';
import { codeOf, FileError, named, reasons } from './error.js';
import { removeTemporary, temporaryPath } from './temporaries.js';

/** Where a path leads to. */
type Target =
  | { readonly kind: 'file'; readonly path: string; readonly present: Stats | undefined }
  /** A pipe or a device. */
  | { readonly kind: 'special'; readonly path: string }
  | { readonly kind: 'descriptor'; readonly number: number };

/** Writes a whole file. @throws FileError */
export function writeOutput(path: string, data: Uint8Array | string): void {
  const bytes = bytesOf(data);
  named(path, () => {
    const target = targetOf(path);
    if (target.kind === 'descriptor') writeWhole(target.number, bytes);
    else if (target.kind === 'special') writeDirectly(target.path, bytes);
    else replace(path, target.path, target.present, bytes);
  });
}

/** A file that grows while the program runs, and is of use at any moment. */
export interface GrowingOutput {
  write(bytes: Uint8Array): void;
  /** After all has come to the disk. */
  close(): void;
}

/** Writes what a file begins with, and lets it grow from there. @throws FileError, which its methods do too */
export function openOutput(path: string, beginning: Uint8Array): GrowingOutput {
  return named(path, () => {
    const target = targetOf(path);
    if (target.kind === 'file') replace(path, target.path, target.present, beginning);
    const descriptor = target.kind === 'descriptor' ? target.number : openSync(target.path, 'a');
    if (target.kind !== 'file') writeWhole(descriptor, beginning);
    return {
      write: (bytes) => named(path, () => writeWhole(descriptor, bytes)),
      close: () => {
        if (target.kind === 'file') named(path, () => fsyncSync(descriptor));
        if (target.kind !== 'descriptor') closeSync(descriptor);
      },
    };
  });
}

function check(path: string, target: Target): void {
  if (target.kind === 'descriptor') fstatSync(target.number);
  else if (target.kind === 'special') accessSync(target.path, constants.W_OK);
  else checkReplaceable(path, target.path, target.present);
}

/** A file, and the option that names it. */
export interface NamedFile {
  readonly option: string;
  readonly path: string;
}
export interface NamedOutput extends NamedFile {
  /** The option whose file it may replace, which has been read by then. */
  readonly mayReplace?: string;
}

/**
 * Finds out whether files can be written before the work is done that gives their content, and that none of them is another one or one that is read.
 * @throws FileError
 */
export function checkOutputs(outputs: readonly NamedOutput[], inputs: readonly NamedFile[]): void {
  const taken = inputs.map(({ option, path }) => ({ option, place: placeOf(presentAt(path)) }));
  for (const { option, path, mayReplace } of outputs) {
    named(path, () => {
      const target = targetOf(path);
      check(path, target);
      if (target.kind !== 'file') return;
      const place = placeOf(target.present) ?? target.path;
      const other = taken.find((each) => each.place === place && each.option !== mayReplace);
      if (other !== undefined)
        throw new FileError(
          `${printable(path)}: expected another file for ${option}, since ${other.option} has this one`,
        );
      taken.push({ option, place });
    });
  }
}

/** Whoever reads a file says what is wrong where there is none. */
function presentAt(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** What two names of one file have in common. */
const placeOf = (file: Stats | undefined): string | undefined => file && `${file.dev}:${file.ino}`;

/** As many symbolic links as Linux follows (path_resolution(7)). */
const mostLinks = 40;

/** Follows symbolic links to what they name last, which need not be there. */
function targetOf(path: string): Target {
  if (path === '') throw new FileError("expected a file's name, found ''");
  let at = resolve(path);
  for (let links = 0; links <= mostLinks; links++) {
    at = join(realpathSync(dirname(at)), basename(at));
    const number = descriptorOf(at);
    if (number !== undefined) return { kind: 'descriptor', number };
    const present = lstatSync(at, { throwIfNoEntry: false });
    if (present?.isSymbolicLink()) {
      at = resolve(dirname(at), readlinkSync(at));
      continue;
    }
    if (present?.isDirectory() || (present === undefined && path.endsWith('/')))
      throw new FileError(`${path}: ${reasons.EISDIR}`);
    return present === undefined || present.isFile()
      ? { kind: 'file', path: at, present }
      : { kind: 'special', path: at };
  }
  throw new FileError(`${path}: ${reasons.ELOOP}`);
}

/** The number of this process's descriptor that a path stands for, as `/dev/stdout` does. */
function descriptorOf(path: string): number | undefined {
  const [, owner, number] = /^(?:\/proc\/(\d+)(?:\/task\/\d+)?|\/dev)\/fd\/(\d+)$/.exec(path) ?? [];
  if (number === undefined || (owner !== undefined && Number(owner) !== process.pid)) return undefined;
  return Number(number);
}

function writeDirectly(path: string, bytes: Uint8Array): void {
  const descriptor = openSync(path, 'w');
  try {
    writeWhole(descriptor, bytes);
  } finally {
    closeSync(descriptor);
  }
}

function checkReplaceable(path: string, target: string, present: Stats | undefined): void {
  if (present !== undefined) accessSync(target, constants.W_OK);
  const directory = dirname(target);
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    if (present === undefined) throw error;
    throw new FileError(`${path}: expected a directory in which a new file can take its place: ${directory}`);
  }
}

function replace(path: string, target: string, present: Stats | undefined, bytes: Uint8Array): void {
  checkReplaceable(path, target, present);
  const temporary = temporaryPath(dirname(target));
  try {
    writeNew(temporary, bytes, present);
    renameSync(temporary, target);
  } finally {
    removeTemporary(temporary);
  }
  syncDirectory(dirname(target));
}

/** Writes a file that is not there yet, as far as the disk. @param like what it takes owner and mode from */
export function writeNew(path: string, data: Uint8Array | string, like?: Stats): void {
  const descriptor = openSync(path, 'wx', like === undefined ? 0o666 : like.mode & 0o777);
  try {
    writeWhole(descriptor, bytesOf(data));
    if (like !== undefined) takeAfter(descriptor, like);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const bytesOf = (data: Uint8Array | string): Uint8Array =>
  typeof data === 'string' ? Buffer.from(data) : data;

/** Gives a new file the owner and the mode of the one that it replaces, as far as this user may. */
function takeAfter(descriptor: number, { uid, gid, mode }: Stats): void {
  const made = fstatSync(descriptor);
  const isOurs = made.uid === uid && made.gid === gid;
  // Only root gives files away; a group may be any that this user is in.
  if (!isOurs && !changeOwner(descriptor, uid, gid)) changeOwner(descriptor, made.uid, gid);
  if (made.mode !== mode || !isOurs) fchmodSync(descriptor, mode & 0o7777);
}

/** Whether it could be done. */
function changeOwner(descriptor: number, user: number, group: number): boolean {
  try {
    fchownSync(descriptor, user, group);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EPERM') return false;
    throw error;
  }
}

/** Makes a rename last. Where directories cannot be synced, it lasts as long as the system lets it. */
function syncDirectory(path: string): void {
  try {
    const descriptor = openSync(path, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // The file is in its place, whatever becomes of the disk.
  }
}

/** Bytes given to one call: Linux takes no more than 2 GiB. */
const mostAtOnce = 2 ** 26;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(descriptor, bytes, at, Math.min(bytes.length - at, mostAtOnce));
    } catch (error) {
      // A pipe that does not block, as standard output may be, and is full.
      if (codeOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(sleeper, 0, 0, 1);
    }
  }
}
