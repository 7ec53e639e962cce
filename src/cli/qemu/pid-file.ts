/** `-pidfile`: a file with the number of the process, as long as that is there. */
import { unlinkSync, writeFileSync } from 'node:fs';
import { failure } from './endpoints/failure.js';
import { QemuError } from './error.js';

/** Does something with the file there. @throws QemuError where it cannot be made */
export async function withPidFile(path: string | undefined, act: () => Promise<void>): Promise<void> {
  if (path === undefined) return act();
  try {
    writeFileSync(path, `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    const reason = failure(error as NodeJS.ErrnoException);
    throw new QemuError(`cannot create PID file: Could not create '${path}': ${reason}`);
  }
  try {
    await act();
  } finally {
    try {
      unlinkSync(path);
    } catch {
      // Somebody else has removed it.
    }
  }
}
