/**
 * Follows the translation tables that are in use by the cores of a machine: tells what a core's tables map when they
 * come into use, and what a store to one of them changes.
 */
import type { Machine } from '../../machine/index.js';
import { decodeDescriptor, type Descriptor } from './descriptor.js';
import { tablesInUse, type TableRange } from './regime.js';
import {
  firstTable,
  mapOf,
  tableBelow,
  type MappedRange,
  type ReadTable,
  type Table,
  type TableMap,
} from './table-map.js';

/** What a store has made of an entry of a table in use. */
export interface EntryChange {
  readonly range: TableRange;
  readonly table: Table;
  readonly index: number;
  readonly value: bigint;
  readonly kind: Descriptor['kind'];
  /** The address that the entry stands for. */
  readonly virtual: bigint;
  /** What it maps now, by itself or by the tables that it leads to. */
  readonly ranges: readonly MappedRange[];
  readonly isCut: boolean;
}

/** A table in use, and those that its entries lead to. */
interface Node {
  readonly table: Table;
  readonly tree: Tree;
  readonly below: Map<number, Node>;
}

/** The tables of one range, which several cores may use. */
interface Tree {
  readonly key: string;
  readonly range: TableRange;
  readonly users: Set<number>;
  /** Tables that the tree has, all of them. */
  readonly nodes: Set<Node>;
}

const PAGE_SHIFT = 12;
/** Maps of which it is remembered what was last told. */
const REMEMBERED = 64;
const LONGEST_REMEMBERED = 1024;

export class LiveTables {
  /** By what makes the range. */
  private readonly trees = new Map<string, Tree>();
  /** By the pages of physical memory that tables are in. */
  private readonly pages = new Map<number, Set<Node>>();
  private readonly told = new Map<string, string>();

  constructor(private readonly machine: Machine) {}

  /**
   * Looks at a core's tables anew, after it has written registers that say which they are. Answers the maps of those that
   * have come into use for it.
   */
  look(core: number): { readonly map: TableMap; readonly isAsBefore: boolean }[] {
    const ranges = new Map(tablesInUse(this.machine, core).map((range) => [keyOf(range), range]));
    for (const tree of [...this.trees.values()]) {
      if (!ranges.has(tree.key)) this.leave(tree, core);
    }
    return [...ranges].flatMap(([key, range]) => {
      const tree = this.trees.get(key);
      if (tree?.users.has(core) === true) return [];
      tree?.users.add(core);
      const map = tree === undefined ? this.plant(key, range, core) : mapOf(range, this.read);
      return [{ map, isAsBefore: this.isAsBefore(key, map) }];
    });
  }

  /** Whether there is a table in use in the page of this physical address. */
  holds(physical: number): boolean {
    return this.pages.has(Math.floor(physical / 2 ** PAGE_SHIFT));
  }

  /** What a store of so many bytes at a physical address, which has been made, changes in tables in use. */
  stored(physical: number, bytes: number): EntryChange[] {
    const changes: EntryChange[] = [];
    const last = physical + bytes - 1;
    for (let address = physical - (physical % 8); address <= last; address += 8) {
      const nodes = this.pages.get(Math.floor(address / 2 ** PAGE_SHIFT)) ?? [];
      for (const node of [...nodes]) {
        const index = (address - node.table.address) / 8;
        if (index >= 0 && index < node.table.entries) changes.push(this.change(node, index, address));
      }
    }
    return changes;
  }

  private change(node: Node, index: number, address: number): EntryChange {
    const { table, tree } = node;
    const { range } = tree;
    const below = node.below.get(index);
    if (below !== undefined) this.uproot(below);
    node.below.delete(index);
    const value = this.read64(address);
    const descriptor = decodeDescriptor(value, table.level, table.shift, range, table.rights);
    const virtual = table.virtual + (BigInt(index) << BigInt(table.shift));
    const common = { range, table, index, value, kind: descriptor.kind, virtual };
    if (descriptor.kind === 'invalid') return { ...common, ranges: [], isCut: false };
    if (descriptor.kind === 'table') {
      const map = this.grow(tree, tableBelow(table, index, descriptor, range), node, index);
      return { ...common, ranges: map.ranges, isCut: map.isCut };
    }
    const { output, mapping } = descriptor;
    const only = { virtual, physical: output, shift: table.shift, count: 1, mapping };
    return { ...common, ranges: [only], isCut: false };
  }

  private plant(key: string, range: TableRange, core: number): TableMap {
    const tree: Tree = { key, range, users: new Set([core]), nodes: new Set() };
    this.trees.set(key, tree);
    return this.grow(tree, firstTable(range));
  }

  /** Adds a table and those below it to a tree. */
  private grow(tree: Tree, first: Table, above?: Node, indexAbove = 0): TableMap {
    const nodes = new Map<Table, Node>();
    const found = (table: Table, parent: Table | undefined, index: number): void => {
      const node: Node = { table, tree, below: new Map() };
      nodes.set(table, node);
      tree.nodes.add(node);
      for (const page of pagesOf(table)) this.nodesOf(page).add(node);
      const [up, at] = parent === undefined ? [above, indexAbove] : [nodes.get(parent), index];
      up?.below.set(at, node);
    };
    return mapOf(tree.range, this.read, found, first);
  }

  private nodesOf(page: number): Set<Node> {
    const nodes = this.pages.get(page) ?? new Set();
    this.pages.set(page, nodes);
    return nodes;
  }

  private leave(tree: Tree, core: number): void {
    tree.users.delete(core);
    if (tree.users.size > 0) return;
    this.trees.delete(tree.key);
    for (const node of tree.nodes) this.forget(node);
  }

  /** Takes a table and those below it out. */
  private uproot(node: Node): void {
    for (const below of node.below.values()) this.uproot(below);
    node.tree.nodes.delete(node);
    this.forget(node);
  }

  private forget(node: Node): void {
    for (const page of pagesOf(node.table)) {
      const nodes = this.pages.get(page);
      nodes?.delete(node);
      if (nodes?.size === 0) this.pages.delete(page);
    }
  }

  /** Whether the map is what was last told of these tables. */
  private isAsBefore(key: string, { ranges }: TableMap): boolean {
    if (ranges.length > LONGEST_REMEMBERED) return false;
    const text = JSON.stringify(ranges, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    const before = this.told.get(key);
    this.told.delete(key);
    this.told.set(key, text);
    const oldest = this.told.size > REMEMBERED ? this.told.keys().next().value : undefined;
    if (oldest !== undefined) this.told.delete(oldest);
    return before === text;
  }

  private readonly read: ReadTable = (address, length) => this.machine.readMemory(address, length);

  private read64(address: number): bigint {
    const bytes = this.machine.readMemory(address, 8);
    return bytes === undefined ? 0n : new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  }
}

function* pagesOf({ address, entries }: Table): Generator<number> {
  const last = Math.floor((address + entries * 8 - 1) / 2 ** PAGE_SHIFT);
  for (let page = Math.floor(address / 2 ** PAGE_SHIFT); page <= last; page++) yield page;
}

/** Tables and how they are read: an ASID does not matter. */
function keyOf(range: TableRange): string {
  const { base, root, granule, inputSize, startLevel, writeForbidsExecute, attributes, through } = range;
  const own = [base, root, granule, inputSize, startLevel, writeForbidsExecute, attributes].join(' ');
  return through === undefined ? own : `${own} through ${keyOf(through)}`;
}
