/** What can go wrong with files, as one line that names the file. */
import { printable } from '../../images/index.js';

/** A file that cannot be read or written: one line, naming it. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

export const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EISDIR: 'is a directory, expected a file',
  EEXIST: 'exists and is not a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the quota of disk space is used up',
  EFBIG: 'larger than a file may be',
  EROFS: 'read-only file system',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
};

/** Why something with a file or a stream failed, in a few words. */
export function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return (code !== undefined && reasons[code]) || message;
}

export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** Does something with a file, whose name stands before what went wrong. @throws FileError */
export function named<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(`${printable(path)}: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}
