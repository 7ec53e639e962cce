/**
 * A boot, laid out: what goes where in RAM and how the cores start. The arm64 boot protocol as Linux documents it
 * (Documentation/arch/arm64/booting.rst), with what the board says of its RAM and of its own code.
 *
 * A plan is plain data; whoever has a machine copies the segments to RAM and sets the registers.
 */
import { encodeText, type Kernel } from '../images/index.js';
import { psciAbove, type Board, type CoreStart } from '../machine/index.js';
import { atags } from './atags.js';
import { flattenDevicetree, MAX_DEVICETREE, type UserDevicetree } from './devicetree.js';
import { BootError } from './error.js';
import { placeKernel, type PlacedKernel } from './kernel-placement.js';
import { placeLoaded, type LoadedImage } from './loaded.js';
import { alignUp, checkPlacement, liesIn, type Segment } from './segments.js';

const MiB = 2 ** 20;

/** Where cores come out of reset, unless something is put in their way. */
const RESET = 0;

/** What is to be booted. The names are the files', for messages. */
export interface BootInputs {
  /** With neither it nor firmware, the cores start in memory as it is. */
  readonly kernel?: { readonly name: string; readonly content: Kernel };
  /** Instead of a kernel: code that is put where the board has its firmware, before the cores come out of reset. */
  readonly firmware?: { readonly name: string; readonly bytes: Uint8Array };
  /** Beside it, or instead of it. */
  readonly loaded?: readonly LoadedImage[];
  readonly initrd?: { readonly name: string; readonly bytes: Uint8Array };
  /** Instead of the board's own. Its memory nodes and /psci are replaced, its /chosen filled in. */
  readonly devicetree?: UserDevicetree;
  /** The kernel's command line. */
  readonly append?: string;
  /** Where rng-seed and kaslr-seed come from, 64 bits; without it neither is given. */
  readonly seed?: bigint;
}

/** The board, as far as a boot loader has to know it. */
export type BootBoard = Pick<
  Board,
  'ram' | 'flash' | 'placement' | 'psci' | 'entryLevel' | 'deviceTree' | 'startUp'
>;

export interface BootPlan {
  readonly segments: readonly Segment[];
  /** By core number; the first one boots. */
  readonly cores: readonly CoreStart[];
  /** Physical address of the kernel's first instruction; the board's own code, if there is any, runs before it. */
  readonly kernelEntry: number;
  /** Physical address of the devicetree; undefined without one. */
  readonly devicetree: number | undefined;
}

/**
 * Lays a boot out.
 * @throws BootError, one line, where something does not fit or overlaps
 */
export function planBoot(inputs: BootInputs, board: BootBoard): BootPlan {
  const { ram, flash } = board;
  const kernel = placeProgram(inputs, board);
  checkPlacement(kernel.segments, ram, flash);
  const initrd = placeInitrd(inputs, kernel, board);
  const devicetree = placeDevicetree(inputs, board, kernel, initrd);
  const tags = devicetree === undefined ? placeTags(inputs, board, kernel, initrd) : undefined;
  const { entry, byProtocol } = kernel;
  const argument = (devicetree ?? tags)?.address ?? 0;
  const { code, cores: starts } = board.startUp({ entry, argument, byProtocol });
  const loaded = placeLoaded(inputs.loaded ?? [], starts, board.entryLevel(false));
  const segments = [
    ...code.map(({ name, address, bytes }) => segment(name, address, bytes)),
    ...kernel.segments,
    ...(initrd === undefined ? [] : [initrd]),
    ...(devicetree === undefined ? [] : [devicetree]),
    ...(tags === undefined ? [] : [tags]),
  ];
  checkPlacement([...segments, ...loaded.segments], ram, flash);
  for (const patch of loaded.patches) checkPlacement([patch], ram, flash);
  return {
    segments: [...segments, ...loaded.segments, ...loaded.patches],
    cores: loaded.cores,
    kernelEntry: entry,
    devicetree: devicetree?.address,
  };
}

/** The kernel or the firmware; with neither, what comes out of reset is the cores alone. */
function placeProgram({ kernel, firmware }: BootInputs, board: BootBoard): PlacedKernel {
  if (kernel !== undefined) return placeKernel(kernel.name, kernel.content, board);
  const segments = firmware === undefined ? [] : [placeFirmware(firmware, board)];
  return { segments, entry: RESET, byProtocol: false };
}

function placeFirmware(
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  { placement }: BootBoard,
): Segment {
  const place = placement.firmware;
  if (place === undefined) throw new BootError(`${name}: the board has no place for firmware`);
  if (bytes.length === 0) throw new BootError(`${name}: expected firmware, found an empty file`);
  if (bytes.length > place.size) {
    throw new BootError(`${name}: ${bytes.length} bytes, expected firmware of at most ${place.size}`);
  }
  return segment(name, place.base, bytes);
}

const segment = (name: string, address: number, bytes: Uint8Array): Segment => ({
  name,
  address,
  bytes,
  size: bytes.length,
});

const end = ({ address, size }: Segment): number => address + size;

/** Where the board wants it, or half-way in a small RAM; above the kernel in any case. */
function initrdAddress(kernel: PlacedKernel, { ram, placement }: BootBoard): number {
  const wanted = ram.base + Math.min(Math.floor(ram.size / 2), placement.ramdisk);
  return alignUp(Math.max(wanted, ...kernel.segments.map(end)), 4096);
}

function placeInitrd(inputs: BootInputs, kernel: PlacedKernel, board: BootBoard): Segment | undefined {
  if (inputs.initrd === undefined) return undefined;
  const { name, bytes } = inputs.initrd;
  if (bytes.length === 0) throw new BootError(`${name}: expected an initial ramdisk, found an empty file`);
  return segment(name, initrdAddress(kernel, board), bytes);
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
): Segment | undefined {
  const { ram } = board;
  const name = inputs.devicetree?.name ?? 'devicetree';
  const psci = psciAbove(board.psci, board.entryLevel(kernel.byProtocol));
  const bytes = flattenDevicetree(
    inputs,
    { board, psci },
    initrd && { start: initrd.address, end: end(initrd) },
  );
  if (bytes === undefined) return undefined;
  if (bytes.length > MAX_DEVICETREE) {
    throw new BootError(`${name}: ${bytes.length} bytes, expected at most ${MAX_DEVICETREE}`);
  }
  const inRam = kernel.segments.filter((each) => liesIn(each, ram));
  const lowest = Math.min(...inRam.map(({ address }) => address));
  const atStart = !kernel.byProtocol && ram.base + bytes.length <= lowest;
  const above = initrd === undefined ? initrdAddress(kernel, board) : end(initrd);
  return segment(name, atStart ? ram.base : alignUp(above, 2 * MiB), bytes);
}

/** For a kernel by protocol, on a board that gives it such a list. */
function placeTags(
  { append }: BootInputs,
  { ram, placement }: BootBoard,
  { byProtocol }: PlacedKernel,
  initrd: Segment | undefined,
): Segment | undefined {
  if (placement.atags === undefined || !byProtocol) return undefined;
  const { base, size } = placement.atags;
  const tags = atags({ ram, initrd, commandLine: append });
  if (tags.length > size) {
    throw new BootError(
      `command line of ${encodeText(append ?? '').length} bytes, expected ${tags.length - size} fewer without a devicetree`,
    );
  }
  return segment('tags', ram.base + base, tags);
}
