/**
 * The PE header of a kernel that is also an EFI application. It is the only part of an `Image` that says how
 * long the file must be. Document: Microsoft, "PE Format", "COFF File Header" and "Section Table".
 */
import type { ByteReader } from '../byte-reader.js';

const coff = { machine: 4, sectionCount: 6, optionalHeaderSize: 20, size: 24 } as const;
const section = { rawSize: 16, rawOffset: 20, size: 40 } as const;
/** "PE\0\0", little-endian. */
const signature = 0x4550;
const machineArm64 = 0xaa64;

/** Names of `Machine`. Document: "Machine Types". */
const machines: Readonly<Record<number, string>> = {
  0x014c: 'x86',
  0x01c0: '32-bit Arm',
  0x01c2: '32-bit Arm',
  0x01c4: '32-bit Arm',
  0x5064: '64-bit RISC-V',
  0x6264: '64-bit LoongArch',
  0x8664: 'x86-64',
  [machineArm64]: 'arm64',
};

/** The machine that a PE file is for; undefined if it is none. A DOS header begins with "MZ" and has the place at 0x3c. */
export function peMachine(bytes: Uint8Array): string | undefined {
  if (bytes.length < 0x40 || bytes[0] !== 0x4d || bytes[1] !== 0x5a) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const at = view.getUint32(0x3c, true);
  if (at + coff.size > bytes.length || view.getUint32(at, true) !== signature) return undefined;
  const machine = view.getUint16(at + coff.machine, true);
  return machines[machine] ?? `machine 0x${machine.toString(16)}`;
}

/**
 * Checks that the file holds all of its sections.
 * @throws ImageError if the PE header at `offset` is for another machine, or the file is truncated
 */
export function checkPeSections(reader: ByteReader, offset: number): void {
  const machine = reader.u16(offset + coff.machine, 'PE machine');
  if (machine !== machineArm64) {
    throw reader.error(
      offset + coff.machine,
      `expected PE machine 0xaa64 (ARM64), found 0x${machine.toString(16)}`,
    );
  }
  const count = reader.u16(offset + coff.sectionCount, 'number of PE sections');
  const table =
    offset + coff.size + reader.u16(offset + coff.optionalHeaderSize, 'size of the optional header');
  for (let index = 0; index < count; index++) {
    const at = table + index * section.size;
    const rawSize = reader.u32(at + section.rawSize, 'size of a PE section');
    const rawOffset = reader.u32(at + section.rawOffset, 'offset of a PE section');
    reader.need(rawOffset, rawSize, `PE section ${index}`);
  }
}
