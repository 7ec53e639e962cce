/** The directory that is served by TFTP. */
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { NetworkEvent } from '../../network/index.js';

/** A piece of a file below a directory; nothing that lies elsewhere is read, be it by a link. */
export function readServed(
  directory: string | undefined,
  id: number,
  name: string,
  offset: number,
  length: number,
): NetworkEvent {
  const missing: NetworkEvent = { what: 'no-file', id };
  if (directory === undefined) return missing;
  let file: number | undefined;
  try {
    const root = realpathSync(directory);
    const path = realpathSync(resolve(root, `.${sep}${Buffer.from(name, 'latin1').toString()}`));
    if (path !== root && !path.startsWith(root.endsWith(sep) ? root : root + sep)) return missing;
    // Whatever would make the opening wait is none that is read.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(file);
    if (!stat.isFile()) return missing;
    const bytes = new Uint8Array(length);
    const read = readSync(file, bytes, 0, length, offset);
    return { what: 'file', id, size: stat.size, bytes: bytes.subarray(0, read) };
  } catch {
    return missing;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
