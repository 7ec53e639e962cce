/** Whether a boot image could be booted. Document: Zircon, `zircon/boot/image.h`. */
import { readBootfs } from '../bootfs.js';
import { ImageError } from '../error.js';
import { zbiFields } from './payloads.js';
import { checkZbiCrc, zbiContent, type Zbi, type ZbiItem } from './reader.js';
import { holdsBootfs, isKernel, zbiType } from './types.js';

/**
 * Checks one item wholly: CRC-32, compression, and the payload of the types that are known.
 * @throws ImageError naming the first thing that is not as the format demands
 */
export function checkZbiItem(item: ZbiItem, file = 'boot image'): void {
  checkZbiCrc(item, file);
  const content = zbiContent(item, file);
  if (holdsBootfs(item.type)) readBootfs(content, `${file}: BOOTFS`);
  zbiFields(item, file);
}

/** What a boot image is good for. */
export type ZbiCompleteness = 'complete' | 'partial';

/**
 * Checks every item, and says whether the image is complete: a kernel that comes first, and exactly one
 * BOOTFS. A partial image is one that a boot loader would complete.
 * @throws ImageError
 */
export function verifyZbi(zbi: Zbi, file = 'boot image'): ZbiCompleteness {
  for (const item of zbi.items) checkZbiItem(item, file);
  const kernels = zbi.items.filter((item) => isKernel(item.type));
  const [kernel, another] = kernels;
  if (another !== undefined) {
    throw new ImageError(file, another.offset, `expected one kernel, found ${kernels.length}`);
  }
  if (kernel !== undefined && kernel !== zbi.items[0]) {
    throw new ImageError(file, kernel.offset, 'expected the kernel to be the first item');
  }
  const ramdisks = zbi.items.filter((item) => item.type === zbiType.STORAGE_BOOTFS);
  return kernel !== undefined && ramdisks.length === 1 ? 'complete' : 'partial';
}
