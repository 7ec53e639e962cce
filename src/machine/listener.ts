/**
 * Hears what the machine does around its cores. Without a listener nothing is spent on it; a listener must not
 * change what it sees.
 */
import type { AccessSize } from './device.js';

/** Hears of accesses to devices; not of RAM's. */
export interface BusListener {
  /**
   * A core has accessed a device: `offset` bytes into its range, `value` unsigned. Accesses of 8 bytes come as two
   * of 4, the low half first.
   */
  deviceAccessed(device: string, offset: number, size: AccessSize, write: boolean, value: number): void;
}

/** Hears of calls to the power firmware: X0 to X3 before, X0 after. */
export type PsciListener = (
  core: number,
  call: { readonly function: bigint; readonly arguments: readonly [bigint, bigint, bigint] },
  result: number,
) => void;
