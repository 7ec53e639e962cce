/** Zircon boot images, written. Document: Zircon, `zircon/boot/image.h`. */
import { writeLz4 } from '../lz4/frame.js';
import { zbiCrc32, zbiHeader } from './checksum.js';
import { readZbi } from './reader.js';
import {
  isKernel,
  isStorage,
  zbiAlignment,
  zbiContainerMagic,
  zbiFlag,
  zbiHeaderSize,
  zbiNoCrc32,
  zbiType,
} from './types.js';

/** An item to write. What is not given follows from the type and the payload. */
export interface ZbiInput {
  readonly type: number;
  readonly payload: Uint8Array;
  /** Default: the content's size for storage items, else 0. */
  readonly extra?: number | undefined;
  /** Flags beside the version and the CRC-32, for payloads that are compressed already. */
  readonly flags?: number;
  /** Compress a storage item's payload; `linked`: for readers that take linked blocks. */
  readonly compress?: boolean | 'linked';
}

/**
 * Writes one container with all items, a kernel first as boot loaders demand; every item has its CRC-32.
 * Equal input gives equal output.
 */
export function writeZbi(items: readonly ZbiInput[]): Uint8Array {
  const ordered = [
    ...items.filter((item) => isKernel(item.type)),
    ...items.filter((item) => !isKernel(item.type)),
  ];
  return containerOf(ordered.map(writeItem));
}

/**
 * What a boot loader hands on: a container with the items of `image` as they are, but for a kernel at its start, then
 * `items`. What the container claims to hold must be there: see `readZbi`.
 */
export function appendToZbi(image: Uint8Array, items: readonly ZbiInput[]): Uint8Array {
  const { items: present, size } = readZbi(image);
  const start = present.find(({ type }, i) => i > 0 || !isKernel(type))?.offset ?? size;
  return containerOf([image.subarray(start, size), ...items.map(writeItem)]);
}

/** A container around items that are written already. */
function containerOf(written: readonly Uint8Array[]): Uint8Array {
  const length = written.reduce((sum, item) => sum + item.length, 0);
  const image = new Uint8Array(zbiHeaderSize + length);
  image.set(zbiHeader([zbiType.CONTAINER, length, zbiContainerMagic, zbiFlag.version], zbiNoCrc32));
  let offset = zbiHeaderSize;
  for (const item of written) {
    image.set(item, offset);
    offset += item.length;
  }
  return image;
}

function writeItem({ type, payload, compress, ...given }: ZbiInput): Uint8Array {
  const stored = compress ? writeLz4(payload, compress === 'linked') : payload;
  const extra = given.extra ?? (isStorage(type) ? payload.length : 0);
  const flags = (given.flags ?? 0) | (compress ? zbiFlag.compressed : 0) | zbiFlag.version | zbiFlag.crc32;
  const item = new Uint8Array(zbiHeaderSize + Math.ceil(stored.length / zbiAlignment) * zbiAlignment);
  const crc = zbiCrc32({ type, extra, flags, payload: stored });
  item.set(zbiHeader([type, stored.length, extra, flags], crc));
  item.set(stored, zbiHeaderSize);
  return item;
}
