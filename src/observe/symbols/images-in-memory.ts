/** Linux kernels that lie in a machine's RAM, found by the header of their Image. Linux, Documentation/arch/arm64/booting.rst. */
import { isArm64Image } from '../../images/index.js';
import type { Machine } from '../../machine/index.js';

/** An Image lies at a multiple of 2 MiB and its text offset, which was at most a multiple of this. */
const STEP = 0x1_0000;
const HEADER = { size: 64, imageSize: 16 } as const;

export interface ImageInMemory {
  readonly address: number;
  /** A copy. */
  readonly bytes: Uint8Array;
}

/** Images in RAM, but for those at the addresses that are `known`. */
export function imagesInMemory(machine: Machine, known: ReadonlySet<number>): ImageInMemory[] {
  const { base, size } = machine.board.ram;
  const found: ImageInMemory[] = [];
  for (let address = base; address + HEADER.size <= base + size; address += STEP) {
    if (known.has(address)) continue;
    const header = machine.readMemory(address, HEADER.size);
    if (header === undefined || !isArm64Image(header)) continue;
    const imageSize = new DataView(header.buffer, header.byteOffset).getBigUint64(HEADER.imageSize, true);
    const length = Math.min(Number(imageSize), base + size - address);
    const bytes = machine.readMemory(address, length);
    if (bytes !== undefined && length >= HEADER.size) found.push({ address, bytes });
  }
  return found;
}
