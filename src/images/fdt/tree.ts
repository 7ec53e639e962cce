/**
 * A devicetree as plain data, and edits to it. Document: Devicetree Specification v0.4, chapter 2.
 *
 * Property values are bytes, as in the blob: their type is known only to the binding. All numbers in them
 * are big-endian; a "cell" is 32 bits.
 */
import { decodeText, encodeText } from '../text.js';

/** A node; order of properties and children is kept, since `dtc` and Linux show it. */
export interface DeviceTreeNode {
  /** `name` or `name@unit-address`; empty for the root. */
  readonly name: string;
  readonly properties: Map<string, Uint8Array>;
  readonly children: DeviceTreeNode[];
}

/** Physical memory that the system must not touch, from the blob's memory reservation block. */
export interface MemoryReservation {
  readonly address: bigint;
  readonly size: bigint;
}

export interface DeviceTree {
  readonly root: DeviceTreeNode;
  readonly reservations: MemoryReservation[];
  /** `boot_cpuid_phys` of the header. */
  readonly bootCpu: number;
}

/** An empty tree around a root with the given properties. */
export function deviceTree(root: DeviceTreeNode, reservations: MemoryReservation[] = []): DeviceTree {
  return { root, reservations, bootCpu: 0 };
}

/** A node from a record of properties, in the record's order. */
export function node(
  name: string,
  properties: Readonly<Record<string, Uint8Array>> = {},
  children: DeviceTreeNode[] = [],
): DeviceTreeNode {
  return { name, properties: new Map(Object.entries(properties)), children };
}

/** `<u32> <u32> ...`: 32-bit cells. Throws `RangeError` for a number that is no unsigned 32-bit integer. */
export function cells(...values: readonly number[]): Uint8Array {
  return sizedCells(...values.map((value) => [1, value] as const));
}

/** Numbers of a given size: `sizedCells([2, address], [2, size])` makes a `reg` with two cells each. */
export function sizedCells(
  ...values: readonly (readonly [size: number, value: bigint | number])[]
): Uint8Array {
  const total = values.reduce((sum, [size]) => sum + size, 0);
  const bytes = new Uint8Array(total * 4);
  const view = new DataView(bytes.buffer);
  let cell = 0;
  for (const [size, value] of values) {
    const number = BigInt(value);
    if (BigInt.asUintN(32 * size, number) !== number) {
      throw new RangeError(`expected an unsigned number of ${32 * size} bits, found ${number}`);
    }
    for (let i = size - 1; i >= 0; i--) {
      view.setUint32(4 * cell++, Number(BigInt.asUintN(32, number >> BigInt(32 * i))));
    }
  }
  return bytes;
}

/** One 64-bit number, two cells. */
export function u64(value: bigint | number): Uint8Array {
  return sizedCells([2, value]);
}

/** A list of strings, UTF-8, each ended by NUL. */
export function strings(...values: readonly string[]): Uint8Array {
  return encodeText(values.map((value) => `${value}\0`).join(''));
}

/** A property whose presence is its meaning, such as `interrupt-controller`. */
export const present = new Uint8Array();

/** The first cell of a property, or `otherwise` where the node has no such property. */
export function cell(at: DeviceTreeNode, property: string, otherwise: number): number {
  const value = at.properties.get(property);
  if (value === undefined || value.length < 4) return otherwise;
  return new DataView(value.buffer, value.byteOffset).getUint32(0);
}

/** A property's strings, or none where the node has no such property. */
export function stringList(at: DeviceTreeNode, property: string): string[] {
  const value = at.properties.get(property);
  if (value === undefined || value.length === 0) return [];
  return decodeText(value).replace(/\0$/, '').split('\0');
}

/** The node at an absolute path (`/soc/serial@7e201000`). A component without unit address matches any. */
export function findNode(tree: DeviceTree, path: string): DeviceTreeNode | undefined {
  let at: DeviceTreeNode | undefined = tree.root;
  for (const component of pathComponents(path)) {
    at = at && findChild(at, component);
  }
  return at;
}

/**
 * Where what is new goes among its like: behind them, or before them, the latest first, as libfdt puts it into a blob.
 * Who lists the tree sees which.
 */
export type Placement = 'last' | 'first';

/** Gives a property a value; one that the node has stays where it is. */
export function setProperty(
  { properties }: DeviceTreeNode,
  name: string,
  value: Uint8Array,
  placement: Placement,
): void {
  const others = placement === 'first' && !properties.has(name) ? [...properties] : [];
  if (others.length > 0) properties.clear();
  properties.set(name, value);
  for (const [key, other] of others) properties.set(key, other);
}

/** The node at an absolute path; the nodes on the way that do not exist are made. */
export function ensureNode(tree: DeviceTree, path: string, placement: Placement = 'last'): DeviceTreeNode {
  let at = tree.root;
  for (const component of pathComponents(path)) {
    let child = findChild(at, component);
    if (child === undefined) {
      child = node(component);
      if (placement === 'first') at.children.unshift(child);
      else at.children.push(child);
    }
    at = child;
  }
  return at;
}

function pathComponents(path: string): string[] {
  return path.split('/').filter((component) => component !== '');
}

function findChild(parent: DeviceTreeNode, component: string): DeviceTreeNode | undefined {
  const exact = parent.children.find(({ name }) => name === component);
  if (exact !== undefined || component.includes('@')) return exact;
  return parent.children.find(({ name }) => name.split('@')[0] === component);
}
