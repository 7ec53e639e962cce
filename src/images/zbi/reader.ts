/**
 * Zircon boot images, read. Document: Zircon, `zircon/boot/image.h`.
 *
 * A container header, then items: each a header of eight 32-bit words and a payload padded to 8 bytes.
 */
import { ByteReader } from '../byte-reader.js';
import { readLz4 } from '../lz4/frame.js';
import { zbiCrc32 } from './checksum.js';
import {
  isStorage,
  zbiAlignment,
  zbiContainerMagic,
  zbiFlag,
  zbiHeaderSize,
  zbiItemMagic,
  zbiNoCrc32,
  zbiType,
  zbiTypeName,
} from './types.js';

/** One item of a boot image. */
export interface ZbiItem {
  /** Offset of its header from the start of the file. */
  readonly offset: number;
  readonly type: number;
  /** What the type makes of it; the size of the content for storage items. */
  readonly extra: number;
  readonly flags: number;
  /** As stored; `zbiNoCrc32` where the flag for it is not set. */
  readonly crc32: number;
  /** As stored, maybe compressed; a view into the file. */
  readonly payload: Uint8Array;
}

export interface Zbi {
  /** The items behind the container's header, in order. */
  readonly items: readonly ZbiItem[];
  /** Size of the image in bytes, with the container's header; the file may be longer. */
  readonly size: number;
}

/** True if `bytes` start as a boot image does. */
export function isZbi(bytes: Uint8Array): boolean {
  if (bytes.length < zbiHeaderSize) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return view.getUint32(0, true) === zbiType.CONTAINER && view.getUint32(8, true) === zbiContainerMagic;
}

/** The size of a boot image that starts so, with the container's header; 0 if it is none. */
export function zbiSize(start: Uint8Array): number {
  if (!isZbi(start)) return 0;
  return zbiHeaderSize + new DataView(start.buffer, start.byteOffset).getUint32(4, true);
}

const hex = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;
const padded = (length: number) => Math.ceil(length / zbiAlignment) * zbiAlignment;

/**
 * Reads a boot image's headers. Payloads are not looked into: see `checkZbiItem`.
 * @throws ImageError naming the first field that is not as the format demands
 */
export function readZbi(bytes: Uint8Array, file = 'boot image'): Zbi {
  const reader = new ByteReader(bytes, file, true);
  const container = readContainer(reader);
  const end = zbiHeaderSize + container.length;
  const items: ZbiItem[] = [];
  for (let offset = zbiHeaderSize; offset < end;) {
    const item = readItem(reader, offset, end);
    items.push(item);
    offset += zbiHeaderSize + padded(item.payload.length);
  }
  return { items, size: end };
}

interface Header {
  readonly type: number;
  readonly length: number;
  readonly extra: number;
  readonly flags: number;
  readonly crc32: number;
}

function readContainer(reader: ByteReader): Header {
  const type = reader.u32(0, 'a boot image');
  if (type !== zbiType.CONTAINER) {
    throw reader.error(0, `expected container type ${hex(zbiType.CONTAINER)}, found ${hex(type)}`);
  }
  const header = readHeader(reader, 0);
  const { length, extra, flags } = header;
  if (extra !== zbiContainerMagic) {
    throw reader.error(8, `expected container magic ${hex(zbiContainerMagic)}, found ${hex(extra)}`);
  }
  if (flags !== zbiFlag.version) {
    throw reader.error(12, `expected container flags ${hex(zbiFlag.version)}, found ${hex(flags)}`);
  }
  if (length % zbiAlignment !== 0) {
    throw reader.error(4, `expected a container length that is a multiple of 8, found ${length}`);
  }
  reader.need(zbiHeaderSize, length, "the container's items");
  return header;
}

function readItem(reader: ByteReader, offset: number, end: number): ZbiItem {
  if (end - offset < zbiHeaderSize) {
    throw reader.error(
      offset,
      `expected an item's header (32 bytes), but the container ends at 0x${end.toString(16)}`,
    );
  }
  const { length, ...header } = readHeader(reader, offset);
  const name = zbiTypeName(header.type);
  if (header.type === zbiType.CONTAINER) {
    throw reader.error(offset, 'expected an item, found a container within the container');
  }
  if (!(header.flags & zbiFlag.version)) {
    const found = hex(header.flags);
    throw reader.error(offset + 12, `expected flags of ${name} with the version bit 0x10000, found ${found}`);
  }
  if (padded(length) > end - offset - zbiHeaderSize) {
    const left = end - offset - zbiHeaderSize;
    throw reader.error(
      offset + 4,
      `expected a length of ${name} within the ${left} bytes left, found ${length}`,
    );
  }
  return {
    offset,
    ...header,
    payload: reader.slice(offset + zbiHeaderSize, length, `the payload of ${name}`),
  };
}

function readHeader(reader: ByteReader, offset: number): Header {
  reader.need(offset, zbiHeaderSize, "an item's header");
  const word = (at: number) => reader.u32(offset + at, "an item's header");
  const flags = word(12);
  const magic = word(24);
  const crc = word(28);
  if (magic !== zbiItemMagic) {
    throw reader.error(offset + 24, `expected item magic ${hex(zbiItemMagic)}, found ${hex(magic)}`);
  }
  for (const at of [16, 20]) {
    const value = word(at);
    if (value !== 0) throw reader.error(offset + at, `expected a reserved word of 0, found ${hex(value)}`);
  }
  if (!(flags & zbiFlag.crc32) && crc !== zbiNoCrc32) {
    throw reader.error(offset + 28, `expected ${hex(zbiNoCrc32)} for no CRC-32, found ${hex(crc)}`);
  }
  return { type: word(0), length: word(4), extra: word(8), flags, crc32: crc };
}

/**
 * Checks an item's CRC-32, if it has one.
 * @throws ImageError
 */
export function checkZbiCrc(item: ZbiItem, file = 'boot image'): void {
  if (!(item.flags & zbiFlag.crc32)) return;
  const actual = zbiCrc32(item);
  if (actual === item.crc32) return;
  const reader = new ByteReader(item.payload, file, true);
  const what = `the CRC-32 of ${zbiTypeName(item.type)}'s header and payload`;
  throw reader.error(item.offset + 28, `expected ${what}, ${hex(actual)}, found ${hex(item.crc32)}`);
}

/**
 * The content of an item: the payload, decompressed if it is a compressed RAM disk.
 * @throws ImageError if the frame or the stated size is not as the format demands. Offsets within a frame
 *   count from the frame's start
 */
export function zbiContent(item: ZbiItem, file = 'boot image'): Uint8Array {
  if (!isStorage(item.type)) return item.payload;
  const name = zbiTypeName(item.type);
  const reader = new ByteReader(item.payload, file, true);
  const compressed = (item.flags & zbiFlag.compressed) !== 0;
  const content = compressed ? readLz4(item.payload, `${file}: LZ4 frame of ${name}`) : item.payload;
  if (item.extra !== content.length) {
    const found = `found ${item.extra}`;
    throw reader.error(
      item.offset + 8,
      `expected the size of the content of ${name}, ${content.length}, ${found}`,
    );
  }
  return content;
}
