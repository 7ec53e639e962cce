/**
 * EFI zboot images: an EFI program that unpacks the kernel in it. What it needs to be told is in its DOS header, as
 * QEMU from 8.1 on and boot loaders read it. Document: Linux, drivers/firmware/efi/libstub/zboot-header.S.
 */
import { ByteReader } from '../byte-reader.js';
import { gunzip } from '../gzip.js';
import { decodeText } from '../text.js';

const header = { magic: 4, payloadOffset: 8, payloadSize: 12, compression: 24, size: 64 } as const;
/** "zimg", little-endian. */
const magic = 0x676d697a;
/** The name of the compression: text ended by NUL. */
const compressionSize = 8;

/** True if the bytes carry the header's magic behind "MZ". */
export function isZboot(bytes: Uint8Array): boolean {
  if (bytes.length < header.size || bytes[0] !== 0x4d || bytes[1] !== 0x5a) return false;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(header.magic, true) === magic;
}

/** The kernel `Image` in it. @throws ImageError if it is compressed by another than gzip, or damaged */
export function unpackZboot(bytes: Uint8Array, name: string): Uint8Array {
  const reader = new ByteReader(bytes, name, true);
  const text = decodeText(reader.slice(header.compression, compressionSize, 'the name of a compression'));
  const compression = text.replace(/\0.*$/s, '');
  if (compression !== 'gzip') {
    const expected = 'expected an EFI zboot image compressed by gzip';
    throw reader.error(header.compression, `${expected}, found ${JSON.stringify(compression)}`);
  }
  const offset = reader.u32(header.payloadOffset, "the payload's offset");
  const size = reader.u32(header.payloadSize, "the payload's size");
  return gunzip(reader.slice(offset, size, 'the payload'), `${name}: payload at 0x${offset.toString(16)}`);
}
