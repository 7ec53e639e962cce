/** Command descriptor blocks: how long one is, which blocks it is about, how many bytes go which way. SPC-4, 4.3; SBC-3, 5. */

export const OPERATION = {
  TEST_UNIT_READY: 0x00,
  REQUEST_SENSE: 0x03,
  FORMAT_UNIT: 0x04,
  READ_6: 0x08,
  WRITE_6: 0x0a,
  INQUIRY: 0x12,
  MODE_SELECT_6: 0x15,
  RESERVE_6: 0x16,
  RELEASE_6: 0x17,
  MODE_SENSE_6: 0x1a,
  START_STOP_UNIT: 0x1b,
  PREVENT_ALLOW_MEDIUM_REMOVAL: 0x1e,
  READ_CAPACITY_10: 0x25,
  READ_10: 0x28,
  WRITE_10: 0x2a,
  SEEK_10: 0x2b,
  WRITE_AND_VERIFY_10: 0x2e,
  VERIFY_10: 0x2f,
  SYNCHRONIZE_CACHE_10: 0x35,
  WRITE_SAME_10: 0x41,
  UNMAP: 0x42,
  READ_TOC: 0x43,
  GET_CONFIGURATION: 0x46,
  GET_EVENT_STATUS_NOTIFICATION: 0x4a,
  READ_DISC_INFORMATION: 0x51,
  MODE_SELECT_10: 0x55,
  RESERVE_10: 0x56,
  RELEASE_10: 0x57,
  MODE_SENSE_10: 0x5a,
  READ_16: 0x88,
  WRITE_16: 0x8a,
  WRITE_AND_VERIFY_16: 0x8e,
  VERIFY_16: 0x8f,
  WRITE_SAME_16: 0x93,
  SERVICE_ACTION_IN_16: 0x9e,
  REPORT_LUNS: 0xa0,
  READ_12: 0xa8,
  WRITE_12: 0xaa,
  READ_DVD_STRUCTURE: 0xad,
  WRITE_AND_VERIFY_12: 0xae,
  VERIFY_12: 0xaf,
  MECHANISM_STATUS: 0xbd,
} as const;

export type Direction = 'none' | 'in' | 'out';

export interface Command {
  /** The block itself, with its own length. */
  readonly cdb: Uint8Array;
  readonly operation: number;
  /** The first block; where it has more than 53 bits it is rounded, and beyond any disk. */
  readonly block: number;
  /** The field that says how many blocks or bytes. */
  readonly count: number;
  /** Bytes that are moved. */
  readonly bytes: number;
  readonly direction: Direction;
}

/** By group code, the top three bits. */
const lengths = [6, 10, 10, undefined, 16, 12, undefined, undefined] as const;

const be16 = (cdb: Uint8Array, at: number): number => (cdb[at] << 8) | cdb[at + 1];
const be24 = (cdb: Uint8Array, at: number): number => (cdb[at] << 16) | be16(cdb, at + 1);
export const be32 = (cdb: Uint8Array, at: number): number => be16(cdb, at) * 0x1_0000 + be16(cdb, at + 2);
export const be64 = (cdb: Uint8Array, at: number): number => be32(cdb, at) * 2 ** 32 + be32(cdb, at + 4);

function countIn(cdb: Uint8Array): number {
  switch (cdb.length) {
    case 6:
      return cdb[4];
    case 10:
      return be16(cdb, 7);
    case 12:
      return be32(cdb, 6);
    default:
      return be32(cdb, 10);
  }
}

function blockIn(cdb: Uint8Array): number {
  switch (cdb.length) {
    case 6:
      return be24(cdb, 1) & 0x1f_ffff;
    case 16:
      return be64(cdb, 2);
    default:
      return be32(cdb, 2);
  }
}

