/** How the cores of a machine are, in few numbers, to be compared. */
import { crc32 } from '../../images/index.js';
import type { Machine } from '../../machine/index.js';
import { toJson } from '../plain-data-json.js';

/** For each core, a checksum of all of its registers and of what it does. */
export function coreChecksums(machine: Machine): number[] {
  const encoder = new TextEncoder();
  return machine.cluster.save().cores.map((core) => crc32(encoder.encode(toJson(core))));
}
