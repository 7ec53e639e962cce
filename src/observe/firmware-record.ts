/**
 * The firmware in a snapshot, for resets to come. Most of it is still in RAM as it was put there, so only pieces
 * of 4 KiB that differ from RAM, or lie in other memory, are stored.
 */
import {
  count,
  flag,
  integer,
  listOf,
  listOfExactly,
  record,
  type GuestRam,
  type Level,
  type Shape,
} from '../engine/index.js';
import type { Board, CoreStart, Firmware } from '../machine/index.js';
import { PAGE } from './snapshot-file.js';

/** All but the bytes. */
export type FirmwareRecord = {
  cores: CoreStart[];
  segments: SegmentRecord[];
};
type SegmentRecord = {
  address: number;
  /** Bytes given, and bytes of memory. */
  length: number;
  size: number;
  /** Pieces that are stored, by number; the others are in RAM. */
  stored: number[];
};

/** The record of a firmware, and the pieces to be stored, each filled up to 4 KiB. */
export function recordFirmware(
  firmware: Firmware,
  ram: GuestRam,
): { record: FirmwareRecord; pieces: Uint8Array[] } {
  const pieces: Uint8Array[] = [];
  const segments = firmware.segments.map(({ address, bytes, size = bytes.length }) => {
    const stored: number[] = [];
    const inRam = liesIn(ram, address);
    for (let i = 0; i * PAGE < bytes.length; i++) {
      const piece = bytes.subarray(i * PAGE, (i + 1) * PAGE);
      if (inRam && isSame(piece, ram.view(address - ram.base + i * PAGE, piece.length))) continue;
      stored.push(i);
      pieces.push(filledUp(piece));
    }
    return { address, length: bytes.length, size, stored };
  });
  return { record: { cores: [...firmware.cores], segments }, pieces };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function filledUp(piece: Uint8Array): Uint8Array {
  if (piece.length === PAGE) return piece;
  const whole = new Uint8Array(PAGE);
  whole.set(piece);
  return whole;
}

const liesIn = (range: Board['ram'], address: number, size = 1): boolean =>
  address >= range.base && address + size <= range.base + range.size;

/** What records look like for a machine with this board. */
export function firmwareShape({ cores, ram, flash, hypervisor, secure }: Board): Shape<FirmwareRecord> {
  const memory = [ram, ...flash];
  const level = integer(1, secure ? 3 : hypervisor ? 2 : 1) as Shape<Level>;
  const coreStart = record<CoreStart>({ powered: flag, pc: count, el: level, x0: count });
  const extent = ({ length, size }: SegmentRecord): number => Math.max(length, size);
  const isInMemory = (each: SegmentRecord): boolean =>
    memory.some((range) => liesIn(range, each.address, extent(each)));
  const hasItsPieces = ({ address, length, stored }: SegmentRecord): boolean =>
    stored.every((i, n) => i * PAGE < length && (n === 0 || i > stored[n - 1])) &&
    (liesIn(ram, address) || stored.length === Math.ceil(length / PAGE));
  const segment = record<SegmentRecord>({ address: count, length: count, size: count, stored: listOf(count) })
    .where('a range of memory', isInMemory)
    .where('pieces in order', hasItsPieces);
  const most = memory.reduce((sum, { size }) => sum + size, 0);
  return record<FirmwareRecord>({
    cores: listOfExactly(cores, coreStart),
    segments: listOf(segment).where('no more than memory holds', (all) => {
      return all.reduce((sum, each) => sum + extent(each), 0) <= most;
    }),
  });
}

/** Makes the firmware of a record from its stored pieces, in their order, and RAM as the snapshot has it. */
export function restoreFirmware(
  { cores, segments: records }: FirmwareRecord,
  ram: GuestRam,
  pieces: readonly Uint8Array[],
): Firmware {
  let next = 0;
  const segments = records.map(({ address, length, size, stored }) => {
    const inRam = liesIn(ram, address);
    const bytes = inRam ? ram.read(address - ram.base, length) : new Uint8Array(length);
    for (const i of stored) {
      const place = bytes.subarray(i * PAGE, (i + 1) * PAGE);
      place.set(pieces[next++].subarray(0, place.length));
    }
    return { address, bytes, size };
  });
  return { cores, segments };
}