const O = OPERATION;
const READS: readonly number[] = [O.READ_6, O.READ_10, O.READ_12, O.READ_16];
const WRITES: readonly number[] = [
  ...[O.WRITE_6, O.WRITE_10, O.WRITE_12, O.WRITE_16],
  ...[O.WRITE_AND_VERIFY_10, O.WRITE_AND_VERIFY_12, O.WRITE_AND_VERIFY_16],
];
const VERIFIES: readonly number[] = [O.VERIFY_10, O.VERIFY_12, O.VERIFY_16];
const WRITE_SAMES: readonly number[] = [O.WRITE_SAME_10, O.WRITE_SAME_16];
/** Commands without data, whatever they have where others have a length; the disk has only some of them. */
const WITHOUT_DATA: readonly number[] = [
  ...[O.TEST_UNIT_READY, 0x01, 0x0b, 0x10, 0x11, O.RESERVE_6, O.RELEASE_6, 0x19, O.START_STOP_UNIT],
  ...[O.PREVENT_ALLOW_MEDIUM_REMOVAL, O.SEEK_10, 0x33, 0x34, O.SYNCHRONIZE_CACHE_10, 0x36, 0x3d, 0x3f, 0x53],
  ...[0x80, 0x82, 0x90, 0x91, 0x92, 0xa7, 0xbb],
];
/** Those that have data for the device; the disk has only some of them. */
const TO_DEVICE: readonly number[] = [
  ...[...WRITES, ...VERIFIES, ...WRITE_SAMES, O.FORMAT_UNIT, O.MODE_SELECT_6, O.MODE_SELECT_10, O.UNMAP],
];

export const isRead = (operation: number): boolean => READS.includes(operation);
export const isWrite = (operation: number): boolean => WRITES.includes(operation);
export const isVerify = (operation: number): boolean => VERIFIES.includes(operation);

/** How many bytes are moved, by what QEMU makes of any command, those included that the disk has not. */
function bytesIn(cdb: Uint8Array, count: number, blockSize: number): number {
  const [operation, flags] = cdb;
  const blocks = cdb.length === 6 && count === 0 ? 256 : count;
  if (WITHOUT_DATA.includes(operation)) return 0;
  if (READS.includes(operation) || WRITES.includes(operation)) return blocks * blockSize;
  if (WRITE_SAMES.includes(operation)) return (flags & 1) !== 0 ? 0 : blockSize;
  // BYTCHK: one block is compared with all, or each with its own.
  if (VERIFIES.includes(operation))
    return (flags & 2) === 0 ? 0 : (flags & 4) !== 0 ? blockSize : count * blockSize;
  switch (operation) {
    case O.READ_CAPACITY_10:
      return 8;
    case O.FORMAT_UNIT:
      // A header of parameters, of either length.
      return (flags & 0x10) === 0 ? 0 : (flags & 0x20) !== 0 ? 8 : 4;
    case O.INQUIRY:
      return be16(cdb, 3);
    case 0x3b: // WRITE BUFFER, READ BUFFER
    case 0x3c:
      return be24(cdb, 6);
    case 0x5f: // PERSISTENT RESERVE OUT
      return be32(cdb, 5);
    case 0x85: // ATA PASS-THROUGH
      return ataBytes(
        cdb,
        (cdb[1] & 1) !== 0 ? be16(cdb, 3) : cdb[4],
        (cdb[1] & 1) !== 0 ? be16(cdb, 5) : cdb[6],
      );
    case 0xa1:
      return ataBytes(cdb, cdb[3], cdb[4]);
    case 0xb6:
      return be16(cdb, 8);
    case 0xbe: // READ CD
      return be24(cdb, 6);
    default:
      return count;
  }
}

/** Of ATA PASS-THROUGH, which the disk has not: SAT-3, 12.2.2. */
function ataBytes(cdb: Uint8Array, features: number, count: number): number {
  const field = [0, features, count, 0][cdb[2] & 3];
  return field * ((cdb[2] & 4) !== 0 ? 512 : 1);
}

/** What a block of `length` bytes says; undefined for an operation whose length nobody knows, or that is cut off. */
export function parseCommand(block: Uint8Array, length: number, blockSize: number): Command | undefined {
  const size = lengths[block[0] >> 5];
  if (size === undefined || size > length) return undefined;
  const cdb = block.slice(0, size);
  const [operation] = cdb;
  const count = countIn(cdb);
  const bytes = bytesIn(cdb, count, blockSize);
  const direction = bytes === 0 ? 'none' : TO_DEVICE.includes(operation) ? 'out' : 'in';
  return { cdb, operation, block: blockIn(cdb), count, bytes, direction };
}

/** How many blocks a command is about: of six bytes, none means 256. */
export const blocksOf = ({ cdb, count }: Command): number => (cdb.length === 6 && count === 0 ? 256 : count);
