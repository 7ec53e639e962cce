/**
 * What a boot loader writes into a devicetree before it enters the kernel: `/chosen` and `/memory`.
 * Documents: Devicetree Specification v0.4, sections 3.4 and 3.6; Linux, Documentation/arm64/booting.rst.
 */
import {
  cell,
  ensureNode,
  node,
  setProperty,
  sizedCells,
  strings,
  type DeviceTree,
  type Placement,
} from './tree.js';

/** Values for `/chosen`; what is absent is left as it is. */
export interface Chosen {
  /** The kernel's command line. */
  readonly bootargs?: string;
  /** Physical addresses: first byte of the initial ramdisk, and the byte after its last. */
  readonly initrd?: { readonly start: bigint; readonly end: bigint };
  /** Entropy for the kernel's random number generator. */
  readonly rngSeed?: Uint8Array;
  /** Where to put the kernel in virtual memory; Linux reads it once and zeroes it. */
  readonly kaslrSeed?: bigint;
}

/**
 * Sets properties of `/chosen`, or of the node of that kind for Secure software, making the node if there is none.
 * `placement` is of what is new.
 */
export function setChosen(
  tree: DeviceTree,
  chosen: Chosen,
  path: '/chosen' | '/secure-chosen' = '/chosen',
  placement: Placement = 'last',
): void {
  const chosenNode = ensureNode(tree, path, placement);
  const set = (name: string, value: Uint8Array) => setProperty(chosenNode, name, value, placement);
  const { bootargs, initrd, rngSeed, kaslrSeed } = chosen;
  if (bootargs !== undefined) set('bootargs', strings(bootargs));
  if (initrd !== undefined) {
    const size = cell(tree.root, '#address-cells', 2);
    set('linux,initrd-start', sizedCells([size, initrd.start]));
    set('linux,initrd-end', sizedCells([size, initrd.end]));
  }
  if (rngSeed !== undefined) set('rng-seed', rngSeed);
  if (kaslrSeed !== undefined) set('kaslr-seed', sizedCells([2, kaslrSeed]));
}

/**
 * Replaces every `/memory` node by one for each range of RAM, before all other nodes.
 * @throws RangeError where a number does not fit in the root's `#address-cells` and `#size-cells`
 */
export function setMemory(tree: DeviceTree, ranges: readonly { address: bigint; size: bigint }[]): void {
  const addressCells = cell(tree.root, '#address-cells', 2);
  const sizeCells = cell(tree.root, '#size-cells', 1);
  const { children } = tree.root;
  const others = children.filter(({ name }) => name.split('@')[0] !== 'memory');
  const memories = ranges.map(({ address, size }) =>
    node(`memory@${address.toString(16)}`, {
      reg: sizedCells([addressCells, address], [sizeCells, size]),
      device_type: strings('memory'),
    }),
  );
  children.splice(0, children.length, ...memories, ...others);
}
