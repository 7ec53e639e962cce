/** Random translation tables: every kind of descriptor at every level, most of them leading somewhere. */
import type { Random } from '../../tests/cases/random.js';
import { POOL, POOL_BYTES } from './layout.js';

const TABLE_BYTES = 4096;
const TABLES = POOL_BYTES / TABLE_BYTES;
const bit = (n: number): bigint => 1n << BigInt(n);

/** The tables with a fixed role, by number; the others are random. */
export const roots = {
  /** EL2: the first GiB of RAM is mapped to itself, so that the program goes on with its MMU on. */
  el2: 0,
  /** Stage 2, beginning at level 1: the pool is mapped to itself, with random permissions. */
  stage2: 2,
  /** The level 2 and level 3 tables of that. */
  stage2Blocks: 3,
  stage2Pages: 4,
} as const;
/** Tables without blocks, for the levels that allow none. */
const FIRST_ROOT = 16;
const FIRST_RANDOM = 32;

export function tableAddress(number: number): bigint {
  return BigInt(POOL + number * TABLE_BYTES);
}

/** Address of a random table; a multiple of 64 KiB when it is to be the base of larger ones. */
export function randomTable(random: Random): bigint {
  const number = FIRST_RANDOM + random.below(TABLES - FIRST_RANDOM);
  return tableAddress(random.oneIn(2) ? number : number & ~15);
}

/** A table to begin at, of 16 tables' size, for a level that has no blocks. */
export function rootTable(): bigint {
  return tableAddress(FIRST_ROOT);
}

/** Bits that do not tell where a descriptor leads: attributes at both ends, random with a bias to access. */
function attributes(random: Random): bigint {
  const lower = BigInt(random.below(1024)) << 2n;
  const flagged = random.oneIn(10) ? lower & ~bit(10) : lower | bit(10);
  const upper = random.oneIn(2) ? 0n : BigInt(random.below(4)) << 53n;
  return (flagged & 0xffcn) | upper;
}

/** An address at which nothing answers. */
function nowhere(random: Random): bigint {
  return BigInt(0x5000_0000 + random.below(2 ** 16) * 4096);
}

/** An address of a block or page. Where a table is read from there, nothing must answer but RAM. */
function outputAddress(random: Random): bigint {
  if (random.oneIn(4)) return randomTable(random);
  const wide = random.long() & 0xffff_ffff_f000n;
  if (random.oneIn(4)) return wide | bit(40 + random.below(8));
  return (wide & (random.oneIn(2) ? 0xffff_f000n : 0x7f_ffff_f000n)) | bit(30);
}

function randomDescriptor(random: Random): bigint {
  const kind = random.below(16);
  if (kind === 0) return BigInt(random.below(2 ** 30)) & ~1n;
  if (kind < 5) return outputAddress(random) | attributes(random) | 1n;
  const hierarchical = random.oneIn(3) ? BigInt(random.below(32)) << 59n : 0n;
  if (kind === 5) return nowhere(random) | hierarchical | 3n;
  if (kind < 9) return outputAddress(random) | attributes(random) | 3n;
  return randomTable(random) | (attributes(random) & 0xffcn) | hierarchical | 3n;
}

/** A stage 2 leaf that maps an address to itself, usually readable and writable Normal memory. */
function identity(random: Random, address: bigint, isPage: boolean): bigint {
  const usual = (0xfn << 2n) | (3n << 6n) | (3n << 8n) | bit(10);
  return address | (random.oneIn(4) ? attributes(random) : usual) | (isPage ? 3n : 1n);
}

/** A descriptor for a level that has no blocks: QEMU 7.2 takes them at every level above 3. */
function rootDescriptor(random: Random): bigint {
  if (random.oneIn(8)) return random.long() & ~1n;
  const hierarchical = random.oneIn(3) ? BigInt(random.below(32)) << 59n : 0n;
  return (random.oneIn(16) ? nowhere(random) : randomTable(random)) | hierarchical | 3n;
}

/** Fills the pool. */
export function randomPool(random: Random): Uint8Array {
  const bytes = new Uint8Array(POOL_BYTES);
  const view = new DataView(bytes.buffer);
  const put = (table: number, entry: number, value: bigint): void =>
    view.setBigUint64(table * TABLE_BYTES + entry * 8, value, true);
  for (let table = 0; table < TABLES; table++) {
    const descriptor = table >= FIRST_ROOT && table < FIRST_RANDOM ? rootDescriptor : randomDescriptor;
    for (let entry = 0; entry < 512; entry++) put(table, entry, descriptor(random));
  }
  put(roots.el2, 1, BigInt(0x4000_0000) | bit(10) | (3n << 8n) | 1n);
  put(roots.stage2, 1, tableAddress(roots.stage2Blocks) | 3n);
  put(roots.stage2Blocks, 9, tableAddress(roots.stage2Pages) | 3n);
  for (let page = 0; page < TABLES; page++) {
    put(roots.stage2Pages, page, identity(random, tableAddress(page), true));
  }
  return bytes;
}
