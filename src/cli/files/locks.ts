/**
 * Locks on files that are used for long: one that writes keeps all others out, and who only reads keeps out who writes.
 * A lock is a file beside the locked one, named after its process, so it lasts no longer than that lives: what a killed
 * process has left is seen as such and removed. Whoever wants one leaves its own before it looks for others, so that of
 * two that come at once never both get it.
 */
import { readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { printable } from '../../images/index.js';
import { codeOf, FileError, named } from './error.js';
import { host, isOtherProcess } from './processes.js';

let count = 0;

/** Locks a file. Gives what unlocks it. @throws FileError if another has it */
export function lockFile(path: string, isWriter: boolean): () => void {
  return named(path, () => {
    const real = realpathSync(path);
    const prefix = `.${basename(real)}.firstlight-`;
    const own = `${prefix}${isWriter ? 'writer' : 'reader'}-${host}-${process.pid}-${count++}`;
    const ownPath = join(dirname(real), own);
    const isLeft = leaveLock(ownPath, isWriter);
    const unlock = (): void => {
      if (isLeft) rmSync(ownPath, { force: true });
    };
    try {
      const other = locksIn(dirname(real), prefix).find(
        (each) => each.name !== own && (isWriter || each.isWriter),
      );
      if (other === undefined) return unlock;
      const verb = other.isWriter ? 'written to' : 'read';
      throw new FileError(
        `${printable(path)}: ${verb} by process ${other.process}, expected a disk that nobody else uses (${other.path})`,
      );
    } catch (error) {
      unlock();
      throw error;
    }
  });
}

/** Who only reads, where nobody may make files, leaves none. */
function leaveLock(path: string, isWriter: boolean): boolean {
  try {
    writeFileSync(path, startTime(process.pid));
    return true;
  } catch (error) {
    if (!isWriter && ['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '')) return false;
    throw error;
  }
}

interface Lock {
  readonly name: string;
  readonly path: string;
  readonly isWriter: boolean;
  readonly process: string;
}

/** Locks of processes that live, as far as can be told from here. */
function locksIn(directory: string, prefix: string): Lock[] {
  return readdirSync(directory).flatMap((name) => {
    if (!name.startsWith(prefix)) return [];
    const [, kind, owner, pid] = /^(writer|reader)-(.*)-(\d+)-\d+$/.exec(name.slice(prefix.length)) ?? [];
    if (kind === undefined || pid === undefined) return [];
    const path = join(directory, name);
    if (owner === host && !isHeld(path, Number(pid))) {
      rmSync(path, { force: true });
      return [];
    }
    const process = owner === host ? pid : `${pid} of ${owner}`;
    return [{ name, path, isWriter: kind === 'writer', process: printable(process) }];
  });
}

/** Whether the process that left a lock lives, and is not another one with its number. */
function isHeld(path: string, pid: number): boolean {
  if (pid !== process.pid && !isOtherProcess(pid)) return false;
  try {
    const started = readFileSync(path, 'utf8');
    return started === '' || started === startTime(pid);
  } catch {
    // Unlocked in between.
    return false;
  }
}

/** When a process was started, in the system's ticks; nothing where there is no /proc. proc(5), field 22 of stat. */
function startTime(pid: number): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return fields.slice(fields.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
