/**
 * cpio archives in the "new ASCII" format (newc, magic 070701), which Linux unpacks as its initramfs.
 * Document: Linux, Documentation/driver-api/early-userspace/buffer-format.rst.
 *
 * An entry is a header of 110 ASCII characters (the magic and thirteen 8-digit hexadecimal numbers), the
 * NUL-ended name padded to 4 bytes, then the contents padded to 4 bytes. The entry `TRAILER!!!` ends the
 * archive, and others may follow it.
 */
import { ByteReader } from './byte-reader.js';
import { concatenate } from './concatenate.js';
import { isGzip, readMember } from './gzip.js';
import { largestContent } from './limits.js';
import { decodeText, encodeText, latin1 } from './text.js';

/** One file, directory, link or device node. */
export interface CpioEntry {
  /** Path without a leading slash. */
  readonly name: string;
  /** `st_mode`: file type and permissions. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  /** Modification time, seconds since 1970. */
  readonly mtime: number;
  readonly inode: number;
  /** `st_rdev` of a device node. */
  readonly device: { readonly major: number; readonly minor: number };
  /** Contents of a file, target of a symbolic link. */
  readonly data: Uint8Array;
}

/** What `writeCpio` needs to know of an entry; the rest has defaults. */
export type CpioInput = Pick<CpioEntry, 'name' | 'mode'> & Partial<CpioEntry>;

/** File types in `mode`, as in Linux's `stat.h`. */
export const fileType = {
  mask: 0o170000,
  regular: 0o100000,
  directory: 0o040000,
  symbolicLink: 0o120000,
  characterDevice: 0o020000,
  blockDevice: 0o060000,
} as const;

const headerSize = 110;
const headerFields = [
  'inode',
  'mode',
  'uid',
  'gid',
  'links',
  'mtime',
  'fileSize',
  'fileMajor',
  'fileMinor',
  'deviceMajor',
  'deviceMinor',
  'nameSize',
  'check',
] as const;
type HeaderField = (typeof headerFields)[number];
const trailerName = 'TRAILER!!!';

const align4 = (offset: number) => Math.ceil(offset / 4) * 4;

/**
 * Reads a newc archive, or several one after the other with zeros between them, as cpio reads the first and Linux all.
 * Contents are views into `bytes`.
 * @throws ImageError naming the offset of the first thing that is not as the format demands
 */
export function readCpio(bytes: Uint8Array, file = 'cpio archive'): CpioEntry[] {
  const reader = new ByteReader(bytes, file, true);
  const entries: CpioEntry[] = [];
  let offset = 0;
  do offset = skipZeros(bytes, readArchive(reader, offset, entries));
  while (offset < bytes.length);
  return entries;
}

/**
 * Reads an initramfs: any number of archives, each as it is or compressed by gzip, with zeros between them.
 * @throws ImageError as `readCpio`, and for archives compressed in another way
 */
export function readInitramfs(bytes: Uint8Array, file = 'initramfs'): CpioEntry[] {
  const reader = new ByteReader(bytes, file, true);
  const entries: CpioEntry[] = [];
  let room = largestContent;
  for (let offset = skipZeros(bytes, 0); offset < bytes.length; offset = skipZeros(bytes, offset)) {
    if (!isGzip(bytes.subarray(offset))) {
      offset = readArchive(reader, offset, entries);
      continue;
    }
    const { data, end } = readMember(reader, offset, room);
    room -= data.length;
    entries.push(...readCpio(data, `${file}: gzip member at 0x${offset.toString(16)}`));
    offset = end;
  }
  return entries;
}

const skipZeros = (bytes: Uint8Array, from: number): number => {
  let offset = from;
  while (offset < bytes.length && bytes[offset] === 0) offset++;
  return offset;
};

/** Reads the archive at `start`, and returns the offset behind its trailer. */
function readArchive(reader: ByteReader, start: number, entries: CpioEntry[]): number {
  if (start % 4 !== 0) throw reader.error(start, 'expected an archive at a multiple of 4');
  for (let offset = start; ;) {
    const header = readHeader(reader, offset);
    const nameAt = offset + headerSize;
    if (header.nameSize === 0) throw reader.error(offset + 94, 'expected a name of at least 1 byte, found 0');
    const rawName = reader.slice(nameAt, header.nameSize, "an entry's name");
    if (rawName.indexOf(0) !== header.nameSize - 1) {
      throw reader.error(nameAt, `expected a name of ${header.nameSize - 1} characters ended by NUL`);
    }
    const name = decodeText(rawName.subarray(0, -1));
    const dataAt = align4(nameAt + header.nameSize);
    if (name === trailerName) return dataAt;
    const data = reader.slice(dataAt, header.fileSize, "an entry's contents");
    const { mode, uid, gid, links, mtime, inode, deviceMajor: major, deviceMinor: minor } = header;
    entries.push({ name, mode, uid, gid, links, mtime, inode, device: { major, minor }, data });
    offset = align4(dataAt + header.fileSize);
  }
}

function readHeader(reader: ByteReader, offset: number): Record<HeaderField, number> {
  const text = latin1(reader.slice(offset, headerSize, 'a cpio header'));
  const magic = text.slice(0, 6);
  if (magic !== '070701') {
    throw reader.error(offset, `expected cpio magic 070701, found ${JSON.stringify(magic)}`);
  }
  const header = {} as Record<HeaderField, number>;
  headerFields.forEach((field, index) => {
    const digits = text.slice(6 + index * 8, 14 + index * 8);
    if (!/^[0-9a-fA-F]{8}$/.test(digits)) {
      const found = JSON.stringify(digits);
      throw reader.error(offset + 6 + index * 8, `expected 8 hexadecimal digits, found ${found}`);
    }
    header[field] = parseInt(digits, 16);
  });
  return header;
}

/** Writes a newc archive; inode numbers that are not given count from 1. */
export function writeCpio(entries: readonly CpioInput[]): Uint8Array {
  const parts: Uint8Array[] = [];
  entries.forEach((entry, index) => parts.push(...writeEntry({ inode: index + 1, ...entry })));
  parts.push(...writeEntry({ name: trailerName, mode: 0, inode: 0 }));
  return concatenate(parts);
}

function writeEntry(entry: CpioInput): Uint8Array[] {
  const name = encodeText(`${entry.name}\0`);
  const data = entry.data ?? new Uint8Array();
  const numbers: Record<HeaderField, number> = {
    inode: entry.inode ?? 0,
    mode: entry.mode,
    uid: entry.uid ?? 0,
    gid: entry.gid ?? 0,
    links: entry.links ?? ((entry.mode & fileType.mask) === fileType.directory ? 2 : 1),
    mtime: entry.mtime ?? 0,
    fileSize: data.length,
    fileMajor: 0,
    fileMinor: 0,
    deviceMajor: entry.device?.major ?? 0,
    deviceMinor: entry.device?.minor ?? 0,
    nameSize: name.length,
    check: 0,
  };
  const digits = headerFields.map((field) => numbers[field].toString(16).toUpperCase().padStart(8, '0'));
  const head = new Uint8Array(align4(headerSize + name.length));
  head.set(encodeText(`070701${digits.join('')}`));
  head.set(name, headerSize);
  return [head, data, new Uint8Array(align4(data.length) - data.length)];
}
