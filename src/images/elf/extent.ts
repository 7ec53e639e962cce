/** What a header says of a part of the file, and what the file has of it. */
import type { ByteReader } from '../byte-reader.js';
import type { ImageError } from '../error.js';

/** Bytes that lie within the file, whatever their header says. */
export interface Extent {
  /** The bytes in the file, a view; none if a part of them would lie outside. */
  readonly data: Uint8Array;
  /** Where `data` begins in the file; 0 if there is none. */
  readonly dataOffset: number;
}

export const nowhere: Extent = { data: new Uint8Array(), dataOffset: 0 };

/**
 * `size` bytes at `offset`, as a header says.
 * @param field where in the file the header says so, for the message
 * @param problems takes a note if they are not within the file
 */
export function extent(
  reader: ByteReader,
  field: number,
  { offset, size }: { readonly offset: bigint; readonly size: bigint },
  what: string,
  problems: ImageError[],
): Extent {
  if (offset + size > BigInt(reader.length)) {
    const found = `0x${offset.toString(16)} and ${size} bytes`;
    const expected = `expected ${what} within the file's ${reader.length} bytes, found ${found}`;
    problems.push(reader.error(field, expected));
    return nowhere;
  }
  const dataOffset = Number(offset);
  return { data: reader.bytes.subarray(dataOffset, dataOffset + Number(size)), dataOffset };
}
