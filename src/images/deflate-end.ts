/**
 * Where a deflate stream ends, which its readers do not tell: its codes are followed, and nothing is made of them.
 * Document: RFC 1951.
 */
import type { ByteReader } from './byte-reader.js';

/** Extra bits behind the codes for lengths, 257 to 285, and distances, 0 to 29. Section 3.2.5. */
const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const distanceExtra = Array.from({ length: 30 }, (_, code) => Math.max(0, (code >> 1) - 1));
/** The order in which the lengths of the code length codes come. Section 3.2.7. */
const codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const endOfBlock = 256;
const longestCode = 15;

/** A Huffman code: how many codes there are of each length, and their symbols in the order of the codes. */
interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

function makeCode(lengths: Uint8Array | readonly number[]): Code {
  const counts = new Uint16Array(longestCode + 1);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  counts[0] = 0;
  const next = new Uint16Array(longestCode + 1);
  let shorter = 0;
  for (const [length, count] of counts.entries()) {
    next[length] = shorter;
    shorter += count;
  }
  const symbols = new Uint16Array(lengths.length);
  for (const [symbol, length] of lengths.entries()) {
    const place = next[length];
    if (length === 0 || place === undefined) continue;
    symbols[place] = symbol;
    next[length] = place + 1;
  }
  return { counts, symbols };
}

/** Section 3.2.6. */
const fixedLengths = Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8));
const fixed = { literals: makeCode(fixedLengths), distances: makeCode(new Array<number>(30).fill(5)) };

/**
 * The offset behind the stream that begins at `start`.
 * @throws ImageError where the stream is damaged or the file ends
 */
export function deflateEnd(reader: ByteReader, start: number): number {
  return new Walk(reader, start).toEnd();
}

class Walk {
  /** The next bit, counted from the start of the file. */
  private at: number;
  private readonly bytes: Uint8Array;

  constructor(
    private readonly reader: ByteReader,
    start: number,
  ) {
    this.bytes = reader.bytes;
    this.at = 8 * start;
  }

  toEnd(): number {
    for (let isLast = false; !isLast;) {
      isLast = this.bits(1) === 1;
      const type = this.bits(2);
      if (type === 0) this.stored();
      else if (type === 1) this.compressed(fixed.literals, fixed.distances);
      else if (type === 2) this.compressed(...this.codes());
      else throw this.damaged('a block of type 0 to 2, found 3');
    }
    return Math.ceil(this.at / 8);
  }

  private damaged(expected: string): Error {
    return this.reader.error(this.at >> 3, `expected a sound deflate stream: ${expected}`);
  }

  private bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.at++) {
      const place = Math.floor(this.at / 8);
      const byte = this.bytes[place];
      if (byte === undefined) throw this.damaged('more data, but the file ends');
      value |= ((byte >> (this.at & 7)) & 1) << i;
    }
    return value;
  }

  /** One bit after the other: codes of each length are consecutive numbers. Section 3.2.2. */
  private symbol({ counts, symbols }: Code): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= longestCode; length++) {
      code |= this.bits(1);
      const count = counts[length] ?? 0;
      const symbol = code - first < count ? symbols[index + code - first] : undefined;
      if (symbol !== undefined) return symbol;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw this.damaged('a code that its block has');
  }

  private stored(): void {
    const at = Math.ceil(this.at / 8);
    const length = this.reader.u16(at, 'the length of a stored block');
    this.reader.need(at + 4, length, 'a stored block');
    this.at = 8 * (at + 4 + length);
  }

  private codes(): [Code, Code] {
    const literals = this.bits(5) + 257;
    const distances = this.bits(5) + 1;
    const lengths = new Uint8Array(19);
    const count = this.bits(4) + 4;
    for (const symbol of codeLengthOrder.slice(0, count)) lengths[symbol] = this.bits(3);
    const all = this.codeLengths(makeCode(lengths), literals + distances);
    return [makeCode(all.subarray(0, literals)), makeCode(all.subarray(literals))];
  }

  /** Section 3.2.7: 16 repeats the length before, 17 and 18 are runs of zeros. */
  private codeLengths(code: Code, count: number): Uint8Array {
    const lengths = new Uint8Array(count);
    for (let i = 0; i < count;) {
      const symbol = this.symbol(code);
      if (symbol < 16) {
        lengths[i++] = symbol;
        continue;
      }
      const value = symbol === 16 ? lengths[i - 1] : 0;
      if (value === undefined) throw this.damaged('a length to repeat');
      const times = symbol === 16 ? 3 + this.bits(2) : symbol === 17 ? 3 + this.bits(3) : 11 + this.bits(7);
      lengths.fill(value, i, i + times);
      i += times;
    }
    return lengths;
  }

  private compressed(literals: Code, distances: Code): void {
    for (;;) {
      const symbol = this.symbol(literals);
      if (symbol === endOfBlock) return;
      if (symbol < endOfBlock) continue;
      const extra = lengthExtra[symbol - 257];
      if (extra === undefined) throw this.damaged(`a length's code up to 285, found ${symbol}`);
      this.bits(extra);
      const distance = distanceExtra[this.symbol(distances)];
      if (distance === undefined) throw this.damaged("a distance's code up to 29");
      this.bits(distance);
    }
  }
}
