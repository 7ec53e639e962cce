/**
 * Direct memory access: what a device does on the bus by itself. What it writes to RAM, the cores see at once, be it data
 * or code.
 */
import { EXTERNAL_ABORT, type PhysicalMap, type RamPart } from './bus.js';

/** A device's own way to memory. Addresses are those that the guest gives the device; blocks are of RAM. */
export interface BusMaster {
  /**
   * The 32-bit word at an address, of RAM or of a device's register; undefined where nothing answers, or where not all
   * of it lies in one RAM.
   */
  readWord(address: number): number | undefined;
  /** Writes such a word; false where there is none. */
  writeWord(address: number, value: number): boolean;
  /** A copy of `length` bytes; undefined if not all of them are RAM. */
  read(address: number, length: number): Uint8Array | undefined;
  /** Writes bytes. False if not all of them go to RAM; those that do are written all the same. */
  write(address: number, bytes: Uint8Array): boolean;
  /** Writes `length` zeros, as many as there may be, likewise. */
  clear(address: number, length: number): boolean;
  /** The RAM that lies at an address, with at most so many bytes of it; undefined where none does. */
  ramAt(address: number, most: number): RamPart | undefined;
}

/** Zeros that are written at a time. */
const ZEROS = new Uint8Array(0x1_0000);

/** A master to whom the bus looks as it does to the cores. */
export function busMaster(bus: PhysicalMap): BusMaster {
  const tell = (moved: number): void => {
    for (const hear of bus.transferred.all) hear(moved);
  };
  const isWord = (address: number): boolean => address % 4 === 0 || bus.isRam(address, 4);
  return {
    readWord: (address) => {
      const value = isWord(address) ? bus.read(address, 4) : EXTERNAL_ABORT;
      if (value === EXTERNAL_ABORT) return undefined;
      tell(4);
      return value;
    },
    writeWord: (address, value) => {
      if (!isWord(address) || !bus.write(address, 4, value)) return false;
      tell(4);
      return true;
    },
    read: (address, length) => {
      const bytes = bus.readBytes(address, length);
      if (bytes !== undefined) tell(length);
      return bytes;
    },
    write: (address, bytes) => {
      const parts = bus.ramIn(address, bytes.length);
      let written = 0;
      for (const { ram, offset, address: start, length } of parts) {
        ram.write(offset, bytes.subarray(start - address, start - address + length));
        written += length;
      }
      tell(written);
      return written === bytes.length;
    },
    clear: (address, length) => {
      const parts = bus.ramIn(address, length);
      for (const { ram, offset, length } of parts) {
        for (let done = 0; done < length; done += ZEROS.length) {
          ram.write(offset + done, ZEROS.subarray(0, Math.min(ZEROS.length, length - done)));
        }
      }
      const cleared = parts.reduce((sum, part) => sum + part.length, 0);
      tell(cleared);
      return cleared === length;
    },
    ramAt: (address, most) => {
      const [part] = bus.ramIn(address, most);
      return part?.address === address ? part : undefined;
    },
  };
}
