/**
 * The firmware in a snapshot, for resets to come. Most of it is still in RAM as it was put there, so only pieces
 * of 4 KiB that differ from RAM, or lie in other memory, are stored.
 */
import type { Board, Firmware } from '../machine/index.js';
import type { GuestRam } from '../engine/index.js';
import { PAGE } from './snapshot-file.js';

/** All but the bytes. */
export type FirmwareRecord = {
  cores: Firmware['cores'];
  segments: {
    address: number;
    /** Bytes given, and bytes of memory. */
    length: number;
    size: number;
    /** Pieces that are stored, by number; the others are in RAM. */
    stored: number[];
  }[];
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
  return { record: { cores: firmware.cores, segments }, pieces };
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.every((byte, i) => byte === b[i]);

function filledUp(piece: Uint8Array): Uint8Array {
  if (piece.length === PAGE) return piece;
  const whole = new Uint8Array(PAGE);
  whole.set(piece);
  return whole;
}

const liesIn = (range: Board['ram'], address: number, size = 1): boolean =>
  address >= range.base && address + size <= range.base + range.size;

/** Whether a record can be one of a machine with this board. */
export function isFirmwareRecord(record: FirmwareRecord, board: Board): boolean {
  const { ram, flash } = board;
  return (
    record.cores.length === board.cores &&
    record.cores.every(
      ({ powered, pc, el, x0 }) =>
        typeof powered === 'boolean' && isAddress(pc) && (el === 1 || el === 2) && isAddress(x0),
    ) &&
    record.segments.every(
      ({ address, length, size, stored }) =>
        isAddress(address) &&
        isAddress(length) &&
        isAddress(size) &&
        [ram, ...flash].some((range) => liesIn(range, address, Math.max(length, size))) &&
        Array.isArray(stored) &&
        (liesIn(ram, address) || stored.length === Math.ceil(length / PAGE)) &&
        stored.every((i, n) => isAddress(i) && i * PAGE < length && (n === 0 || i > stored[n - 1])),
    )
  );
}

const isAddress = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

/** Makes the firmware of a record from its stored pieces, in their order, and RAM as the snapshot has it. */
export function restoreFirmware(
  record: FirmwareRecord,
  ram: GuestRam,
  pieces: readonly Uint8Array[],
): Firmware {
  let next = 0;
  const segments = record.segments.map(({ address, length, size, stored }) => {
    const inRam = liesIn(ram, address);
    const bytes = inRam ? ram.read(address - ram.base, length) : new Uint8Array(length);
    for (const i of stored) {
      const place = bytes.subarray(i * PAGE, (i + 1) * PAGE);
      place.set(pieces[next++].subarray(0, place.length));
    }
    return { address, bytes, size };
  });
  return { cores: record.cores, segments };
}
