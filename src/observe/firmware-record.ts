/**
 * The firmware in a snapshot, for resets to come. Most of it is still in RAM as it was put there, so only pieces
 * of 4 KiB that differ from RAM are stored.
 */
import type { Firmware } from '../machine/index.js';
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
    for (let i = 0; i * PAGE < bytes.length; i++) {
      const piece = bytes.subarray(i * PAGE, (i + 1) * PAGE);
      if (isSame(piece, ram.view(address - ram.base + i * PAGE, piece.length))) continue;
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

/** Whether a record can be one of a machine with this RAM and so many cores. */
export function isFirmwareRecord(record: FirmwareRecord, ram: GuestRam, cores: number): boolean {
  return (
    record.cores.length === cores &&
    record.cores.every(
      ({ powered, pc, el, x0 }) =>
        typeof powered === 'boolean' && isAddress(pc) && (el === 1 || el === 2) && isAddress(x0),
    ) &&
    record.segments.every(
      ({ address, length, size, stored }) =>
        isAddress(address) &&
        isAddress(length) &&
        isAddress(size) &&
        address >= ram.base &&
        address + Math.max(length, size) <= ram.base + ram.size &&
        Array.isArray(stored) &&
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
    const bytes = ram.read(address - ram.base, length);
    for (const i of stored) {
      const place = bytes.subarray(i * PAGE, (i + 1) * PAGE);
      place.set(pieces[next++].subarray(0, place.length));
    }
    return { address, bytes, size };
  });
  return { cores: record.cores, segments };
}
