/** Cylinders, heads and sectors, which disks have not had for long: what a table of partitions implies, or what is usual. */
import type { Disk } from '../../../disk/index.js';

export interface Geometry {
  readonly cylinders: number;
  readonly heads: number;
  readonly sectors: number;
}

const SECTOR = 512;
const MOST_CYLINDERS = 16383;
const USUAL = { heads: 16, sectors: 63 };
const PARTITIONS = 0x1be;
const SIGNATURE = 510;

/** Sectors of 512 bytes, the last of which may be cut off. */
export const sectorsOf = ({ size }: Disk): number => Math.ceil(size / SECTOR);

export function geometryOf(disk: Disk): Geometry {
  const total = sectorsOf(disk);
  const found = fromPartitions(disk, total);
  // More heads are those of a BIOS, not of a disk.
  if (found !== undefined && found.heads <= USUAL.heads) return found;
  const cylinders = Math.floor(total / (USUAL.heads * USUAL.sectors));
  return { cylinders: Math.min(Math.max(cylinders, 2), MOST_CYLINDERS), ...USUAL };
}

/** A partition ends where a cylinder does. */
function fromPartitions(disk: Disk, total: number): Geometry | undefined {
  const table = new Uint8Array(SECTOR);
  disk.read(0, table);
  if (table[SIGNATURE] !== 0x55 || table[SIGNATURE + 1] !== 0xaa) return undefined;
  for (let at = PARTITIONS; at < SIGNATURE; at += 16) {
    const lastHead = table[at + 5];
    const sectors = table[at + 6] & 63;
    const isEmpty = table.subarray(at + 12, at + 16).every((byte) => byte === 0);
    if (isEmpty || lastHead === 0 || sectors === 0) continue;
    const heads = lastHead + 1;
    const cylinders = Math.floor(total / (heads * sectors));
    if (cylinders >= 1 && cylinders <= MOST_CYLINDERS) return { cylinders, heads, sectors };
  }
  return undefined;
}
