/**
 * One A64 encoding as data: a name, 32 bits, fields. Arm Architecture Reference Manual, chapter C4.
 *
 * A pattern is read from bit 31 down to bit 0 and consists of words separated by blanks: runs of `0` and
 * `1` are fixed bits, `name` is a field of one bit, `name:width` a field of `width` bits. The manual's field
 * names are kept; where the manual splits one value over two fields (`immhi`, `immlo`), so does the pattern.
 */

/** A field's place in the instruction word. */
export interface Field {
  readonly name: string;
  /** Number of the field's lowest bit, 0 to 31. */
  readonly lsb: number;
  /** Width in bits, 1 to 26. */
  readonly width: number;
}

/** The fields of one instruction word, by the manual's names, as unsigned numbers. */
export type FieldValues = Readonly<Record<string, number>>;

/** One row of the instruction set table. */
export interface Encoding {
  /** The manual's name, unique in the table: `ADDS (immediate)`. */
  readonly name: string;
  /** The manual's group, for documentation: `Data processing (immediate)`. */
  readonly group: string;
  readonly pattern: string;
  /** Bits that the pattern fixes, as an unsigned 32-bit number. */
  readonly mask: number;
  /** Their values. */
  readonly value: number;
  readonly fields: readonly Field[];
  /** Assembler syntaxes, the preferred one first; syntax/syntax.ts describes their language. */
  readonly text: readonly string[];
  /** Says whether a word that matches the pattern is allocated; absent where every one is. */
  readonly where?: (f: FieldValues) => boolean;
}

/** Splits a pattern into fixed bits and fields. Throws `RangeError` unless it describes exactly 32 bits. */
export function parsePattern(pattern: string): { mask: number; value: number; fields: Field[] } {
  let position = 32;
  let mask = 0;
  let value = 0;
  const fields: Field[] = [];
  for (const word of pattern.trim().split(/\s+/)) {
    // A thousand patterns are read at every start: most of their words are bits.
    const bits = word[0] === '0' || word[0] === '1' ? Number(`0b${word}`) : NaN;
    if (!Number.isNaN(bits)) {
      position -= word.length;
      mask |= (2 ** word.length - 1) << position;
      value |= bits << position;
      continue;
    }
    const match = /^([A-Za-z_]\w*)(?::(\d+))?$/.exec(word);
    if (match === null) throw new RangeError(`bad word '${word}' in pattern '${pattern}'`);
    const width = match[2] === undefined ? 1 : Number(match[2]);
    position -= width;
    fields.push({ name: match[1], lsb: position, width });
  }
  if (position !== 0) throw new RangeError(`pattern '${pattern}' has ${32 - position} bits, not 32`);
  return { mask: mask >>> 0, value: value >>> 0, fields };
}

/** Takes the fields of `word` out, as unsigned numbers. */
export function fieldsOf(encoding: Encoding, word: number): Record<string, number> {
  const values: Record<string, number> = {};
  for (const { name, lsb, width } of encoding.fields) {
    values[name] = (word >>> lsb) & ((1 << width) - 1);
  }
  return values;
}
