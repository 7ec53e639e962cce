/**
 * gzip, as kernels and initial ramdisks are often compressed. Document: RFC 1952; the deflate stream inside,
 * RFC 1951, is fflate's work.
 */
import { Inflate, gzipSync } from 'fflate';
import { ByteReader } from './byte-reader.js';
import { largestContent } from './limits.js';

/** Flag bits of a member's header, RFC 1952 section 2.3.1. */
const flag = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;
const trailerSize = 8;
/** How much compressed input is inflated at a time; bounds what a hostile stream can make of it (1:1032). */
const chunkSize = 64 * 1024;

/** True if `bytes` start as a gzip member does: the magic, then the only method there is, 8 (deflate). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 3 && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

/**
 * Decompresses a file of one gzip member and checks its length and CRC-32.
 * @param limit size in bytes beyond which the result is refused
 * @throws ImageError if the file is no gzip, is damaged, or expands beyond `limit`
 */
export function gunzip(bytes: Uint8Array, file = 'gzip file', limit = largestContent): Uint8Array {
  const reader = new ByteReader(bytes, file, true);
  const start = headerEnd(reader);
  reader.need(start, trailerSize, 'a deflate stream and a gzip trailer');
  const trailer = bytes.length - trailerSize;
  const data = inflate(reader, start, trailer, limit);
  const size = reader.u32(trailer + 4, 'the length of the data');
  if (size !== data.length % 2 ** 32) {
    throw reader.error(trailer + 4, `expected the length of the data, ${data.length}, found ${size}`);
  }
  const stated = reader.u32(trailer, 'the CRC-32 of the data');
  const actual = crc32(data);
  if (stated !== actual) {
    const [want, found] = [actual, stated].map((crc) => `0x${crc.toString(16).padStart(8, '0')}`);
    throw reader.error(trailer, `expected the CRC-32 of the data, ${want}, found ${found}`);
  }
  return data;
}

/** Compresses to one gzip member with no time stamp, so equal input gives equal output. */
export function gzip(bytes: Uint8Array, level: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 = 6): Uint8Array {
  return gzipSync(bytes, { level, mtime: 0 });
}

/** Checks the member's header and returns the offset at which the deflate stream starts. */
function headerEnd(reader: ByteReader): number {
  reader.need(0, 10, 'a gzip header');
  if (!isGzip(reader.bytes)) {
    const found = [...reader.bytes.subarray(0, 3)]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(' ');
    throw reader.error(0, `expected gzip magic 1f 8b 08, found ${found}`);
  }
  const flags = reader.u8(3, 'flags');
  if ((flags & flag.reserved) !== 0) {
    throw reader.error(3, `expected the reserved flag bits to be 0, found 0x${flags.toString(16)}`);
  }
  let offset = 10;
  if (flags & flag.extra) offset += 2 + reader.u16(offset, 'length of the extra field');
  for (const [bit, what] of [
    [flag.name, 'a file name'],
    [flag.comment, 'a comment'],
  ] as const) {
    if (flags & bit) offset += reader.cString(offset, reader.length, what).length + 1;
  }
  if (flags & flag.headerCrc) offset += 2;
  return offset;
}

function inflate(reader: ByteReader, start: number, end: number, limit: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  const stream = new Inflate((part) => {
    size += part.length;
    parts.push(part);
  });
  for (let offset = start; offset < end || offset === start; offset += chunkSize) {
    const next = Math.min(offset + chunkSize, end);
    try {
      stream.push(reader.bytes.subarray(offset, next), next === end);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw reader.error(offset, `expected a sound deflate stream from here on: ${reason}`);
    }
    if (size > limit) throw reader.error(undefined, `expands to more than ${limit} bytes`);
  }
  return join(parts, size);
}

function join(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/**
 * CRC-32 as RFC 1952 section 8 defines it (polynomial 0x04c11db7, bits reflected), unsigned.
 * @param before the CRC-32 of what stands before `bytes`, to go on from there
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = before ^ 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
