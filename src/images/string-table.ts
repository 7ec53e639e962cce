import { latin1, type ByteReader } from './byte-reader.js';

/**
 * NUL-ended strings that a file refers to by offset, as ELF's string tables and a devicetree's strings block
 * are. Many references to one long string cost neither time nor memory: a hostile file cannot make them add up.
 */
export class StringTable {
  private readonly text: string;
  /** Offsets of the NULs, ascending. */
  private readonly ends: Uint32Array;

  /** @param start offset of `bytes` in the file, for messages */
  constructor(
    private readonly reader: ByteReader,
    bytes: Uint8Array,
    private readonly start: number,
  ) {
    this.text = latin1(bytes);
    const ends: number[] = [];
    for (let nul = bytes.indexOf(0); nul >= 0; nul = bytes.indexOf(0, nul + 1)) ends.push(nul);
    this.ends = Uint32Array.from(ends);
  }

  /**
   * The string at `offset`, one character a byte.
   * @param field offset in the file of the reference, for messages
   * @throws ImageError if `offset` is outside, or no NUL follows
   */
  at(offset: number, field: number, what: string): string {
    const size = this.text.length;
    if (offset >= size) {
      throw this.reader.error(
        field,
        `expected ${what} within ${size} bytes of strings, found offset ${offset}`,
      );
    }
    const end = this.firstEndFrom(offset);
    if (end === undefined) throw this.reader.error(this.start + offset, `expected ${what} ended by NUL`);
    return this.text.slice(offset, end);
  }

  private firstEndFrom(offset: number): number | undefined {
    let low = 0;
    let high = this.ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ends[middle] < offset) low = middle + 1;
      else high = middle;
    }
    return this.ends[low];
  }
}
