/** An ELF file's program headers. Document: System V ABI (gABI), chapter 5, "Program Header". */
import type { ByteReader } from '../byte-reader.js';
import type { ImageError } from '../error.js';
import { extended, fileHeader, programHeader, sectionHeader, segmentType } from './constants.js';
import { extent, type Extent } from './extent.js';
import { attempt, type Table } from './table.js';

/** A program header and its bytes. */
export interface ElfSegment extends Extent {
  /** `p_type`, see `segmentType` and `segmentTypeNames`. */
  readonly type: number;
  /** `p_flags`, see `segmentFlag`. */
  readonly flags: number;
  readonly offset: bigint;
  readonly virtualAddress: bigint;
  readonly physicalAddress: bigint;
  readonly fileSize: bigint;
  /** Bytes in memory; those beyond the file's are zero. */
  readonly memorySize: bigint;
  readonly alignment: bigint;
}

const noSegments: Table = { offset: 0, count: 0, entrySize: programHeader.size };

/** All segments; what is wrong with them is added to `problems`. */
export function readSegments(reader: ByteReader, sections: Table, problems: ImageError[]): ElfSegment[] {
  const table = attempt(problems, () => segmentTable(reader, sections, problems), noSegments);
  return Array.from({ length: table.count }, (_, index) => {
    const at = table.offset + index * table.entrySize;
    const type = reader.u32(at + programHeader.type, 'p_type');
    const offset = reader.u64(at + programHeader.offset, 'p_offset');
    const fileSize = reader.u64(at + programHeader.fileSize, 'p_filesz');
    const memorySize = reader.u64(at + programHeader.memorySize, 'p_memsz');
    if (type === segmentType.load && memorySize < fileSize) {
      const expected = `expected segment ${index} as large in memory as in the file`;
      const found = `found p_filesz ${fileSize}, p_memsz ${memorySize}`;
      problems.push(reader.error(at + programHeader.memorySize, `${expected}, ${found}`));
    }
    const place = { offset, size: fileSize };
    return {
      type,
      flags: reader.u32(at + programHeader.flags, 'p_flags'),
      offset,
      virtualAddress: reader.u64(at + programHeader.virtualAddress, 'p_vaddr'),
      physicalAddress: reader.u64(at + programHeader.physicalAddress, 'p_paddr'),
      fileSize,
      memorySize,
      alignment: reader.u64(at + programHeader.alignment, 'p_align'),
      ...extent(reader, at + programHeader.offset, place, `segment ${index}`, problems),
    };
  });
}

/** Entries of another size are damage: Linux and QEMU take no such file, and readelf reads larger ones as if they were not. */
function segmentTable(reader: ByteReader, sections: Table, problems: ImageError[]): Table {
  const count = segmentCount(reader, sections);
  if (count === 0) return noSegments;
  const offset = reader.size64(fileHeader.programHeaders, 'e_phoff');
  const { size } = programHeader;
  reader.need(offset, count * size, `${count} program headers`);
  const entrySize = reader.u16(fileHeader.programHeaderSize, 'e_phentsize');
  if (entrySize !== size) {
    const expected = `expected program headers of ${size} bytes, found ${entrySize}`;
    problems.push(reader.error(fileHeader.programHeaderSize, expected));
  }
  return entrySize < size ? noSegments : { offset, count, entrySize: size };
}

function segmentCount(reader: ByteReader, sections: Table): number {
  const count = reader.u16(fileHeader.programHeaderCount, 'e_phnum');
  if (count !== extended.programHeaderCount) return count;
  const expected = 'expected the number of segments in section header 0, as e_phnum 0xffff says';
  if (sections.count === 0)
    throw reader.error(fileHeader.programHeaderCount, `${expected}, found no sections`);
  const field = sections.offset + sectionHeader.info;
  const extendedCount = reader.u32(field, 'the number of segments');
  if (extendedCount === 0) throw reader.error(field, `${expected}, found 0`);
  return extendedCount;
}
