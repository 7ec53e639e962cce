/** Recognises files that people hand to an arm64 machine by mistake, so that the error can name them. */

import { ImageError } from '../error.js';
import { fdtSize, readFdt } from '../fdt/reader.js';
import { isZbi } from '../zbi/reader.js';
import { peMachine } from './pe.js';

interface Signature {
  readonly offset: number;
  readonly bytes: readonly number[];
  readonly what: string;
}

const ascii = (text: string) => Array.from(text, (character) => character.charCodeAt(0));

const signatures: readonly Signature[] = [
  { offset: 0, bytes: [0x7f, ...ascii('ELF')], what: 'an ELF file' },
  { offset: 0, bytes: [0x1f, 0x8b], what: 'a gzip file' },
  { offset: 0, bytes: ascii('070701'), what: 'a cpio archive (boot takes it as --initrd)' },
  { offset: 0, bytes: ascii('FLSNAP'), what: 'a snapshot (--load takes it)' },
  { offset: 0, bytes: [0xf9, 0x3f, 0x6d, 0xa5], what: 'a BOOTFS image (firstlight bootfs list shows it)' },
  {
    offset: 0,
    bytes: ascii('ANDROID!'),
    what: 'an Android boot image (its kernel is in it, from its second page on)',
  },
  { offset: 0, bytes: ascii('VNDRBOOT'), what: 'an Android vendor_boot image, which has no kernel' },
  { offset: 0, bytes: [0xfd, ...ascii('7zXZ'), 0], what: 'an xz file (xz -d unpacks it)' },
  { offset: 0, bytes: [0x28, 0xb5, 0x2f, 0xfd], what: 'a Zstandard file (zstd -d unpacks it)' },
  { offset: 0, bytes: [0x04, 0x22, 0x4d, 0x18], what: 'an LZ4 file (lz4 -d unpacks it)' },
  { offset: 0, bytes: [0x02, 0x21, 0x4c, 0x18], what: 'a legacy LZ4 file (lz4 -d unpacks it)' },
  // Behind BZh and a digit, which might begin code.
  { offset: 4, bytes: [0x31, 0x41, 0x59, 0x26, 0x53, 0x59], what: 'a bzip2 file (bzip2 -d unpacks it)' },
  // The size, where it is not stated: what stands before it might begin code.
  {
    offset: 5,
    bytes: new Array<number>(8).fill(0xff),
    what: 'an LZMA file (xz -d --format=lzma unpacks it)',
  },
  { offset: 0, bytes: [0x89, ...ascii('LZO'), 0], what: 'an LZO file (lzop -d unpacks it)' },
  {
    offset: 0,
    bytes: [0x27, 0x05, 0x19, 0x56],
    what: 'a U-Boot image (uImage: its kernel is behind 64 bytes)',
  },
  { offset: 0, bytes: ascii('!<arch>'), what: 'an ar archive or Debian package' },
  { offset: 0, bytes: ascii('PK\x03\x04'), what: 'a zip archive' },
  { offset: 0, bytes: ascii('hsqs'), what: 'a squashfs file system' },
  { offset: 0, bytes: [...ascii('QFI'), 0xfb], what: 'a qcow2 disk image' },
  { offset: 4, bytes: ascii('zimg'), what: 'an EFI zboot image' },
  { offset: 0x24, bytes: [0x18, 0x28, 0x6f, 0x01], what: 'a 32-bit Arm zImage' },
  { offset: 0x38, bytes: ascii('RSC\x05'), what: 'a RISC-V Image' },
  { offset: 0x101, bytes: ascii('ustar'), what: 'a tar archive' },
  { offset: 0x202, bytes: ascii('HdrS'), what: 'an x86 bzImage' },
  { offset: 0x8001, bytes: ascii('CD001'), what: 'an ISO 9660 image' },
];

/** Bytes of an `Image`'s header, and how that of a kernel with EFI begins: code too, so that longer files may be that. */
const HEADER_BYTES = 64;
const MZ_CODE = [0x4d, 0x5a, 0x40, 0xfa];

/** What takes more than a look at a few bytes. */
const recognisers: readonly ((bytes: Uint8Array) => string | undefined)[] = [
  (bytes) =>
    bytes.length < HEADER_BYTES && MZ_CODE.every((byte, i) => bytes[i] === byte)
      ? 'an arm64 Image whose header is cut off'
      : undefined,
  (bytes) => (isZbi(bytes) ? 'a Zircon boot image (firstlight zircon --zbi boots it)' : undefined),
  devicetree,
  (bytes) => {
    const machine = peMachine(bytes);
    return machine === undefined ? undefined : `a PE/COFF file for ${machine}, such as an EFI program`;
  },
];

/** A devicetree, or a FIT, which is one that has kernels in it. Document: Flattened Image Tree Specification. */
function devicetree(bytes: Uint8Array): string | undefined {
  if (fdtSize(bytes) === 0) return undefined;
  try {
    const names = readFdt(bytes).root.children.map(({ name }) => name);
    if (names.includes('images') && names.includes('configurations'))
      return 'a U-Boot FIT image (dumpimage takes its kernel out)';
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
  }
  return 'a devicetree (boot takes it as --dtb)';
}

/** Bytes at the start that tell text from code. */
const TEXT_SAMPLE = 256;

/** Whether the start is nothing but printable characters: A64 code has zero bytes and others all over. */
export function isText(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, TEXT_SAMPLE);
  return (
    sample.length >= 16 &&
    sample.every((byte) => byte >= 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)
  );
}

/** What the bytes are, if they start as a known format other than an arm64 `Image` does. */
export function foreignFormat(bytes: Uint8Array): string | undefined {
  const found = signatures.find(({ offset, bytes: wanted }) =>
    wanted.every((byte, i) => bytes[offset + i] === byte),
  );
  if (found !== undefined) return found.what;
  for (const recognise of recognisers) {
    const what = recognise(bytes);
    if (what !== undefined) return what;
  }
  return undefined;
}
