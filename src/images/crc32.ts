/** CRC-32 as RFC 1952 section 8 defines it: polynomial 0x04c11db7, bits reflected. */

import { hostCodec } from './host-codec.js';

/** Bytes taken at a time; each has a table of its own, which is four to five times as fast as one by one. */
const LANES = 8;
/** Bytes of a table: 256 words. */
const TABLE = 1024;
/** What a byte makes of the checksum: in the first table if it is the last one, in the next if one follows it, ... */
const tables = new DataView(new ArrayBuffer(LANES * TABLE));
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  tables.setUint32(4 * byte, crc);
}
for (let at = TABLE; at < tables.byteLength; at += 4) {
  const crc = tables.getUint32(at - TABLE);
  tables.setUint32(at, (crc >>> 8) ^ entry(0, crc));
}

/** Of a word's lowest byte. */
function entry(following: number, word: number): number {
  return tables.getInt32(TABLE * following + 4 * (word & 0xff));
}

/**
 * The checksum, unsigned.
 * @param before the CRC-32 of what stands before `bytes`, to go on from there
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  return hostCodec(bytes)?.crc32?.(bytes, before) ?? crc32ByTables(bytes, before);
}

function crc32ByTables(bytes: Uint8Array, before: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let crc = ~before;
  let at = 0;
  for (; at <= view.byteLength - LANES; at += LANES) {
    const low = crc ^ view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    crc =
      entry(7, low) ^
      entry(6, low >>> 8) ^
      entry(5, low >>> 16) ^
      entry(4, low >>> 24) ^
      entry(3, high) ^
      entry(2, high >>> 8) ^
      entry(1, high >>> 16) ^
      entry(0, high >>> 24);
  }
  for (; at < view.byteLength; at++) crc = entry(0, crc ^ view.getUint8(at)) ^ (crc >>> 8);
  return ~crc >>> 0;
}
