/** Translation tables read as what they map: a map of ranges, or the way of one address through them. */
import { decodeDescriptor, type Descriptor, type Mapping, type TableRights } from './descriptor.js';
import { shiftOf, type TableRange } from './regime.js';

/** Reads tables: bytes at a physical address, or undefined where there is no RAM. */
export type ReadTable = (address: number, length: number) => Uint8Array | undefined;

/** Pages or blocks that lie side by side and are mapped alike. */
export interface MappedRange {
  readonly virtual: bigint;
  readonly physical: number;
  /** log2 of the bytes of each page or block. */
  readonly shift: number;
  /** How many of them. */
  readonly count: number;
  readonly mapping: Mapping;
}

/** A table, and what an entry of it stands for. */
export interface Table {
  /** As the entry that leads to it has it; once it has been read, its physical address. */
  readonly address: number;
  readonly level: number;
  /** log2 of the bytes that an entry stands for. */
  readonly shift: number;
  readonly entries: number;
  /** The first address that it translates. */
  readonly virtual: bigint;
  readonly rights: TableRights;
}

export interface TableMap {
  readonly range: TableRange;
  /** By ascending address. */
  readonly ranges: readonly MappedRange[];
  /** More is mapped than is told. */
  readonly isCut: boolean;
}

/** Tables and ranges beyond which a map is cut off: tables may lead into themselves. */
const MOST_TABLES = 16_384;
const MOST_RANGES = 16_384;

/** Where the tables begin. */
export function firstTable({ root, startLevel, granule, inputSize, first }: TableRange): Table {
  const shift = shiftOf(startLevel, granule);
  const entries = 2 ** (inputSize - shift);
  return { address: root, level: startLevel, shift, entries, virtual: first, rights: 0n };
}

/** The table that an entry leads to. */
export function tableBelow(
  { level, virtual, shift }: Table,
  index: number,
  { address, rights }: Descriptor & { kind: 'table' },
  { granule }: TableRange,
): Table {
  return {
    ...{ address, level: level + 1, rights, entries: 2 ** (granule - 3) },
    shift: shiftOf(level + 1, granule),
    virtual: virtual + (BigInt(index) << BigInt(shift)),
  };
}

/** Gathers what tables map. */
class MapBuilder {
  readonly ranges: MappedRange[] = [];
  isCut = false;
  private tables = 0;

  constructor(
    private readonly range: TableRange,
    private readonly read: ReadTable,
    /** Hears of each table that is read. */
    private readonly found: (table: Table, parent: Table | undefined, index: number) => void,
  ) {}

  add(wanted: Table, parent?: Table, indexInParent = 0): void {
    if (this.tables >= MOST_TABLES || this.ranges.length >= MOST_RANGES) {
      this.isCut = true;
      return;
    }
    this.tables++;
    const table = located(wanted, this.range, this.read);
    const bytes = table && this.read(table.address, table.entries * 8);
    if (table === undefined || bytes === undefined) return;
    this.found(table, parent, indexInParent);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let index = 0; index < table.entries; index++) {
      // Most entries are empty; bit 0 says so.
      if ((view.getUint8(index * 8) & 1) === 0) continue;
      const value = view.getBigUint64(index * 8, true);
      const descriptor = decodeDescriptor(value, table.level, table.shift, this.range, table.rights);
      if (descriptor.kind === 'table')
        this.add(tableBelow(table, index, descriptor, this.range), table, index);
      else if (descriptor.kind !== 'invalid')
        this.mapped(table.virtual + (BigInt(index) << BigInt(table.shift)), table.shift, descriptor);
    }
  }

  private mapped(virtual: bigint, shift: number, { output, mapping }: Leaf): void {
    const last = this.ranges.at(-1);
    const next = { virtual, physical: output, shift, count: 1, mapping };
    const joined = last && joinRanges(last, next);
    if (joined === undefined) this.ranges.push(next);
    else this.ranges[this.ranges.length - 1] = joined;
  }
}

type Leaf = Descriptor & { kind: 'block' | 'page' };

/** Both as one range, where the second continues the first. */
export function joinRanges(first: MappedRange, next: MappedRange): MappedRange | undefined {
  const size = first.count * 2 ** first.shift;
  const continues =
    first.shift === next.shift &&
    first.physical + size === next.physical &&
    first.virtual + BigInt(size) === next.virtual &&
    isAlike(first.mapping, next.mapping);
  return continues ? { ...first, count: first.count + next.count } : undefined;
}

function isAlike(a: Mapping, b: Mapping): boolean {
  return (
    a.privileged === b.privileged &&
    a.unprivileged === b.unprivileged &&
    a.memory === b.memory &&
    a.shareability === b.shareability &&
    a.global === b.global &&
    a.accessed === b.accessed
  );
}

/** All that a table and those below it map. `found` hears of each table. */
export function mapOf(
  range: TableRange,
  read: ReadTable,
  found: (table: Table, parent: Table | undefined, index: number) => void = () => {},
  table: Table = firstTable(range),
): TableMap {
  const builder = new MapBuilder(range, read, found);
  builder.add(table);
  return { range, ranges: builder.ranges, isCut: builder.isCut };
}

/** A table where it is in memory; undefined where stage 2 does not map it. */
function located(table: Table, { through }: TableRange, read: ReadTable): Table | undefined {
  if (through === undefined) return table;
  const last = walkOf(through, read, BigInt(table.address)).at(-1);
  if (last === undefined || last.descriptor.kind === 'invalid' || last.descriptor.kind === 'table')
    return undefined;
  return { ...table, address: last.descriptor.output + (table.address % 2 ** last.table.shift) };
}

/** One step of a walk: the entry that an address is looked up in. */
export interface WalkedEntry {
  readonly table: Table;
  readonly index: number;
  /** Physical address of the entry. */
  readonly address: number;
  /** Undefined where there is no RAM. */
  readonly value: bigint | undefined;
  readonly descriptor: Descriptor;
}

/** The way of an address through the tables, from the first table on; none for one that is not in their range. */
export function walkOf(range: TableRange, read: ReadTable, virtual: bigint): WalkedEntry[] {
  const offset = virtual - range.first;
  if (offset < 0n || offset >> BigInt(range.inputSize) !== 0n) return [];
  const walked: WalkedEntry[] = [];
  for (let next: Table | undefined = firstTable(range); next !== undefined;) {
    const table: Table | undefined = located(next, range, read);
    if (table === undefined) return walked;
    const index: number = Number((offset >> BigInt(table.shift)) & BigInt(table.entries - 1));
    const address: number = table.address + 8 * index;
    const bytes = read(address, 8);
    const value = bytes && new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
    const { level, shift, rights } = table;
    const descriptor: Descriptor = decodeDescriptor(value ?? 0n, level, shift, range, rights);
    walked.push({ table, index, address, value, descriptor });
    next = descriptor.kind === 'table' ? tableBelow(table, index, descriptor, range) : undefined;
  }
  return walked;
}
