/**
 * Translation tables of one address space, in guest RAM: 4 KiB granule, four levels, 48-bit addresses. Arm ARM
 * D5.3, VMSAv8-64 translation table format descriptors.
 */
import { CachePolicy, VmFlag } from '../abi/constants.js';
import { PAGE_SIZE } from './layout.js';
import { NO_PAGE, type PageAllocator } from './page-allocator.js';
import type { Signed } from '../state/field-types.js';
import type { Inspector } from '../state/inspector.js';

/** MAIR_EL1: attribute 0 Normal write-back, 1 Device-nGnRnE, 2 Device-nGnRE, 3 Normal non-cacheable. */
export const MAIR = 0x44_04_00_ffn;
/** AttrIndx of a descriptor, by ZX_CACHE_POLICY_*. */
const attributeIndex = {
  [CachePolicy.CACHED]: 0,
  [CachePolicy.UNCACHED]: 1,
  [CachePolicy.UNCACHED_DEVICE]: 2,
  [CachePolicy.WRITE_COMBINING]: 3,
} as const;

// Descriptors, low and high words.
const VALID = 1 << 0;
/** A table at levels 0 to 2, a page at level 3. */
const TABLE_OR_PAGE = 1 << 1;
const AP_EL0 = 1 << 6;
const AP_READ_ONLY = 1 << 7;
const INNER_SHAREABLE = 3 << 8;
const AF = 1 << 10;
const NG = 1 << 11;
const PXN = 1 << 21;
const UXN = 1 << 22;
const ADDRESS_HIGH = 0xffff;

/** Bytes that a table of level 3 translates. */
export const TABLE_SPAN = 512 * PAGE_SIZE;

const MEMORY_END = 2 ** 48;
/** Bytes that an entry of a level translates. */
const spans = [2 ** 39, 2 ** 30, 2 ** 21, 2 ** 12] as const;

export class PageTable {
  /** RAM offset of the level 0 table. */
  readonly root: number;
  /** Valid entries of every table but the root, by the table's RAM offset. */
  private readonly entries = new Map<number, number>();
  /** The table of level 3 that was used last: first address it translates, and its RAM offset. */
  private lastBase: Signed = -1;
  private lastTable: Signed = NO_PAGE;

  /** `root`: a page of zeros, in use as a table. */
  constructor(
    private readonly pages: PageAllocator,
    root: number,
  ) {
    this.root = root;
  }

  /** Pages that the tables take, the root included. */
  get size(): number {
    return this.entries.size + 1;
  }

  /**
   * Translates the page at `address` to the page at `page` (an offset from the start of RAM, which may lie
   * outside). `permissions`: PERM_* bits; without PERM_READ, data accesses fault. False: no memory for a table.
   */
  map(address: number, page: number, permissions: number, policy: CachePolicy): boolean {
    const table = this.tableFor(address);
    if (table === NO_PAGE) return false;
    const { ram } = this.pages;
    const at = table + indexOf(address, 3) * 8;
    if ((ram.word(at) & VALID) === 0) this.entries.set(table, (this.entries.get(table) ?? 0) + 1);
    this.describe(at, page, ...attributes(permissions, policy));
    return true;
  }

  isMapped(address: number): boolean {
    return this.find(address) >= 0;
  }

  /** The page that an address translates to, an offset from the start of RAM, or NaN if it does not. */
  pageAt(address: number): number {
    const at = this.find(address);
    return at < 0 ? NaN : this.target(at);
  }

  /** The page that EL0 may read or write at an address, or NaN. */
  userPageAt(address: number, write: boolean): number {
    const at = this.find(address);
    if (at < 0) return NaN;
    const low = this.pages.ram.word(at);
    const allowed = (low & AP_EL0) !== 0 && !(write && (low & AP_READ_ONLY) !== 0);
    return allowed ? this.target(at) : NaN;
  }

  /** What the descriptor at `at` points to, as an offset from the start of RAM. */
  private target(at: number): number {
    const { ram } = this.pages;
    const high = ram.word(at + 4) & ADDRESS_HIGH;
    return high * 2 ** 32 + ((ram.word(at) & -PAGE_SIZE) >>> 0) - ram.base;
  }
  private describe(at: number, page: number, low: number, high: number): void {
    const { ram } = this.pages;
    const physical = ram.base + page;
    ram.setWords(at, physical | low, Math.floor(physical / 2 ** 32) | high);
  }

