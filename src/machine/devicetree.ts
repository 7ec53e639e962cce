/**
 * The devicetree as a plain tree, and the property encodings of the Devicetree Specification v0.4, section 2.2.
 *
 * Flattening it to a blob is the business of the images room.
 */

export interface DeviceTreeNode {
  /** With its unit address: `pl011@9000000`; the root's is empty. */
  readonly name: string;
  /** In the order in which they were written. */
  readonly properties: Map<string, Uint8Array>;
  readonly children: DeviceTreeNode[];
}

/** Builds a node from a record of properties, in the record's order. */
export function node(
  name: string,
  properties: { [name: string]: Uint8Array },
  children: DeviceTreeNode[] = [],
): DeviceTreeNode {
  return { name, properties: new Map(Object.entries(properties)), children };
}

/** <u32> ...: 32-bit big-endian cells. */
export function cells(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint32(4 * i, value));
  return bytes;
}

/** <u64> ...: each value below 2^53 as two cells. */
export function cells64(...values: number[]): Uint8Array {
  return cells(...values.flatMap((value) => [Math.floor(value / 2 ** 32), value >>> 0]));
}

/** <string> or <stringlist>. */
export function strings(...values: string[]): Uint8Array {
  return new TextEncoder().encode(values.map((value) => `${value}\0`).join(''));
}

/** <empty>: a property that means something by being there. */
export const empty = new Uint8Array(0);
