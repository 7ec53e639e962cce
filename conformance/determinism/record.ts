/** How a boot came out. */
import { createHash } from 'node:crypto';
import { stateHash, type Machine } from '../../src/index.js';

export interface BootRecord {
  /** Of all cores together. */
  readonly instructions: number;
  /** SHA-256 of the console's bytes, and of the machine's state. */
  readonly console: string;
  readonly state: string;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export async function bootRecord(
  instructions: number,
  console: Uint8Array,
  machine: Machine,
): Promise<BootRecord> {
  return { instructions, console: sha256(console), state: await stateHash(machine) };
}
