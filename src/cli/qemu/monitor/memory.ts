/** Memory as monitors look at it, and have it written to files. */
import { PhysicalMemory, VirtualMemory, type DebugMemory } from '../../../debug/index.js';
import type { Machine } from '../../../machine/index.js';
import { FileError, openOutput } from '../../files/index.js';
import { fileFailure } from '../endpoints/failure.js';
import { QemuError } from '../error.js';
import type { Read } from './formats.js';

/** Undefined where not all of it is memory. */
const whole =
  (memory: DebugMemory): Read =>
  (address, length) => {
    const bytes = memory.read(address, length);
    return bytes.length === length ? bytes : undefined;
  };
export const physical = (machine: Machine): Read => whole(new PhysicalMemory(machine));
/** By virtual address as a core sees it. */
export const virtual = (machine: Machine, core: number): Read =>
  whole(new VirtualMemory(new PhysicalMemory(machine), (address) => machine.translate(core, address)));

/** Bytes that are read at a time. */
const PIECE = 2 ** 20;

/** Bytes from an address on, in pieces. @throws QemuError where they cannot be read */
export function* pieces(read: Read, address: bigint, size: bigint): Generator<Uint8Array> {
  for (let done = 0n; done < size; done += BigInt(PIECE)) {
    const length = Math.min(PIECE, Number(size - done));
    const bytes = read(BigInt.asUintN(64, address + done), length);
    if (bytes === undefined)
      throw new QemuError(
        `Invalid addr 0x${BigInt.asUintN(64, address).toString(16).padStart(16, '0')}/size ${size} specified`,
      );
    yield bytes;
  }
}

/** `memsave` and `pmemsave`. @throws QemuError */
export function saveMemory(read: Read, address: bigint, size: bigint, path: string): void {
  const parts = pieces(read, address, size);
  const first = parts.next();
  const beginning = first.done === true ? new Uint8Array() : first.value;
  try {
    const output = openOutput(path, beginning);
    for (const part of parts) output.write(part);
    output.close();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new QemuError(`Could not open '${path}': ${fileFailure(error, path)}`);
  }
}
