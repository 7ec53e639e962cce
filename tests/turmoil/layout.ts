/**
 * The memory of a guest in turmoil: two sets of translation tables, in which the same code pages appear in several places,
 * and data pages beside all kinds of others. VMSAv8-64, 4 KiB granule, 39-bit addresses: Arm ARM, D5.2 and D5.3.
 */
import type { Random } from '../cases/random.js';

export const RAM = 0x4000_0000;
export const RAM_SIZE = 0x4_0000;
export const PAGE = 0x1000;

/** The vector table and its handler: two pages. */
export const VECTORS = RAM;
/** Each of the two sets is a table of each level. */
const TABLES = [RAM + 0x8000, RAM + 0xb000] as const;
export const CODE = RAM + 0x1_0000;
export const CODE_PAGES = 4;
const DATA = RAM + 0x2_0000;
export const DATA_PAGES = 4;

/** Pages of the 2 MiB from RAM on, virtually; those of code: for EL1, again, for EL0, and of one address space only. */
const windows = { el1: 0x40, again: 0x50, el0: 0x60, own: 0x70 } as const;
export const CODE_WINDOWS = Object.values(windows).map((page) => RAM + page * PAGE);
export const EL0_WINDOW = RAM + windows.el0 * PAGE;
const DATA_WINDOW = 0x80;
/** Virtual addresses of data, whose edges are next to every other kind of page. */
export const dataAddress = (random: Random): number => {
  const page = RAM + (DATA_WINDOW + random.below(20)) * PAGE;
  return page + (random.oneIn(3) ? PAGE - 1 - random.below(20) : random.below(PAGE / 8) * 8);
};

const VALID_PAGE = 3n;
const AF = 1n << 10n;
const INNER_SHAREABLE = 3n << 8n;
const EL0 = 1n << 6n;
const READ_ONLY = 1n << 7n;
const NOT_GLOBAL = 1n << 11n;
const PXN = 1n << 53n;
const UXN = 1n << 54n;
const DEVICE = 1n << 2n;

const usual = VALID_PAGE | INNER_SHAREABLE;

/** MAIR_EL1 to go with that, and TCR_EL1: T0SZ and T1SZ 25, 4 KiB both, IPS 40 bits, 16-bit ASIDs. */
export const MAIR = 0x04ffn;
export const TCR = (1n << 36n) | (2n << 32n) | (2n << 30n) | (0x35n << 24n) | (25n << 16n) | 0x3500n | 25n;
/** TTBR0_EL1 of each set with an ASID of its own. */
export const TTBR0 = TABLES.map((table, i) => BigInt(table) | (BigInt(i + 1) << 48n));
/** Where the descriptor of a code page of a window is, in a set. */
export const descriptorAddress = (set: number, window: number, page: number): number =>
  TABLES[set] + 2 * PAGE + ((CODE_WINDOWS[window] - RAM) / PAGE + page) * 8;

/** Puts both sets into RAM. */
export function writeTables(ram: DataView): void {
  for (const [set, table] of TABLES.entries()) {
    const put = (level: number, index: number, value: bigint): void =>
      ram.setBigUint64(table - RAM + level * PAGE + index * 8, value, true);
    put(0, RAM >>> 30, BigInt(table + PAGE) | 3n);
    put(1, 0, BigInt(table + 2 * PAGE) | 3n);
    const map = (page: number, to: number, bits: bigint): void => put(2, page, BigInt(to) | bits | usual);
    // What the handler needs, as it is; what differs between the sets, or comes to, is of one address space.
    for (let page = 0; page < 0x10; page++) map(page, RAM + page * PAGE, AF | UXN);
    for (let i = 0; i < CODE_PAGES; i++) {
      const other = CODE + ((i + set) % CODE_PAGES) * PAGE;
      map(windows.el1 + i, CODE + i * PAGE, AF | UXN | NOT_GLOBAL);
      map(windows.again + i, other, AF | UXN | NOT_GLOBAL);
      map(windows.el0 + i, other, AF | EL0 | PXN | NOT_GLOBAL);
      map(windows.own + i, other, AF | UXN | NOT_GLOBAL);
    }
    const data = (page: number, number: number, bits: bigint): void =>
      map(DATA_WINDOW + page, DATA + (number % DATA_PAGES) * PAGE, bits | PXN | UXN);
    for (let i = 0; i < 20; i++) {
      if (i % 5 === 0) data(i, i, AF | EL0 | READ_ONLY);
      else if (i % 5 === 2) data(i, i + set, AF | EL0 | NOT_GLOBAL);
      else if (i === 8) data(i, i, AF | EL0 | DEVICE);
      else if (i === 11) data(i, i, EL0);
      else if (i !== 14) data(i, i, AF | EL0);
    }
  }
}