  /** The descriptor that `map` writes for a page. */
  descriptorOf(page: number, permissions: number, policy: CachePolicy): bigint {
    const [low, high] = attributes(permissions, policy);
    return BigInt(this.pages.ram.base + page) | BigInt(low) | (BigInt(high) << 32n);
  }
  /** All addresses that are translated, with their descriptors, once the tables have been found to be as counted. */
  *audited(inspector: Inspector): Generator<[address: number, descriptor: bigint]> {
    const { ram } = this.pages;
    const left: [table: number, level: number, base: number][] = [[this.root, 0, 0]];
    let tables = 0;
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const [table, level, base] = next;
      inspector.page(table, 'table');
      tables += 1;
      let valid = 0;
      for (let i = 0; i < 512; i++) {
        const [low, high] = [ram.word(table + i * 8), ram.word(table + i * 8 + 4)];
        if (low === 0 && high === 0) continue;
        valid += 1;
        const descriptor = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
        const address = base + i * spans[level];
        if (level === 3) yield [address, descriptor];
        else {
          const isTable = (descriptor & 0xfffn) === BigInt(TABLE_OR_PAGE | VALID);
          inspector.ensure(isTable, 'tables point to tables');
          left.push([Number(descriptor & ~0xfffn) - ram.base, level + 1, address]);
        }
      }
      inspector.ensure(
        level === 0 || this.entries.get(table) === valid,
        'tables have as many entries as are counted',
      );
    }
    inspector.ensure(tables === this.size, 'tables are as many as are counted');
    const isKnown = this.lastBase < 0 || this.tableAt(this.lastBase) === this.lastTable;
    inspector.ensure(isKnown, 'the table that was used last translates what it did');
  }

  /** RAM offset of the valid level 3 entry for an address, or -1. */
  private find(address: number): number {
    const table = this.existingTable(address);
    if (table === NO_PAGE) return -1;
    const at = table + indexOf(address, 3) * 8;
    return (this.pages.ram.word(at) & VALID) === 0 ? -1 : at;
  }

  private existingTable(address: number): number {
    const base = address - (address % TABLE_SPAN);
    if (base === this.lastBase) return this.lastTable;
    const table = this.tableAt(address);
    if (table === NO_PAGE) return NO_PAGE;
    this.lastBase = base;
    this.lastTable = table;
    return table;
  }
  /** The table of level 3 on the way to an address, or NO_PAGE. */
  private tableAt(address: number): number {
    let table = this.root;
    for (let level = 0; level < 3 && table !== NO_PAGE; level++) table = this.next(table, address, level);
    return table;
  }

  /** The table that an entry of a table points to, or NO_PAGE. */
  private next(table: number, address: number, level: number): number {
    const at = table + indexOf(address, level) * 8;
    return (this.pages.ram.word(at) & VALID) === 0 ? NO_PAGE : this.target(at);
  }

  /** The level 3 table for an address, made if need be; NO_PAGE without memory, and then nothing is left over. */
  private tableFor(address: number): number {
    const existing = this.existingTable(address);
    if (existing !== NO_PAGE) return existing;
    let table = this.root;
    for (let level = 0; level < 3; level++) {
      let next = this.next(table, address, level);
      if (next === NO_PAGE) {
        next = this.pages.allocate('table');
        if (next === NO_PAGE) {
          this.prune(address);
          return NO_PAGE;
        }
        this.entries.set(next, 0);
        this.describe(table + indexOf(address, level) * 8, next, TABLE_OR_PAGE | VALID, 0);
        if (level > 0) this.entries.set(table, (this.entries.get(table) ?? 0) + 1);
      }
      table = next;
    }
    this.lastBase = address - (address % TABLE_SPAN);
    this.lastTable = table;
    return table;
  }

  /** Ends the translation of a page. False: there was none. */
  unmap(address: number): boolean {
    const table = this.existingTable(address);
    if (table === NO_PAGE) return false;
    const { ram } = this.pages;
    const at = table + indexOf(address, 3) * 8;
    if ((ram.word(at) & VALID) === 0) return false;
    ram.setWords(at, 0, 0);
    const left = (this.entries.get(table) ?? 0) - 1;
    this.entries.set(table, left);
    if (left === 0) this.prune(address);
    return true;
  }

  /** Frees the tables on the way to an address that have no entries any more. */
  private prune(address: number): void {
    const { ram } = this.pages;
    const path = [this.root];
    for (let level = 0; level < 3; level++) {
      const next = this.next(path[level], address, level);
      if (next === NO_PAGE) break;
      path.push(next);
    }
    for (let level = path.length - 1; level > 0; level--) {
      const table = path[level];
      if (this.entries.get(table) !== 0) return;
      const above = path[level - 1];
      this.entries.delete(table);
      this.pages.release(table, 'table');
      ram.setWords(above + indexOf(address, level - 1) * 8, 0, 0);
      if (level > 1) this.entries.set(above, (this.entries.get(above) ?? 0) - 1);
      if (table === this.lastTable) this.lastBase = -1;
    }
  }

  /** The first address from `start` on, below `end`, that is translated; `end` if there is none. */
  nextMapped(start: number, end: number): number {
    let address = start;
    while (address < end) {
      const span = this.absentSpan(address);
      if (span === 0) return address;
      address = address - (address % span) + span;
    }
    return end;
  }

  /** 0 if an address is translated, else the bytes that the missing entry would translate. */
  private absentSpan(address: number): number {
    if (address >= MEMORY_END) return MEMORY_END;
    if (address - (address % TABLE_SPAN) === this.lastBase) return this.find(address) < 0 ? PAGE_SIZE : 0;
    let table = this.root;
    for (let level = 0; level < 3; level++) {
      table = this.next(table, address, level);
      if (table === NO_PAGE) return spans[level];
    }
    return this.find(address) < 0 ? PAGE_SIZE : 0;
  }

  /** Gives all pages of the tables back, the root's too. */
  destroy(): void {
    for (const table of this.entries.keys()) this.pages.release(table, 'table');
    this.entries.clear();
    this.lastBase = -1;
    this.pages.release(this.root, 'table');
  }
}

function indexOf(address: number, level: number): number {
  return Math.floor(address / spans[level]) % 512;
}

/** Low and high word of a page's descriptor, without the page. */
function attributes(permissions: number, policy: CachePolicy): [low: number, high: number] {
  const executeNever = (permissions & VmFlag.PERM_EXECUTE) === 0 ? UXN : 0;
  return [(attributeIndex[policy] << 2) | accessBits(permissions), PXN | executeNever];
}
function accessBits(permissions: number): number {
  const el0 = (permissions & VmFlag.PERM_READ) !== 0 ? AP_EL0 : 0;
  const readOnly = (permissions & VmFlag.PERM_WRITE) === 0 ? AP_READ_ONLY : 0;
  return VALID | TABLE_OR_PAGE | el0 | readOnly | INNER_SHAREABLE | AF | NG;
}
