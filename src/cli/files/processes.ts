/** Processes that files tell of by their names. */
import { hostname } from 'node:os';
import { codeOf } from './error.js';

/** This host, as a file's name can have it. Whether another host's process lives cannot be told here. */
export const host = hostname().replace(/[^\w.-]/g, '_');

/** Whether a number is that of another process which lives. An earlier one may have had this one's. */
export function isOtherProcess(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
