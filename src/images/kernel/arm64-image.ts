/**
 * The arm64 kernel `Image`: a flat binary behind a header of 64 bytes.
 * Document: Linux, Documentation/arch/arm64/booting.rst, "Call the kernel image".
 */
import { ByteReader } from '../byte-reader.js';
import { gunzip, isGzip } from '../gzip.js';
import { foreignFormat } from './foreign.js';
import { checkPeSections, peMachine } from './pe.js';
import { isZboot, unpackZboot } from './zboot.js';

/** Offsets of the header's fields. */
const header = {
  code0: 0,
  code1: 4,
  textOffset: 8,
  imageSize: 16,
  flags: 24,
  reserved2: 32,
  reserved3: 40,
  reserved4: 48,
  magic: 56,
  reserved5: 60,
} as const;
const headerSize = 64;
/** "ARM\x64", little-endian. */
const magic = 0x644d5241;

/** Where kernels before 3.17, which left `image_size` 0, want to be placed whatever `text_offset` says. */
const oldTextOffset = 0x80000n;
const pageSizes = [undefined, 4096, 16384, 65536] as const;

export interface Arm64Image {
  /** The two instructions that a boot loader jumps to; the first reads "MZ" as a PE file. */
  readonly code0: number;
  readonly code1: number;
  /** Bytes from a 2 MiB-aligned base to the image's place. */
  readonly textOffset: bigint;
  /** Bytes of memory that the kernel uses from its place on; 0 in kernels before 3.17, which do not say. */
  readonly imageSize: bigint;
  readonly flags: bigint;
  /** Bit 0 of the flags: byte order of the kernel. */
  readonly endianness: 'little' | 'big';
  /** Bits 1 and 2: bytes in the kernel's pages, undefined where it does not say. */
  readonly pageSize: (typeof pageSizes)[number];
  /** Bit 3: the 2 MiB-aligned base may be anywhere in memory, else it should be near the start of RAM. */
  readonly anywhere: boolean;
  /** The three fields that the document reserves, 0 today. */
  readonly reserved: readonly [bigint, bigint, bigint];
  /** Offset of the PE header of a kernel that is an EFI application, else 0. */
  readonly peOffset: number;
  /** The whole image, decompressed, header included: what goes to memory at `textOffset`. */
  readonly bytes: Uint8Array;
  /** The file was gzip. */
  readonly compressed: boolean;
}

/** True if the bytes carry the header's magic. */
export function isArm64Image(bytes: Uint8Array): boolean {
  if (bytes.length < headerSize) return false;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(header.magic, true) === magic;
}

/**
 * Reads an `Image`, raw, compressed by gzip, or in an EFI zboot image.
 * @throws ImageError if the file is something else, is shorter than its sections, or is a damaged gzip
 */
export function readArm64Image(file: Uint8Array, name = 'Image'): Arm64Image {
  const { bytes, compressed } = unpackKernel(file, name);
  return parseArm64Image(bytes, name, compressed);
}

/** What is in a gzip file or an EFI zboot image; any other file as it is. @throws ImageError */
export function unpackKernel(file: Uint8Array, name: string): { bytes: Uint8Array; compressed: boolean } {
  if (isZboot(file)) return { bytes: unpackZboot(file, name), compressed: true };
  return isGzip(file) ? { bytes: gunzip(file, name), compressed: true } : { bytes: file, compressed: false };
}

/** As `readArm64Image`, from the decompressed bytes. */
export function parseArm64Image(bytes: Uint8Array, name: string, compressed: boolean): Arm64Image {
  const reader = new ByteReader(bytes, name, true);
  reader.need(0, headerSize, 'an arm64 Image header');
  checkMagic(reader);
  const flags = reader.u64(header.flags, 'flags');
  const imageSize = reader.u64(header.imageSize, 'image_size');
  // A kernel without EFI may begin with the same instruction; what is at 0x3c then is no offset.
  const peOffset =
    peMachine(bytes) === undefined ? 0 : reader.u32(header.reserved5, 'offset of the PE header');
  if (peOffset !== 0) checkPeSections(reader, peOffset);
  return {
    code0: reader.u32(header.code0, 'code0'),
    code1: reader.u32(header.code1, 'code1'),
    textOffset: imageSize === 0n ? oldTextOffset : reader.u64(header.textOffset, 'text_offset'),
    imageSize,
    flags,
    endianness: (flags & 1n) === 0n ? 'little' : 'big',
    pageSize: pageSizes[Number((flags >> 1n) & 3n)],
    anywhere: (flags & 8n) !== 0n,
    reserved: [
      reader.u64(header.reserved2, 'res2'),
      reader.u64(header.reserved3, 'res3'),
      reader.u64(header.reserved4, 'res4'),
    ],
    peOffset,
    bytes,
    compressed,
  };
}

function checkMagic(reader: ByteReader): void {
  const found = reader.u32(header.magic, 'magic');
  if (found === magic) return;
  const foreign = foreignFormat(reader.bytes);
  const what = foreign === undefined ? `0x${found.toString(16).padStart(8, '0')}` : foreign;
  throw reader.error(header.magic, `expected arm64 Image magic 0x644d5241, found ${what}`);
}
