/**
 * Where a kernel goes in RAM, by its format.
 *
 * Documents: Linux, Documentation/arch/arm64/booting.rst ("Call the kernel image"); for ELF and raw files there is
 * none, and QEMU's boards are followed.
 */
import { segmentType, type Arm64Image, type Elf, type Kernel } from '../images/index.js';
import type { Board } from '../machine/index.js';
import { BootError } from './error.js';
import type { Segment } from './segments.js';

const MiB = 2 ** 20;

export interface PlacedKernel {
  readonly segments: readonly Segment[];
  /** Physical address of the first instruction. */
  readonly entry: number;
  /** The board enters it by the boot protocol; otherwise it is entered at once, as a bare-metal program. */
  readonly byProtocol: boolean;
}

/** The board, as far as a kernel's place depends on it. */
type PlacementBoard = Pick<Board, 'ram' | 'placement'>;

/** Throws BootError if the file says something impossible about its place. */
export function placeKernel(name: string, kernel: Kernel, board: PlacementBoard): PlacedKernel {
  switch (kernel.format) {
    case 'image':
      return placeImage(name, kernel.image, board);
    case 'raw': {
      const address = board.ram.base + board.placement.kernel;
      const { bytes } = kernel;
      return { segments: [{ name, address, bytes, size: bytes.length }], entry: address, byProtocol: true };
    }
    case 'elf':
      return placeElf(name, kernel.elf);
  }
}

/**
 * text_offset bytes above a 2 MiB boundary: the first one in RAM, near which kernels without flag bit 3 want to
 * be, or the next if the board's own code is in the way.
 */
function placeImage(name: string, image: Arm64Image, { ram, placement }: PlacementBoard): PlacedKernel {
  const base = Math.ceil(ram.base / (2 * MiB)) * 2 * MiB;
  const offset = safeNumber(name, 'text_offset', image.textOffset);
  const address = base + offset + (base + offset < ram.base + placement.reserved ? 2 * MiB : 0);
  const size = Math.max(safeNumber(name, 'image_size', image.imageSize), image.bytes.length);
  return { segments: [{ name, address, bytes: image.bytes, size }], entry: address, byProtocol: true };
}

/** Every PT_LOAD segment at its physical address; the entry, which is virtual, is translated by its segment. */
export function placeElf(name: string, elf: Elf): PlacedKernel {
  const [problem] = elf.segmentProblems;
  if (problem !== undefined) throw problem;
  const loads = elf.segments.filter(({ type, memorySize }) => type === segmentType.load && memorySize > 0n);
  if (loads.length === 0)
    throw new BootError(`${name}: expected an ELF file with a segment to load, found none`);
  const segments = loads.map((load, i) => ({
    name: loads.length === 1 ? name : `${name} (segment ${i})`,
    address: safeNumber(name, 'p_paddr', load.physicalAddress),
    bytes: load.data,
    size: safeNumber(name, 'p_memsz', load.memorySize),
  }));
  const home = loads.find(
    ({ virtualAddress, memorySize }) =>
      elf.entry >= virtualAddress && elf.entry < virtualAddress + memorySize,
  );
  const entry = home === undefined ? elf.entry : elf.entry - home.virtualAddress + home.physicalAddress;
  return { segments, entry: safeNumber(name, 'e_entry', entry), byProtocol: false };
}

function safeNumber(name: string, field: string, value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new BootError(`${name}: ${field} is 0x${value.toString(16)}, expected an address in RAM`);
  }
  return Number(value);
}
