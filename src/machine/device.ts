/**
 * What the board is made of: devices on the physical bus, and the wires between them.
 *
 * A device sees offsets within its own range, never physical addresses, and virtual time, never the host's.
 */
import type { Listeners, Shape } from '../engine/index.js';

/** Everything a snapshot may hold: plain data, no functions, no class instances. */
export type PlainData =
  null | boolean | number | string | Uint8Array | PlainData[] | { [key: string]: PlainData };

/** A thing that gives its whole state as plain data and takes it back. */
export interface Snapshotable<State extends PlainData = PlainData> {
  /** What its states look like. Whoever has one from elsewhere checks it before `load`. */
  readonly shape: Shape<State>;
  save(): State;
  load(state: State): void;
}

/** Bytes moved by one access on the device side of the bus; the bus splits 8-byte accesses into two of 4. */
export type AccessSize = 1 | 2 | 4;

/**
 * A device in the physical address map.
 *
 * Values are unsigned 32-bit numbers. `offset` is aligned to `size`: the bus turns an unaligned access away
 * with an external abort before it gets here.
 */
export interface Device<State extends PlainData = PlainData> extends Snapshotable<State> {
  /** Unique on its bus; names the device in snapshots and logs. */
  readonly name: string;
  /** Bytes of address space. */
  readonly size: number;
  /** May change the device's state, as reading a data register does. */
  read(offset: number, size: AccessSize): number;
  write(offset: number, size: AccessSize, value: number): void;
  /**
   * Whether the device answers such an access at all; one it does not answer ends in an external abort.
   * Absent: it answers every size from 1 to 8.
   */
  accepts?(offset: number, size: AccessSize | 8, isWrite: boolean): boolean;
}

/** A device that holds memory: instructions are fetched from it, and whoever loads a program puts bytes there. */
export interface MemoryDevice<State extends PlainData = PlainData> extends Device<State> {
  /** What a fetch reads at an offset that is a multiple of 4, unsigned. Changes nothing that the guest could see. */
  instruction(offset: number): number;
  /** Before bytes change that have been fetched: so many from an offset on. */
  readonly codeChanging: Listeners<(offset: number, length: number) => void>;
  /** Puts bytes there by other ways than the guest's. */
  place(offset: number, bytes: Uint8Array): void;
}

export function isMemoryDevice(device: Device): device is MemoryDevice {
  return 'codeChanging' in device;
}

/** One wire: an interrupt input, a GPIO pin. Setting it to the level it already has is harmless. */
export interface Line {
  set(level: boolean): void;
}

/** A wire that ends nowhere. */
export const unconnected: Line = { set: () => undefined };

/** A wire that drives several others. */
export function fanOut(...lines: Line[]): Line {
  return { set: (level) => lines.forEach((line) => line.set(level)) };
}
