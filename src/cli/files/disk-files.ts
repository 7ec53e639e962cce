/**
 * Files behind disks. What is written goes to the system at once (write(2)), so a process that is killed loses nothing
 * of it; the system is told to put it on its disk (fdatasync(2)) within a second, and at the end.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { printable } from '../../images/index.js';
import { Disk, LARGEST_DISK, type DiskStore } from '../../machine/index.js';
import { FileError, named } from './error.js';
import { lockFile } from './locks.js';
import { temporaryPath } from './temporaries.js';

export interface DiskFileOptions {
  readonly path: string;
  /** Any content, though it may look like an image of another format. */
  readonly isRaw?: boolean;
  readonly readOnly?: boolean;
  /** Whether what is written is kept aside, and gone in the end. */
  readonly snapshot?: boolean;
}

/** A disk, and what becomes of it in the end. */
export interface DiskFile {
  readonly disk: Disk;
  /** Has what was written so far be put on the system's disk, without waiting for it. */
  sync(): void;
  /** The same, and waits for it; nothing is read or written after that. */
  close(): void;
}

/**
 * Opens and locks a file for a disk. `failed` is told once if the system later cannot read or write.
 * @throws FileError
 */
export function openDiskFile(options: DiskFileOptions, failed: (error: FileError) => void): DiskFile {
  const { path, isRaw = false, readOnly = false, snapshot = false } = options;
  const writes = !readOnly && !snapshot;
  return named(path, () => {
    const descriptor = openSync(path, writes ? constants.O_RDWR : constants.O_RDONLY);
    const closers = [() => closeSync(descriptor)];
    const close = (): void => closers.splice(0).forEach((each) => each());
    try {
      checkImage(path, descriptor, isRaw);
      closers.unshift(lockFile(path, writes));
      const store = new FileStore(path, descriptor, failed);
      const scratch = snapshot ? openScratch(failed) : undefined;
      if (scratch !== undefined) closers.push(() => closeSync(scratch.descriptor));
      return {
        disk: new Disk({ name: path, store, readOnly, ...(scratch && { scratch }) }),
        sync: () => store.sync(),
        close: () => {
          try {
            if (writes) store.finish();
          } finally {
            close();
          }
        },
      };
    } catch (error) {
      close();
      throw error;
    }
  });
}

/** What other formats begin with. */
const formats: readonly (readonly [magic: string, name: string])[] = [
  ['QFI\xfb', 'qcow2'],
  ['QED\0', 'qed'],
  ['KDMV', 'vmdk'],
  ['vhdxfile', 'vhdx'],
  ['<<< ', 'vdi'],
];

/** @throws FileError for what no card can hold, or was meant otherwise */
function checkImage(path: string, descriptor: number, isRaw: boolean): void {
  const status = fstatSync(descriptor);
  const wrong = (what: string) => new FileError(`${printable(path)}: expected ${what}`);
  if (!status.isFile()) throw wrong('a file with the content of a disk');
  if (status.size === 0) throw wrong('a disk with something in it, found an empty file');
  if (status.size > LARGEST_DISK)
    throw wrong(`a disk of at most ${LARGEST_DISK / 2 ** 40} TiB, found ${status.size} bytes`);
  if (isRaw) return;
  const start = Buffer.alloc(8);
  readSync(descriptor, start, 0, start.length, 0);
  const format = formats.find(([magic]) => start.toString('latin1').startsWith(magic))?.[1];
  if (format !== undefined)
    throw wrong(`a raw image, found ${format} (qemu-img convert -O raw; format=raw takes it as it is)`);
}

/** A file without a name: it is gone with the process. Changes are in it, not in memory. */
function openScratch(failed: (error: FileError) => void): FileStore {
  const path = temporaryPath(tmpdir());
  return named(path, () => {
    const descriptor = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    return new FileStore(path, descriptor, failed);
  });
}

/** Bytes that are read ahead: one block is seldom all that is wanted. */
const WINDOW = 0x1_0000;
const SYNC_EVERY_MS = 1000;

class FileStore implements DiskStore {
  private end: number;
  /** Bytes of the file from `windowAt` on, as many as have been read. */
  private readonly window = new Uint8Array(WINDOW);
  private windowAt = 0;
  private windowLength = 0;
  private isUnsynced = false;
  private isSyncing = false;
  private lastSync = 0;
  private isFinished = false;

  constructor(
    private readonly path: string,
    readonly descriptor: number,
    private readonly failed: (error: FileError) => void,
  ) {
    this.end = fstatSync(descriptor).size;
  }

  get size(): number {
    return this.end;
  }

  read(offset: number, into: Uint8Array): void {
    for (let done = 0; done < into.length;) {
      const at = offset + done;
      if (at < this.windowAt || at >= this.windowAt + this.windowLength) {
        if (at >= this.end || !this.fillWindow(at)) {
          into.fill(0, done);
          return;
        }
      }
      const start = at - this.windowAt;
      const part = this.window.subarray(start, Math.min(this.windowLength, start + into.length - done));
      into.set(part, done);
      done += part.length;
    }
  }

  write(offset: number, bytes: Uint8Array): boolean {
    if (offset < this.windowAt + this.windowLength && offset + bytes.length > this.windowAt)
      this.windowLength = 0;
    const isDone = this.attempt(() => {
      for (let done = 0; done < bytes.length;)
        done += writeSync(this.descriptor, bytes, done, bytes.length - done, offset + done);
    });
    if (!isDone) return false;
    this.end = Math.max(this.end, offset + bytes.length);
    this.isUnsynced = true;
    return true;
  }

  /** @throws FileError if it cannot be read */
  sha256(): string {
    const hash = createHash('sha256');
    const piece = Buffer.allocUnsafe(2 ** 20);
    named(this.path, () => {
      for (let at = 0; at < this.end;) {
        const read = readSync(this.descriptor, piece, 0, piece.length, at);
        if (read === 0) throw new FileError(`${printable(this.path)}: has become shorter while it was read`);
        hash.update(piece.subarray(0, read));
        at += read;
      }
    });
    return hash.digest('hex');
  }

  sync(): void {
    if (!this.isUnsynced || this.isSyncing || performance.now() - this.lastSync < SYNC_EVERY_MS) return;
    this.isUnsynced = false;
    this.isSyncing = true;
    fdatasync(this.descriptor, (error) => {
      this.isSyncing = false;
      this.lastSync = performance.now();
      if (error === null || this.isFinished) return;
      this.attempt(() => {
        throw error;
      });
    });
  }

  finish(): void {
    this.isFinished = true;
    named(this.path, () => fdatasyncSync(this.descriptor));
  }

  private fillWindow(at: number): boolean {
    this.windowAt = at - (at % WINDOW);
    this.windowLength = 0;
    return (
      this.attempt(() => {
        this.windowLength = readSync(this.descriptor, this.window, 0, WINDOW, this.windowAt);
      }) && this.windowLength > at - this.windowAt
    );
  }

  /** False if the system could not do it, which its owner is told. */
  private attempt(act: () => void): boolean {
    try {
      named(this.path, act);
      return true;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      this.failed(error);
      return false;
    }
  }
}
