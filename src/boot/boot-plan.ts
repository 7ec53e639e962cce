/**
 * A boot, laid out: what goes where in RAM and how the cores start. The arm64 boot protocol as Linux documents it
 * (Documentation/arch/arm64/booting.rst), with the placements of QEMU's board `virt`.
 *
 * A plan is plain data; whoever has a machine copies the segments to RAM and sets the registers.
 */
import { setChosen, setMemory, writeFdt, type DeviceTree, type Kernel } from '../images/index.js';
import type { DeviceTreeNode } from '../machine/index.js';
import { BootError } from './error.js';
import { placeKernel, type PlacedKernel } from './kernel-placement.js';
import { bootRandomness } from './random.js';
import { alignUp, checkPlacement, type RamRange, type Segment } from './segments.js';
import { resetStub } from './stub.js';

const MiB = 2 ** 20;

/** A devicetree must not be larger, so that the kernel can map it before it knows anything. */
const MAX_DEVICETREE = 2 * MiB;

/** A generated devicetree is followed by free space up to this size, as QEMU's is: room for whoever edits it. */
const GENERATED_DEVICETREE = MiB;

/** What is to be booted. The names are the files', for messages. */
export interface BootInputs {
  readonly kernel: { readonly name: string; readonly content: Kernel };
  readonly initrd?: { readonly name: string; readonly bytes: Uint8Array };
  /** Instead of the board's own. Its memory nodes are replaced, its /chosen filled in. */
  readonly devicetree?: { readonly name: string; readonly tree: DeviceTree };
  /** The kernel's command line. */
  readonly append?: string;
  /** Where rng-seed and kaslr-seed come from, 64 bits; without it neither is given. */
  readonly seed?: bigint;
}

/** The machine, as far as a boot loader has to know it. */
export interface BootBoard {
  readonly cores: number;
  readonly ramBase: number;
  /** Bytes. */
  readonly ramSize: number;
  /** The cores have EL2 and start there; otherwise they start at EL1. */
  readonly hypervisor: boolean;
  deviceTree(): DeviceTreeNode;
}

/** How a core comes out of reset: MMU off, interrupts masked, registers other than these zero. */
export interface CoreStart {
  /** False: it waits, powered off, for PSCI's CPU_ON. */
  readonly powered: boolean;
  /** Physical address. */
  readonly pc: number;
  readonly el: 1 | 2;
  readonly x0: number;
}

export interface BootPlan {
  readonly segments: readonly Segment[];
  /** By core number; the first one boots. */
  readonly cores: readonly CoreStart[];
  /** The instruction that calls PSCI. */
  readonly psci: 'hvc' | 'smc';
  /** Physical address of the kernel's first instruction; the reset stub, if there is one, runs before it. */
  readonly kernelEntry: number;
  /** Physical address of the devicetree. */
  readonly devicetree: number;
}

/**
 * Lays a boot out.
 * @throws BootError, one line, where something does not fit or overlaps
 */
export function planBoot(inputs: BootInputs, board: BootBoard): BootPlan {
  const ram: RamRange = { base: board.ramBase, size: board.ramSize };
  const kernel = placeKernel(inputs.kernel.name, inputs.kernel.content, ram.base);
  checkPlacement(kernel.segments, ram);
  const initrd = placeInitrd(inputs, kernel, ram);
  const devicetree = placeDevicetree(inputs, board, kernel, initrd, ram);
  const stub: Segment[] = kernel.byProtocol
    ? [segment('reset stub', ram.base, resetStub(devicetree.address, kernel.entry))]
    : [];
  const segments = [...stub, ...kernel.segments, ...(initrd === undefined ? [] : [initrd]), devicetree];
  checkPlacement(segments, ram);
  return {
    segments,
    cores: coreStarts(board, kernel, devicetree.address),
    psci: board.hypervisor ? 'smc' : 'hvc',
    kernelEntry: kernel.entry,
    devicetree: devicetree.address,
  };
}

const segment = (name: string, address: number, bytes: Uint8Array): Segment => ({
  name,
  address,
  bytes,
  size: bytes.length,
});

const end = ({ address, size }: Segment): number => address + size;

/** The stub sets the registers of the boot protocol; a bare-metal program gets at least the devicetree in X0. */
function coreStarts(board: BootBoard, kernel: PlacedKernel, devicetree: number): CoreStart[] {
  const el = board.hypervisor ? 2 : 1;
  return Array.from({ length: board.cores }, (_, core) => ({
    powered: core === 0,
    pc: kernel.byProtocol ? board.ramBase : kernel.entry,
    el,
    x0: kernel.byProtocol ? 0 : devicetree,
  }));
}

/** 128 MiB into RAM, or half-way in a small one; above the kernel in any case. */
function initrdAddress(kernel: PlacedKernel, ram: RamRange): number {
  const wanted = ram.base + Math.min(Math.floor(ram.size / 2), 128 * MiB);
  return alignUp(Math.max(wanted, ...kernel.segments.map(end)), 4096);
}

function placeInitrd(inputs: BootInputs, kernel: PlacedKernel, ram: RamRange): Segment | undefined {
  if (inputs.initrd === undefined) return undefined;
  const { name, bytes } = inputs.initrd;
  if (bytes.length === 0) throw new BootError(`${name}: expected an initial ramdisk, found an empty file`);
  return segment(name, initrdAddress(kernel, ram), bytes);
}

/**
 * By protocol it goes above the initrd, on a 2 MiB boundary. For a bare-metal program it goes to the start of
 * RAM, where such programs look for it on QEMU, if there is room below them.
 */
function placeDevicetree(
  inputs: BootInputs,
  board: BootBoard,
  kernel: PlacedKernel,
  initrd: Segment | undefined,
  ram: RamRange,
): Segment {
  const name = inputs.devicetree?.name ?? 'devicetree';
  const bytes = flattenDevicetree(inputs, board, initrd);
  if (bytes.length > MAX_DEVICETREE) {
    throw new BootError(`${name}: ${bytes.length} bytes, expected at most ${MAX_DEVICETREE}`);
  }
  const lowest = Math.min(...kernel.segments.map(({ address }) => address));
  const atStart = !kernel.byProtocol && ram.base + bytes.length <= lowest;
  const above = initrd === undefined ? initrdAddress(kernel, ram) : end(initrd);
  return segment(name, atStart ? ram.base : alignUp(above, 2 * MiB), bytes);
}

function flattenDevicetree(inputs: BootInputs, board: BootBoard, initrd: Segment | undefined): Uint8Array {
  const tree = fillDevicetree(inputs, board, initrd);
  const packed = writeFdt(tree);
  if (inputs.devicetree !== undefined || packed.length >= GENERATED_DEVICETREE) return packed;
  return writeFdt(tree, GENERATED_DEVICETREE - packed.length);
}

function fillDevicetree(inputs: BootInputs, board: BootBoard, initrd: Segment | undefined): DeviceTree {
  const given = inputs.devicetree?.tree;
  const tree: DeviceTree =
    given === undefined ? { root: board.deviceTree(), reservations: [], bootCpu: 0 } : structuredClone(given);
  if (given !== undefined) {
    setMemory(tree, [{ address: BigInt(board.ramBase), size: BigInt(board.ramSize) }]);
  }
  setChosen(tree, {
    ...(inputs.append === undefined ? {} : { bootargs: inputs.append }),
    ...(initrd === undefined ? {} : { initrd: { start: BigInt(initrd.address), end: BigInt(end(initrd)) } }),
    ...(inputs.seed === undefined ? {} : bootRandomness(inputs.seed)),
  });
  return tree;
}
