/** INQUIRY: what the disk is, and its pages of vital product data. SPC-4, 6.6 and 7.8; SBC-3, 6.6. */
import { text, bytes32 } from './fields.js';

export interface Identity {
  readonly isRemovable: boolean;
  /** The serial number; undefined where nobody has chosen one. */
  readonly serial: string | undefined;
  /** What the designation is, where there is no serial number. */
  readonly drive: string;
}

/** Most bytes that the standard data says there are. */
const LONGEST = 256;
const SHORTEST = 36;
/** No device is there, nor can one be. */
const NO_UNIT = 0x7f;
const VERSION_SPC_3 = 5;
const VENDOR = 'QEMU';
const PRODUCT = 'QEMU HARDDISK';
const REVISION = '2.5+';
/** Synchronous transfers, which only a parallel bus has. */
const SYNC = 0x10;
const HIERARCHICAL = 0x10;
const FORMAT = 2;

const PAGE = {
  PAGES: 0x00,
  SERIAL: 0x80,
  IDENTIFICATION: 0x83,
  LIMITS: 0xb0,
  CHARACTERISTICS: 0xb1,
  PROVISIONING: 0xb2,
};

/** Most blocks that may be moved or written at once, as is told: 2 GiB but for one block. */
const LARGEST_TRANSFER = 2 ** 31 - 1;
const LARGEST_UNMAP = 2 ** 30;
const UNMAP_DESCRIPTORS = 255;
const UNMAP_GRANULARITY = 4096;

/** Blocks of WRITE SAME at most. */
export const mostBlocks = (blockSize: number): number => Math.floor(LARGEST_TRANSFER / blockSize);

/** Undefined for a page that there is not. */
export function inquiry(
  cdb: Uint8Array,
  length: number,
  identity: Identity,
  blockSize: number,
): number[] | undefined {
  const [, flags, page] = cdb;
  if ((flags & 1) !== 0) return vitalProductData(page, identity, blockSize);
  return page === 0 ? standardData(length, identity) : undefined;
}

function standardData(length: number, { isRemovable }: Identity): number[] {
  const told = Math.min(length, LONGEST);
  return [
    ...[0, isRemovable ? 0x80 : 0, VERSION_SPC_3, HIERARCHICAL | FORMAT],
    ...[(told > SHORTEST ? told : SHORTEST) - 5, 0, 0, SYNC],
    ...[...text(VENDOR, 8), ...text(PRODUCT, 16), ...text(REVISION, 4)],
  ];
}

function vitalProductData(page: number, identity: Identity, blockSize: number): number[] | undefined {
  const content = pageOf(page, identity, blockSize);
  return content && [0, page, 0, content.length, ...content];
}

function pageOf(page: number, { serial, drive }: Identity, blockSize: number): number[] | undefined {
  switch (page) {
    case PAGE.PAGES: {
      const pages = Object.values(PAGE);
      return serial === undefined ? pages.filter((each) => each !== PAGE.SERIAL) : pages;
    }
    case PAGE.SERIAL:
      return serial === undefined ? undefined : text(serial.slice(0, 36));
    case PAGE.IDENTIFICATION: {
      const name = text((serial?.slice(0, 20) ?? drive).slice(0, 247));
      // ASCII, of the vendor's own making.
      return name.length === 0 ? [] : [2, 0, 0, name.length, ...name];
    }
    case PAGE.LIMITS:
      return limits(blockSize);
    case PAGE.CHARACTERISTICS:
      return new Array<number>(0x3c).fill(0);
    case PAGE.PROVISIONING:
      // UNMAP and both WRITE SAME; thin.
      return [0, 0xe0, 2, 0];
    default:
      return undefined;
  }
}

function limits(blockSize: number): number[] {
  const most = mostBlocks(blockSize);
  return [
    // WRITE SAME of no blocks is refused; there is no granularity.
    ...[1, 0, 0, 0],
    ...[...bytes32(most), ...bytes32(0), ...bytes32(0)],
    ...[...bytes32(Math.floor(LARGEST_UNMAP / blockSize)), ...bytes32(UNMAP_DESCRIPTORS)],
    ...[...bytes32(Math.floor(UNMAP_GRANULARITY / blockSize)), ...bytes32(0)],
    ...[...bytes32(0), ...bytes32(most), ...new Array<number>(20).fill(0)],
  ];
}

/** What is said of a unit that there is not, at most 36 bytes; undefined for a page. */
export function inquiryOfNone(cdb: Uint8Array, length: number): number[] | undefined {
  const [, flags, page] = cdb;
  if ((flags & 2) !== 0 || page !== 0) return undefined;
  // One page, which is this one, with QEMU's header of two bytes.
  if ((flags & 1) !== 0) return [0, 0, 1, 0].slice(0, length);
  return [NO_UNIT, ...new Array<number>(SHORTEST - 1).fill(0)].slice(0, length);
}
