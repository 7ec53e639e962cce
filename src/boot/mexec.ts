/**
 * A kernel that a running system starts in its place, with a boot image in memory: what zx_system_mexec does. Documents:
 * Zircon, docs/syscalls/system_mexec.md and, for a kernel in a boot image, `zircon/boot/image.h`; Linux,
 * Documentation/arch/arm64/booting.rst, for an Image.
 */
import {
  commandLinesOfZbi,
  isArm64Image,
  isZbi,
  parseZbiKernel,
  readArm64Image,
  zbiSize,
  type ZbiKernel,
} from '../images/index.js';
import type { Firmware } from '../machine/index.js';
import { planBoot, type BootBoard } from './boot-plan.js';
import { BootError } from './error.js';
import { alignUp, checkPlacement, type Segment } from './segments.js';

const MiB = 2 ** 20;
const PAGE = 4096;
/** What messages call them. */
const KERNEL = 'the kernel';
const IMAGE = 'the boot image';

/**
 * Lays kernel and boot image out. An arm64 Image gets a devicetree in X0, in which the boot image is the initial
 * ramdisk, and the image's command lines are the kernel's; a Zircon kernel gets the boot image's address.
 * @throws ImageError, BootError
 */
export function planMexec(kernel: Uint8Array, image: Uint8Array, board: BootBoard, seed: bigint): Firmware {
  if (isZbi(kernel)) return planZircon(parseZbiKernel(kernel, KERNEL), exact(image), board);
  if (!isArm64Image(kernel)) {
    throw new BootError(`${KERNEL}: expected an arm64 Image, or a boot image that begins with a kernel`);
  }
  const append = isZbi(image) ? commandLinesOfZbi(image, IMAGE).join(' ') : '';
  return planBoot(
    {
      kernel: { name: KERNEL, content: { format: 'image', image: readArm64Image(kernel, KERNEL) } },
      initrd: { name: IMAGE, bytes: exact(image) },
      ...(append === '' ? {} : { append }),
      seed,
    },
    board,
  );
}

/** A boot image without what a VMO has behind it. */
const exact = (image: Uint8Array): Uint8Array => (isZbi(image) ? image.subarray(0, zbiSize(image)) : image);

/** The kernel's image begins with the container's header, to which its entry point is relative. */
function planZircon({ bytes, entry, reserve }: ZbiKernel, image: Uint8Array, board: BootBoard): Firmware {
  const { ram, flash, placement } = board;
  const address = alignUp(ram.base + placement.reserved, 2 * MiB);
  const size = bytes.length + reserve;
  const wanted = ram.base + Math.min(Math.floor(ram.size / 2), placement.ramdisk);
  const argument = alignUp(Math.max(wanted, address + size), PAGE);
  const segments: Segment[] = [
    { name: KERNEL, address, bytes, size },
    { name: IMAGE, address: argument, bytes: image, size: image.length },
  ];
  checkPlacement(segments, ram, flash);
  const { cores } = board.startUp({ entry: address + entry, argument, byProtocol: false });
  return { segments, cores };
}
