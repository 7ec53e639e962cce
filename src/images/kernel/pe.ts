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

/**
 * Checks that the file holds all of its sections.
 * @throws ImageError if there is no PE header at `offset`, it is for another machine, or the file is truncated
 */
export function checkPeSections(reader: ByteReader, offset: number): void {
  const found = reader.u32(offset, 'a PE signature');
  if (found !== signature) {
    throw reader.error(
      offset,
      `expected PE signature 0x00004550, found 0x${found.toString(16).padStart(8, '0')}`,
    );
  }
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
