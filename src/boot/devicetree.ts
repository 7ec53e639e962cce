/**
 * The devicetree that a kernel gets: the board's own, or the user's with what QEMU 7.2 (hw/arm/boot.c) corrects in it,
 * so that one that was made for another size of RAM or another exception level fits this machine. What it says of the
 * cores is the user's business, `enable-method` included.
 */
import { findNode, setChosen, setMemory, writeFdt, type DeviceTree } from '../images/index.js';
import { psciNode, type Board, type Conduit } from '../machine/index.js';
import { BootError } from './error.js';
import { bootRandomness } from './random.js';

/** A devicetree must not be larger, so that the kernel can map it before it knows anything. */
export const MAX_DEVICETREE = 2 * 2 ** 20;

/** What /chosen is for Linux, it is for Secure software: its randomness is its own. */
const SECURE = '/secure-chosen';
/** A generated devicetree is followed by free space up to this size, as QEMU's is: room for whoever edits it. */
const GENERATED_SIZE = 2 ** 20;

/** A devicetree from a file, whose name is for messages. */
export interface UserDevicetree {
  readonly name: string;
  readonly tree: DeviceTree;
  /** Bytes of the file, from which follows how much room there is behind what is in it; none unless given. */
  readonly size?: number;
}

export interface DevicetreeInputs {
  readonly devicetree?: UserDevicetree;
  readonly append?: string;
  readonly seed?: bigint;
}

/** Physical addresses: of the first byte, and behind the last. */
type Initrd = { readonly start: number; readonly end: number };
/** The board, and how the kernel calls its PSCI, if at all. */
interface DevicetreeBoard {
  readonly board: Pick<Board, 'ram' | 'deviceTree'>;
  readonly psci: Conduit | undefined;
}

/**
 * The devicetree as a blob; undefined if neither the user nor the board has one.
 * @throws BootError where the user's does not say in how many cells it gives addresses and sizes
 */
export function flattenDevicetree(
  inputs: DevicetreeInputs,
  { board, psci }: DevicetreeBoard,
  initrd: Initrd | undefined,
): Uint8Array | undefined {
  const { devicetree, append } = inputs;
  const tree = devicetree === undefined ? generated(board, psci) : corrected(devicetree, board);
  if (tree === undefined) return undefined;
  const chosen = {
    ...(append === undefined ? {} : { bootargs: append }),
    ...(initrd === undefined ? {} : { initrd: { start: BigInt(initrd.start), end: BigInt(initrd.end) } }),
    ...randomness(inputs, tree),
  };
  setChosen(tree, chosen, '/chosen', devicetree === undefined ? 'last' : 'first');
  if (devicetree !== undefined && psci !== undefined) replacePsci(tree, psci);
  if (devicetree === undefined && inputs.seed !== undefined && findNode(tree, SECURE) !== undefined) {
    setChosen(tree, bootRandomness(~inputs.seed), SECURE);
  }
  const packed = writeFdt(tree);
  const size = devicetree === undefined ? GENERATED_SIZE : sizeWithRoom(devicetree);
  return packed.length >= size ? packed : writeFdt(tree, size - packed.length);
}

/** As much as QEMU's loader makes of it (softmmu/device_tree.c). */
const sizeWithRoom = ({ size = 0 }: UserDevicetree): number =>
  size === 0 ? 0 : Math.min(2 * (size + 10_000), MAX_DEVICETREE);

function generated(board: DevicetreeBoard['board'], psci: Conduit | undefined): DeviceTree | undefined {
  const root = board.deviceTree(psci);
  return root === undefined ? undefined : { root, reservations: [], bootCpu: 0 };
}

/** The user's devicetree with this machine's memory. */
function corrected({ name, tree }: UserDevicetree, { ram }: DevicetreeBoard['board']): DeviceTree {
  const { base, size } = ram;
  checkCells(name, tree, '#address-cells', base + size);
  checkCells(name, tree, '#size-cells', size);
  const copy = structuredClone(tree);
  setMemory(copy, [{ address: BigInt(base), size: BigInt(size) }]);
  return copy;
}

/** Has a devicetree tell of this machine's power firmware, before all other nodes. */
function replacePsci(tree: DeviceTree, conduit: Conduit): void {
  const old = findNode(tree, '/psci');
  const { children } = tree.root;
  const others = children.filter((child) => child !== old);
  children.splice(0, children.length, psciNode(conduit), ...others);
}

/** The root must say in how many cells its children give an address or a size, of which `most` is the largest. */
function checkCells(name: string, { root }: DeviceTree, property: string, most: number): void {
  const value = root.properties.get(property);
  const cells = value?.length === 4 ? new DataView(value.buffer, value.byteOffset).getUint32(0) : undefined;
  if (cells !== 1 && cells !== 2) {
    const found = value === undefined ? 'none' : (cells ?? `${value.length} bytes`);
    throw new BootError(`${name}: expected ${property} of the root node to be 1 or 2, found ${found}`);
  }
  if (most > 2 ** (32 * cells)) {
    throw new BootError(
      `${name}: ${property} of the root node is ${cells}, too few for RAM up to 0x${most.toString(16)}`,
    );
  }
}

/** A devicetree of the user's keeps its kaslr-seed, and gets an rng-seed where it has one. */
function randomness(
  { devicetree, seed }: DevicetreeInputs,
  tree: DeviceTree,
): Partial<ReturnType<typeof bootRandomness>> {
  if (seed === undefined) return {};
  if (devicetree === undefined) return bootRandomness(seed);
  const given = findNode(tree, '/chosen')?.properties.get('rng-seed');
  return given === undefined ? {} : { rngSeed: bootRandomness(seed, given.length).rngSeed };
}
