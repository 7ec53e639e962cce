/** Recognises files that people hand to an arm64 machine by mistake, so that the error can name them. */

interface Signature {
  readonly offset: number;
  readonly bytes: readonly number[];
  readonly what: string;
}

const ascii = (text: string) => Array.from(text, (character) => character.charCodeAt(0));

const signatures: readonly Signature[] = [
  { offset: 0, bytes: [0x7f, ...ascii('ELF')], what: 'an ELF file' },
  { offset: 0, bytes: [0x1f, 0x8b], what: 'a gzip file' },
  { offset: 0, bytes: [0x4d, 0x5a, 0x40, 0xfa], what: 'an arm64 Image whose header is cut off or damaged' },
  { offset: 0, bytes: [0xd0, 0x0d, 0xfe, 0xed], what: 'a devicetree' },
  { offset: 0, bytes: ascii('070701'), what: 'a cpio archive' },
  { offset: 0, bytes: ascii('FLSNAP'), what: 'a snapshot (--load takes it)' },
  { offset: 0, bytes: [0xfd, ...ascii('7zXZ'), 0], what: 'an xz file' },
  { offset: 0, bytes: [0x28, 0xb5, 0x2f, 0xfd], what: 'a Zstandard file' },
  { offset: 0, bytes: [0x04, 0x22, 0x4d, 0x18], what: 'an LZ4 file' },
  { offset: 0, bytes: [0x27, 0x05, 0x19, 0x56], what: 'a U-Boot image' },
  { offset: 0, bytes: ascii('!<arch>'), what: 'an ar archive or Debian package' },
  { offset: 4, bytes: ascii('zimg'), what: 'an EFI zboot image' },
  { offset: 0x24, bytes: [0x18, 0x28, 0x6f, 0x01], what: 'a 32-bit Arm zImage' },
  { offset: 0x38, bytes: ascii('RSC\x05'), what: 'a RISC-V Image' },
  { offset: 0x202, bytes: ascii('HdrS'), what: 'an x86 bzImage' },
];

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
  return signatures.find(({ offset, bytes: wanted }) => wanted.every((byte, i) => bytes[offset + i] === byte))
    ?.what;
}
