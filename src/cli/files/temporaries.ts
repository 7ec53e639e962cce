/**
 * Names for what is written beside a file, or into a directory, before it takes its place. A process that is killed
 * leaves such a thing behind: the next that writes to the same directory removes it.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { host, isOtherProcess } from './processes.js';

/** Host and process are in the name. */
const prefix = `.firstlight-${host}-`;
const inUse = new Set<string>();
const swept = new Set<string>();
let count = 0;

/** A path in `directory` that nothing has, once what killed processes left there is gone. */
export function temporaryPath(directory: string): string {
  if (!swept.has(directory)) {
    removeLeftovers(directory);
    swept.add(directory);
  }
  const path = join(directory, `${prefix}${process.pid}-${count++}`);
  inUse.add(path);
  return path;
}

/** Removes a temporary, if it is still there. */
export function removeTemporary(path: string): void {
  rmSync(path, { recursive: true, force: true });
  inUse.delete(path);
}

/** Removes what processes that were killed left in a directory, as far as this user may. */
export function removeLeftovers(directory: string): void {
  try {
    for (const name of readdirSync(directory)) {
      const path = join(directory, name);
      if (isLeftover(name) && !inUse.has(path)) rmSync(path, { recursive: true, force: true });
    }
  } catch {
    // They are in nobody's way.
  }
}

function isLeftover(name: string): boolean {
  if (!name.startsWith(prefix)) return false;
  const [, owner] = /^(\d+)-\d+$/.exec(name.slice(prefix.length)) ?? [];
  return owner !== undefined && !isOtherProcess(Number(owner));
}
