/**
 * The directory that a guest has for its semihosting calls. Names lead nowhere else: `/` is the directory itself, and what
 * leads out of it, by `..` or by a link, is refused.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import {
  answered,
  Errno,
  failed,
  type FileAnswer,
  type FileRequest,
  type SemihostingFiles,
} from '../../machine/index.js';
import { UsageError } from '../command.js';
import { reasonOf } from '../files/index.js';

const { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND, O_NONBLOCK, O_NOFOLLOW } = constants;

/** Of fopen's modes, by half their numbers: "r", "r+", "w", "w+", "a", "a+". */
const flagsOf = [
  O_RDONLY,
  O_RDWR,
  O_WRONLY | O_CREAT | O_TRUNC,
  O_RDWR | O_CREAT | O_TRUNC,
  O_WRONLY | O_CREAT | O_APPEND,
  O_RDWR | O_CREAT | O_APPEND,
];

interface OpenFile {
  readonly descriptor: number;
  readonly appends: boolean;
  /** Where the next byte is read or written. */
  position: number;
}

/** What a name leads to is not for the guest. */
class Refused extends Error {}

export class DirectoryFiles implements SemihostingFiles {
  private readonly root: string;
  /** By the guest's handles. */
  private readonly open = new Map<number, OpenFile>();

  /** Throws UsageError for what is no directory. */
  constructor(directory: string) {
    try {
      this.root = realpathSync(directory);
      if (!statSync(this.root).isDirectory()) throw new UsageError('expected a directory');
    } catch (error) {
      const reason = error instanceof UsageError ? error.message : reasonOf(error as NodeJS.ErrnoException);
      throw new UsageError(`--semihosting-files ${directory}: ${reason}`);
    }
  }

  perform(request: FileRequest): FileAnswer {
    try {
      return this.answer(request);
    } catch (error) {
      if (error instanceof Refused) return failed(Errno.EACCES);
      return failed(Math.abs((error as NodeJS.ErrnoException).errno ?? Errno.EIO));
    }
  }

  close(): void {
    for (const { descriptor } of this.open.values()) closeSync(descriptor);
    this.open.clear();
  }

  private answer(request: FileRequest): FileAnswer {
    switch (request.what) {
      case 'open':
        return this.openFile(request.handle, this.pathOf(request.name), flagsOf[request.mode >> 1]);
      case 'remove':
        return remove(this.pathOf(request.name));
      case 'rename':
        renameSync(this.pathOf(request.name), this.pathOf(request.to));
        return answered();
      default: {
        const file = this.open.get(request.handle);
        return file === undefined ? failed(Errno.EBADF) : this.use(file, request);
      }
    }
  }

  private openFile(handle: number, path: string, flags: number): FileAnswer {
    // Whatever would make the opening wait is none that is opened.
    const descriptor = openSync(path, flags | O_NONBLOCK | O_NOFOLLOW, 0o644);
    if (!fstatSync(descriptor).isFile()) {
      closeSync(descriptor);
      throw new Refused();
    }
    this.open.set(handle, { descriptor, appends: (flags & O_APPEND) !== 0, position: 0 });
    return answered();
  }

  private use(
    file: OpenFile,
    request: Extract<FileRequest, { readonly what: 'close' | 'read' | 'write' | 'seek' | 'length' }>,
  ): FileAnswer {
    const { descriptor } = file;
    switch (request.what) {
      case 'close':
        this.open.delete(request.handle);
        closeSync(descriptor);
        return answered();
      case 'read': {
        const bytes = new Uint8Array(request.length);
        const length = readSync(descriptor, bytes, 0, request.length, file.position);
        file.position += length;
        return answered(length, bytes.subarray(0, length));
      }
      case 'write': {
        const { bytes } = request;
        const place = file.appends ? null : file.position;
        const length = writeSync(descriptor, bytes, 0, bytes.length, place);
        file.position = file.appends ? fstatSync(descriptor).size : file.position + length;
        return answered(length);
      }
      case 'seek':
        file.position = request.position;
        return answered();
      case 'length':
        return answered(fstatSync(descriptor).size);
    }
  }

  /** The path on the host, with no link in it. @throws Refused, or the system's error */
  private pathOf(name: Uint8Array): string {
    if (name.length === 0) throw Object.assign(new Error('no name'), { errno: Errno.ENOENT });
    const path = resolve(this.root, `.${sep}${Buffer.from(name).toString()}`);
    const parent = realpathSync(dirname(path));
    if (path === this.root || !this.isInside(parent)) throw new Refused();
    const real = join(parent, basename(path));
    if (lstatSync(real, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return real;
    const target = realpathSync(real);
    if (!this.isInside(target) || target === this.root) throw new Refused();
    return target;
  }

  private isInside(path: string): boolean {
    const { root } = this;
    return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
  }
}

/** As C's `remove`: a file or an empty directory. */
function remove(path: string): FileAnswer {
  if (lstatSync(path).isDirectory()) rmdirSync(path);
  else unlinkSync(path);
  return answered();
}
