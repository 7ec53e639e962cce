/** MODE SENSE and MODE SELECT: the pages of a disk's settings, of which only its write cache can be set. SPC-4, 6.11 and 7.5. */
import { OPERATION, type Command } from './command.js';
import { bytes16, bytes24 } from './fields.js';
import type { Geometry } from './geometry.js';
import { SENSE, type Sense } from './sense.js';

/** What the settings are about. */
export interface ModeDisk {
  readonly geometry: Geometry;
  readonly isReadOnly: boolean;
  /** Blocks that there are. */
  readonly blocks: number;
  /** Bytes of a block, a multiple of 512. */
  blockSize: number;
  hasWriteCache: boolean;
}

const PAGE = { ERROR_RECOVERY: 1, RIGID_GEOMETRY: 4, FLEXIBLE_GEOMETRY: 5, CACHING: 8, ALL: 0x3f };
/** Which values are asked for. */
const CHANGEABLE = 1;
const SAVED = 3;
const WRITE_CACHE_ENABLED = 4;
const WRITE_PROTECTED = 0x80;
const REALLOCATION = 0x80;
/** Rotations in a minute. */
const ROTATIONS = 5400;
/** Of flexible disks, in kbit/s. */
const RATE = 5000;
const LONGEST_PAGE = 256;

/** A page without its header of two bytes; undefined for one that there is not. */
function page(number: number, values: number, disk: ModeDisk): number[] | undefined {
  const { cylinders, heads, sectors } = disk.geometry;
  const isChangeable = values === CHANGEABLE;
  const none = (length: number): number[] => new Array<number>(length).fill(0);
  switch (number) {
    case PAGE.ERROR_RECOVERY:
      return [isChangeable ? 0 : REALLOCATION, ...none(9)];
    case PAGE.RIGID_GEOMETRY: {
      if (isChangeable) return none(22);
      const last = bytes24(cylinders);
      // No precompensation, no reduced current; steps of 200 ns; nowhere to land.
      return [
        ...[...last, heads, ...last, ...last, 0, 200, 0xff, 0xff, 0xff],
        ...[0, 0, 0, ...bytes16(ROTATIONS), 0, 0],
      ];
    }
    case PAGE.FLEXIBLE_GEOMETRY: {
      if (isChangeable) return none(30);
      const last = bytes16(cylinders);
      return [
        ...[...bytes16(RATE), heads, sectors, disk.blockSize >> 8, 0, ...last, ...last, ...last],
        // Steps, their width, settling, motor on and off, in units of 100 us, 1 us, 100 us, 0.1 s.
        ...[0, 1, 1, 0, 1, 1, 1, ...none(7), ...bytes16(ROTATIONS), 0, 0],
      ];
    }
    case PAGE.CACHING:
      return [isChangeable || disk.hasWriteCache ? WRITE_CACHE_ENABLED : 0, ...none(17)];
    default:
      return undefined;
  }
}

/** The answer, or what is wrong. */
export function modeSense({ cdb, operation }: Command, disk: ModeDisk): number[] | Sense {
  const isShort = operation === OPERATION.MODE_SENSE_6;
  const withoutBlocks = (cdb[1] & 8) !== 0;
  const values = cdb[2] >> 6;
  const wanted = cdb[2] & 0x3f;
  if (values === SAVED) return SENSE.SAVING_NOT_SUPPORTED;
  const numbers = wanted === PAGE.ALL ? Array.from({ length: PAGE.ALL }, (_, i) => i) : [wanted];
  const pages = numbers.flatMap((number) => {
    const content = page(number, values, disk);
    return content === undefined ? [] : [[number, content.length, ...content]];
  });
  if (pages.length === 0) return SENSE.INVALID_FIELD;
  const blocks = withoutBlocks || disk.blocks === 0 ? [] : blockDescriptor(disk);
  const specific = disk.isReadOnly ? WRITE_PROTECTED : 0;
  const rest = [...blocks, ...pages.flat()];
  return isShort
    ? [3 + rest.length, 0, specific, blocks.length, ...rest]
    : [...bytes16(6 + rest.length), 0, specific, 0, 0, 0, blocks.length, ...rest];
}

/** Of a disk with more blocks than it can tell, none. */
const blockDescriptor = ({ blocks, blockSize }: ModeDisk): number[] => [
  ...[0, ...bytes24(blocks > 0xff_ffff ? 0 : blocks)],
  ...[0, 0, blockSize >> 8, 0],
];

/** Sets what a list of parameters says, all of it or nothing. What is wrong, if something is. */
export function modeSelect({ cdb, operation }: Command, list: Uint8Array, disk: ModeDisk): Sense | undefined {
  const isShort = operation === OPERATION.MODE_SELECT_6;
  // In the format of pages, and nothing of it is to be saved.
  if ((cdb[1] & 0x11) !== 0x10) return SENSE.INVALID_FIELD;
  const header = isShort ? 4 : 8;
  if (list.length < header) return SENSE.PARAMETER_LENGTH;
  const described = isShort ? list[3] : (list[6] << 8) | list[7];
  const rest = list.subarray(header);
  if (rest.length < described) return SENSE.PARAMETER_LENGTH;
  if (described !== 0 && described !== 8) return SENSE.INVALID_PARAMETER;
  if (described !== 0) {
    const size = (rest[5] << 16) | (rest[6] << 8) | rest[7];
    // A whole number of sectors. That it stays where the pages are wrong is QEMU's.
    if (size !== 0 && (size & ~0xfe00) === 0) disk.blockSize = size;
  }
  const pages = rest.subarray(described);
  let cache = disk.hasWriteCache;
  const wrong = eachPage(pages, (number, content) => {
    const now = page(number, 0, disk);
    const changeable = page(number, CHANGEABLE, disk);
    if (now?.length !== content.length || changeable === undefined) return false;
    if (now.some((byte, i) => ((byte ^ content[i]) & ~changeable[i]) !== 0)) return false;
    if (number === PAGE.CACHING) cache = (content[0] & WRITE_CACHE_ENABLED) !== 0;
    return true;
  });
  if (wrong === undefined) disk.hasWriteCache = cache;
  return wrong;
}

/** Goes through pages, with and without subpages, of which there are none, until one is not accepted. */
function eachPage(
  pages: Uint8Array,
  accept: (number: number, content: Uint8Array) => boolean,
): Sense | undefined {
  for (let at = 0; at < pages.length;) {
    const hasSubpage = (pages[at] & 0x40) !== 0;
    const header = hasSubpage ? 4 : 2;
    if (pages.length - at < header) return SENSE.PARAMETER_LENGTH;
    if (hasSubpage && pages[at + 1] !== 0) return SENSE.INVALID_PARAMETER;
    const length = hasSubpage ? (pages[at + 2] << 8) | pages[at + 3] : pages[at + 1];
    const number = pages[at] & 0x3f;
    at += header;
    if (length > pages.length - at) return SENSE.PARAMETER_LENGTH;
    if (length + 2 > LONGEST_PAGE || !accept(number, pages.subarray(at, at + length)))
      return SENSE.INVALID_PARAMETER;
    at += length;
  }
  return undefined;
}
