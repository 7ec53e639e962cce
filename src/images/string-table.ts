import type { ByteReader } from './byte-reader.js';
import { decodeStray, isAscii, latin1, type DecodedText } from './text.js';

/**
 * NUL-ended strings that a file refers to by offset, as ELF's string tables and a devicetree's strings block
 * are. Many references to one long string cost neither time nor memory: a hostile file cannot make them add up.
 */
export class StringTable {
  private readonly text: string;
  /** Where bytes are in the text; undefined if every byte is a character. */
  private readonly places: Uint32Array | undefined;
  /** Offsets of the NULs, ascending. */
  private readonly ends: Uint32Array;

  /** @param start offset of `bytes` in the file, for messages */
  constructor(
    private readonly reader: ByteReader,
    private readonly bytes: Uint8Array,
    private readonly start: number,
  ) {
    const decoded: Partial<DecodedText> = isAscii(bytes) ? { text: latin1(bytes) } : decodeStray(bytes);
    this.text = decoded.text ?? '';
    this.places = decoded.places;
    const ends: number[] = [];
    for (let nul = bytes.indexOf(0); nul >= 0; nul = bytes.indexOf(0, nul + 1)) ends.push(nul);
    this.ends = Uint32Array.from(ends);
  }

  /**
   * The string at `offset`.
   * @param field offset in the file of the reference, for messages
   * @throws ImageError if `offset` is outside, or no NUL follows
   */
  at(offset: number, field: number, what: string): string {
    const size = this.bytes.length;
    if (offset >= size) {
      throw this.reader.error(
        field,
        `expected ${what} within ${size} bytes of strings, found offset ${offset}`,
      );
    }
    const end = this.firstEndFrom(offset);
    if (end === undefined) throw this.reader.error(this.start + offset, `expected ${what} ended by NUL`);
    return this.slice(offset, end);
  }

  private slice(offset: number, end: number): string {
    const { places } = this;
    if (places === undefined) return this.text.slice(offset, end);
    // What begins within a character begins with bytes that are none.
    let whole = offset;
    while (whole > 0 && whole < end && places[whole] === places[whole - 1]) whole++;
    const rest = this.text.slice(places[whole], places[end]);
    return whole === offset ? rest : decodeStray(this.bytes.subarray(offset, whole)).text + rest;
  }

  private firstEndFrom(offset: number): number | undefined {
    let low = 0;
    let high = this.ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const end = this.ends[middle];
      if (end !== undefined && end < offset) low = middle + 1;
      else high = middle;
    }
    return this.ends[low];
  }
}
