/**
 * The registers of a memory card that say what it is: SD Specifications Part 1, Physical Layer Simplified Specification
 * 2.00, chapter 5. Their values are those of QEMU's card.
 */

/** A card of up to 2 GiB is addressed by bytes (SDSC), a larger one by blocks of 512 (SDHC). */
export const SDSC_LARGEST = 2 ** 31;
/** The least that a CSD can tell, and the most that a command's argument can address. */
const SMALLEST = 2 ** 18;
export const SDHC_LARGEST = 2 ** 41;
/** Bytes of the longest block, and of every one of a card that is addressed by them. */
export const BLOCK = 512;

/** What a card of so many bytes of content has: a power of two, with room for all of it. */
export function capacityFor(bytes: number): number {
  let capacity = SMALLEST;
  while (capacity < bytes) capacity *= 2;
  return capacity;
}

/** CRC7 of commands and registers, 4.5. */
function crc7(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const feedback = (crc >>> 6) ^ ((byte >>> bit) & 1);
      crc = ((crc << 1) & 0x7f) ^ (feedback ? 0x09 : 0);
    }
  }
  return crc;
}

/** 15 bytes and the last one, which is their CRC and a bit that is always 1. */
function closed(...bytes: readonly number[]): Uint8Array {
  const register = Uint8Array.from([...bytes, 0]);
  register[15] = (crc7(register.subarray(0, 15)) << 1) | 1;
  return register;
}

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

/** Card identification, 5.2: manufacturer, OEM, product, revision 0.1, serial number, February 2006. */
export const CID = closed(0xaa, ...ascii('XY'), ...ascii('QEMU!'), 0x01, 0xde, 0xad, 0xbe, 0xef, 0x00, 0x62);

/** SD configuration, 5.6: version 2.00, SDSC security, buses of one and of four bits. */
export const SCR = Uint8Array.of(0x02, 0x25, 0, 0, 0, 0, 0, 0);

// The byte of the CSD that can be written, 5.3.1.
/** Where it is. */
export const CSD_FLAGS = 14;
export const CSD_COPY = 0x40;
export const CSD_PERM_WRITE_PROTECT = 0x20;
export const CSD_TMP_WRITE_PROTECT = 0x10;

/** Card-specific data of a card of so many bytes, 5.3. */
export function csdFor(capacity: number, isReadOnly: boolean): Uint8Array {
  const flags = isReadOnly ? CSD_PERM_WRITE_PROTECT : 0;
  return capacity <= SDSC_LARGEST ? csdVersion1(capacity, flags) : csdVersion2(capacity, flags);
}

/** Bits from `low` on of a number, so many of them. */
const field = (value: number, low: number, bits: number): number =>
  Math.floor(value / 2 ** low) & ((1 << bits) - 1);

/** 5.3.2: the size is (C_SIZE + 1) * 2^(C_SIZE_MULT + 2) * 2^READ_BL_LEN. */
function csdVersion1(capacity: number, flags: number): Uint8Array {
  const sizeMultiplier = 7;
  // Blocks of 1024 bytes only to tell of 2 GiB.
  const blockLength = capacity === SDSC_LARGEST ? 10 : 9;
  const size = capacity / 2 ** (sizeMultiplier + 2 + blockLength) - 1;
  const eraseSector = 0x3f;
  const protectGroup = 0x7f;
  return closed(
    0x00, // CSD_STRUCTURE
    0x26, // TAAC: 1.5 ms
    0x00, // NSAC
    0x32, // TRAN_SPEED: 25 MHz
    0x5f, // CCC: classes 0, 2, 4 to 8, 10
    0x50 | blockLength, // READ_BL_LEN
    0xe0 | field(size, 10, 2), // READ_BL_PARTIAL, misalignment allowed, C_SIZE
    field(size, 2, 8),
    (field(size, 0, 2) << 6) | 0x3f, // VDD_R_CURR
    0xfc | (sizeMultiplier >> 1), // VDD_W_CURR, C_SIZE_MULT
    ((sizeMultiplier & 1) << 7) | 0x40 | (eraseSector >> 1), // ERASE_BLK_EN, SECTOR_SIZE
    ((eraseSector & 1) << 7) | protectGroup, // WP_GRP_SIZE
    0x90 | (blockLength >> 2), // WP_GRP_ENABLE, R2W_FACTOR, WRITE_BL_LEN
    ((blockLength & 3) << 6) | 0x20, // WRITE_BL_PARTIAL
    flags,
  );
}

/** 5.3.3: the size is (C_SIZE + 1) * 512 KiB, and all else is fixed. */
function csdVersion2(capacity: number, flags: number): Uint8Array {
  const size = capacity / 2 ** 19 - 1;
  return closed(
    ...[0x40, 0x0e, 0x00, 0x32, 0x5b, 0x59, 0x00],
    ...[field(size, 16, 8), field(size, 8, 8), field(size, 0, 8)],
    ...[0x7f, 0x80, 0x0a, 0x40, flags],
  );
}
