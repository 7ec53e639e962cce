/** gzip, as kernels and initial ramdisks are often compressed. Document: RFC 1952. */
import { gzipSync } from 'fflate';
import { ByteReader } from './byte-reader.js';
import { indexOfBytes } from './byte-search.js';
import { concatenate } from './concatenate.js';
import { crc32 } from './crc32.js';
import { inflate } from './deflate.js';
import { deflateEnd } from './deflate-end.js';
import type { ImageError } from './error.js';
import { largestContent } from './limits.js';

/** Flag bits of a member's header, RFC 1952 section 2.3.1. */
const flag = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;
const trailerSize = 8;

/** True if `bytes` start as a gzip member does: the magic, then the only method there is, 8 (deflate). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 3 && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

/**
 * Decompresses a file of gzip members, mostly one, and checks their lengths and CRCs. Zeros may follow the last, with
 * which devices fill their blocks.
 * @param limit size in bytes beyond which the result is refused
 * @throws ImageError if the file is no gzip, is damaged, or expands beyond `limit`
 */
export function gunzip(bytes: Uint8Array, file = 'gzip file', limit = largestContent): Uint8Array {
  const reader = new ByteReader(bytes, file, true);
  const only = readOnlyMember(reader, limit);
  if (only !== undefined) return only;
  const members: Uint8Array[] = [];
  let size = 0;
  for (let offset = 0; offset < bytes.length;) {
    const { data, end } = readMember(reader, offset, limit - size);
    members.push(data);
    size += data.length;
    offset = isZero(bytes, end) ? bytes.length : end;
  }
  return concatenate(members);
}

/**
 * The file's content if it is one member and maybe zeros: the quick way, which does not look for the end of the deflate
 * stream. A trailer may itself end in zeros, so its place is tried.
 */
function readOnlyMember(reader: ByteReader, limit: number): Uint8Array | undefined {
  const start = headerEnd(reader, 0);
  reader.need(start, trailerSize, 'a deflate stream and a gzip trailer');
  let end = reader.length;
  while (end > start + trailerSize && reader.bytes[end - 1] === 0) end--;
  try {
    const data = inflated(reader, start, end, limit);
    for (const last = Math.min(end + trailerSize, reader.length); end <= last; end++)
      if (trailerProblem(reader, end - trailerSize, data) === undefined)
        return isFirst(reader.bytes, start, end - trailerSize) ? data : undefined;
  } catch (error) {
    if (error instanceof TooLarge) throw reader.error(undefined, error.message);
  }
  return undefined;
}

/** Whether a trailer is the first of its kind: members of the same content have the same, and end where it first is. */
function isFirst(bytes: Uint8Array, start: number, trailer: number): boolean {
  return indexOfBytes(bytes, bytes.subarray(trailer, trailer + trailerSize), start) === trailer;
}

/** One member, and the offset behind it. @throws ImageError */
export function readMember(
  reader: ByteReader,
  offset: number,
  limit: number,
): { readonly data: Uint8Array; readonly end: number } {
  const start = headerEnd(reader, offset);
  const trailer = deflateEnd(reader, start);
  reader.need(trailer, trailerSize, 'a gzip trailer');
  try {
    const data = inflated(reader, start, trailer, limit);
    const problem = trailerProblem(reader, trailer, data);
    if (problem !== undefined) throw problem;
    return { data, end: trailer + trailerSize };
  } catch (error) {
    throw error instanceof TooLarge ? reader.error(undefined, error.message) : error;
  }
}

function trailerProblem(reader: ByteReader, at: number, data: Uint8Array): ImageError | undefined {
  const size = reader.u32(at + 4, 'the length of the data');
  if (size !== data.length % 2 ** 32) {
    return reader.error(at + 4, `expected the length of the data, ${data.length}, found ${size}`);
  }
  const stated = reader.u32(at, 'the CRC-32 of the data');
  const actual = crc32(data);
  if (stated === actual) return undefined;
  const [want, found] = [actual, stated].map((crc) => `0x${crc.toString(16).padStart(8, '0')}`);
  return reader.error(at, `expected the CRC-32 of the data, ${want}, found ${found}`);
}

/** Whether nothing but zeros, if anything, is from an offset on. */
export function isZero(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at < bytes.length; at++) if (bytes[at] !== 0) return false;
  return true;
}

/** Compresses to one gzip member with no time stamp, so equal input gives equal output. */
export function gzip(bytes: Uint8Array, level: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 = 6): Uint8Array {
  return gzipSync(bytes, { level, mtime: 0 });
}

/** Checks the header of a member and returns the offset at which the deflate stream starts. */
function headerEnd(reader: ByteReader, start: number): number {
  reader.need(start, 10, 'a gzip header');
  const magic = reader.bytes.subarray(start, start + 3);
  if (!isGzip(magic)) {
    const found = [...magic].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw reader.error(start, `expected gzip magic 1f 8b 08, found ${found}`);
  }
  const flags = reader.u8(start + 3, 'flags');
  if ((flags & flag.reserved) !== 0) {
    throw reader.error(start + 3, `expected the reserved flag bits to be 0, found 0x${flags.toString(16)}`);
  }
  let offset = start + 10;
  if (flags & flag.extra) offset += 2 + reader.u16(offset, 'length of the extra field');
  for (const [bit, what] of [
    [flag.name, 'a file name'],
    [flag.comment, 'a comment'],
  ] as const) {
    if (flags & bit) offset += reader.cString(offset, reader.length, what).length + 1;
  }
  if (flags & flag.headerCrc) {
    const stated = reader.u16(offset, "the header's CRC-16");
    const actual = crc32(reader.bytes.subarray(start, offset)) & 0xffff;
    if (stated !== actual) {
      const [want, found] = [actual, stated].map((crc) => `0x${crc.toString(16).padStart(4, '0')}`);
      throw reader.error(offset, `expected the header's CRC-16, ${want}, found ${found}`);
    }
    offset += 2;
  }
  return offset;
}

/** More has come out than may. */
class TooLarge extends Error {}

function inflated(reader: ByteReader, start: number, end: number, limit: number): Uint8Array {
  const data = inflate(reader.bytes.subarray(start, end), limit);
  if (data instanceof Uint8Array) return data;
  if (data === 'too large') throw new TooLarge(`expands to more than ${limit} bytes`);
  throw reader.error(start + data.offset, `expected a sound deflate stream from here on: ${data.reason}`);
}
