/** What a machine starts from. */
import type { GuestRam, Level } from '../engine/index.js';
import type { PhysicalMap } from './bus.js';

/** How a core comes out of reset: MMU off, interrupts masked, registers other than these zero. */
export interface CoreStart {
  /** False: it stays off until another core powers it on. */
  readonly powered: boolean;
  /** Physical address. */
  readonly pc: number;
  readonly el: Level;
  readonly x0: number;
}

/** Bytes in memory. */
export interface Segment {
  /** What it is, for people. */
  readonly name?: string;
  /** Physical address. */
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Bytes of memory it takes, if more than those given: the rest is cleared. */
  readonly size?: number;
}

/** Bytes in memory and the cores' first state (`BootPlan` of src/boot is one). */
export interface Firmware {
  readonly segments: readonly Segment[];
  /** By core number. */
  readonly cores: readonly CoreStart[];
}

/**
 * Puts a segment into RAM, or into the devices of a bus that hold memory.
 * @throws RangeError for one that lies in neither
 */
export function placeSegment(
  { address, bytes, size = bytes.length }: Segment,
  ram: GuestRam,
  bus: PhysicalMap,
): void {
  const rest = Math.max(0, size - bytes.length);
  // All of it: behind RAM the engine has Secure RAM.
  if (address >= ram.base && address + bytes.length + rest <= ram.base + ram.size) {
    ram.write(address - ram.base, bytes);
    ram.clear(address - ram.base + bytes.length, rest);
    return;
  }
  const whole = new Uint8Array(bytes.length + rest);
  whole.set(bytes);
  if (!bus.place(address, whole)) {
    throw new RangeError(
      `0x${address.toString(16)}+0x${whole.length.toString(16)} is neither in RAM nor in flash`,
    );
  }
}
