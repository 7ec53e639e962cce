/**
 * BOOTFS, the read-only file system that holds a Zircon system's first files. Document: Zircon,
 * `zircon/boot/image.h`.
 *
 * A header of four words, directory entries (name length, data length, data offset, name, padded to 4
 * bytes), then every file's data at a multiple of 4096, padded with zeros.
 */
import { ByteReader } from './byte-reader.js';
import { decodeText, encodeText } from './text.js';
import { ImageError } from './error.js';

export interface BootfsInput {
  /** Path without a leading slash. */
  readonly name: string;
  readonly data: Uint8Array;
}

/** A file in an image; `data` is a view into it. */
export interface BootfsFile extends BootfsInput {
  /** Where the data starts in the image. */
  readonly offset: number;
}

const magic = 0xa56d3ff9;
const pageSize = 4096;
const headerSize = 16;
const entryHeaderSize = 12;
/** Bytes in a name, with its NUL. */
const longestName = 256;
const largestImage = 2 ** 32;

const align4 = (offset: number) => Math.ceil(offset / 4) * 4;
const pageAlign = (offset: number) => Math.ceil(offset / pageSize) * pageSize;

/** True if `bytes` start as BOOTFS does. */
export function isBootfs(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) === magic;
}

/**
 * Reads the directory, in its order.
 * @throws ImageError naming the first field that is not as the format demands; also for a name that comes
 *   twice, and for files that overlap each other or the directory
 */
export function readBootfs(bytes: Uint8Array, file = 'BOOTFS'): BootfsFile[] {
  const reader = new ByteReader(bytes, file, true);
  const found = reader.u32(0, 'BOOTFS magic');
  if (found !== magic)
    throw reader.error(0, `expected BOOTFS magic 0xa56d3ff9, found 0x${found.toString(16).padStart(8, '0')}`);
  const directorySize = reader.u32(4, 'the size of the directory');
  for (const at of [8, 12]) {
    const word = reader.u32(at, 'a reserved word');
    if (word !== 0) throw reader.error(at, `expected a reserved word of 0, found 0x${word.toString(16)}`);
  }
  reader.need(headerSize, directorySize, 'the directory');
  const end = headerSize + directorySize;
  const names = new Set<string>();
  const files: BootfsFile[] = [];
  for (let offset = headerSize; offset < end;) {
    const entry = readEntry(reader, offset, end);
    if (names.has(entry.name)) {
      throw reader.error(offset, `expected every name once, found ${JSON.stringify(entry.name)} again`);
    }
    names.add(entry.name);
    files.push(entry);
    offset = entry.next;
  }
  checkOverlaps(reader, files, end);
  return files.map(({ name, data, offset }) => ({ name, data, offset }));
}

interface Entry extends BootfsFile {
  /** Offset of the entry behind this one. */
  readonly next: number;
}

function readEntry(reader: ByteReader, offset: number, end: number): Entry {
  const left = end - offset;
  if (left < entryHeaderSize) {
    throw reader.error(
      offset,
      `expected a directory entry (12 bytes), but the directory ends in ${left} bytes`,
    );
  }
  const nameLength = reader.u32(offset, "a name's length");
  if (nameLength < 2 || nameLength > longestName) {
    throw reader.error(offset, `expected a name's length of 2 to ${longestName}, found ${nameLength}`);
  }
  if (align4(entryHeaderSize + nameLength) > left) {
    throw reader.error(offset, `expected a name that ends with the directory, found ${nameLength} bytes`);
  }
  const name = readName(reader, offset + entryHeaderSize, nameLength);
  const size = reader.u32(offset + 4, "a file's size");
  const dataOffset = reader.u32(offset + 8, "a file's offset");
  if (dataOffset % pageSize !== 0) {
    const value = `0x${dataOffset.toString(16)}`;
    throw reader.error(
      offset + 8,
      `expected an offset of ${name} that is a multiple of 4096, found ${value}`,
    );
  }
  if (dataOffset + size > reader.length) {
    const range = `0x${dataOffset.toString(16)} and ${size} bytes`;
    const limit = `0x${reader.length.toString(16)}`;
    throw reader.error(
      offset + 4,
      `expected ${name} within the image, which ends at ${limit}, found ${range}`,
    );
  }
  const data = reader.slice(dataOffset, size, name);
  return { name, data, offset: dataOffset, next: offset + align4(entryHeaderSize + nameLength) };
}

function readName(reader: ByteReader, at: number, length: number): string {
  const raw = reader.slice(at, length, 'a name');
  if (raw.indexOf(0) !== length - 1) {
    throw reader.error(at, `expected a name of ${length - 1} bytes ended by NUL`);
  }
  const name = decodeText(raw.subarray(0, -1));
  if (name.startsWith('/')) throw reader.error(at, 'expected a name that does not begin with /');
  return name;
}

/** Files may be one and the same data, but not parts of each other. */
function checkOverlaps(reader: ByteReader, files: readonly BootfsFile[], directoryEnd: number): void {
  const filled = files.filter((file) => file.data.length > 0).sort((a, b) => a.offset - b.offset);
  let before: BootfsFile | undefined;
  for (const file of filled) {
    if (file.offset < directoryEnd) {
      throw reader.error(file.offset, `expected ${file.name} behind the directory, which it overlaps`);
    }
    const same = before?.offset === file.offset && before.data.length === file.data.length;
    if (before !== undefined && !same && file.offset < before.offset + before.data.length) {
      throw reader.error(file.offset, `expected ${file.name} behind ${before.name}, which it overlaps`);
    }
    before = file;
  }
}

/**
 * Writes an image with the files in the order given.
 * @throws ImageError for a name that the format cannot hold, one that comes twice, or 4 GiB of data
 */
export function writeBootfs(files: readonly BootfsInput[], file = 'BOOTFS'): Uint8Array {
  const named = files.map(({ name, data }) => ({ name: encodeName(name, file), data }));
  const twice = files.find(({ name }, index) => files.findIndex((other) => other.name === name) < index);
  if (twice) throw new ImageError(file, undefined, `expected every name once, found ${twice.name} again`);
  const directorySize = named.reduce((sum, { name }) => sum + align4(entryHeaderSize + name.length), 0);
  const dataStart = pageAlign(headerSize + directorySize);
  const size = files.reduce((sum, { data }) => sum + pageAlign(data.length), dataStart);
  if (size >= largestImage)
    throw new ImageError(file, undefined, `expected less than 4 GiB, found ${size} bytes`);
  const image = new Uint8Array(size);
  const view = new DataView(image.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, directorySize, true);
  let entry = headerSize;
  let offset = dataStart;
  for (const { name, data } of named) {
    [name.length, data.length, offset].forEach((word, at) => view.setUint32(entry + 4 * at, word, true));
    image.set(name, entry + entryHeaderSize);
    image.set(data, offset);
    entry += align4(entryHeaderSize + name.length);
    offset += pageAlign(data.length);
  }
  return image;
}

function encodeName(name: string, file: string): Uint8Array {
  const bytes = encodeText(`${name}\0`);
  const fail = (expected: string) =>
    new ImageError(file, undefined, `${expected}, found ${JSON.stringify(name)}`);
  if (name === '' || bytes.length > longestName)
    throw fail(`expected a name of 1 to ${longestName - 1} bytes`);
  if (name.startsWith('/')) throw fail('expected a name that does not begin with /');
  if (name.includes('\0')) throw fail('expected a name without NUL');
  return bytes;
}
