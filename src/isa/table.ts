/**
 * Builds the instruction set table: the files of `a64/` give one row per encoding, by the manual's name.
 *
 * ```ts
 * export const addSubtractImmediate = encodings('Add/subtract (immediate)', {
 *   'ADD (immediate)': {
 *     bits: 'sf 0 0 100010 sh imm12:12 Rn:5 Rd:5',
 *     text: ['mov <Rd|SP>, <Rn|SP> ; ...', 'add <Rd|SP>, <Rn|SP>, #<imm12><lsl12>'],
 *   },
 * });
 * ```
 *
 * `bits` is a pattern (encoding.ts), `where` says which of the words that match it are allocated, `text` holds
 * the assembler syntaxes, the preferred one first (the language is described in syntax/syntax.ts).
 *
 * Two rows may match the same word only by this rule: the mask of one contains the other's, and the row with
 * more fixed bits wins (`NOP` over `HINT`). table.test.ts proves that no other overlap exists.
 */
import { parsePattern, type Encoding, type FieldValues } from './encoding.js';

/** One row as the table files write it; a bare string is the `bits` of a row with nothing else. */
export interface Row {
  readonly bits: string;
  readonly where?: (f: FieldValues) => boolean;
  readonly text?: string | readonly string[];
}

/** Turns the rows of one group of the manual into encodings. Throws `RangeError` for a bad pattern. */
export function encodings(group: string, rows: Readonly<Record<string, Row | string>>): readonly Encoding[] {
  return Object.entries(rows).map(([name, given]) => {
    const row: Row = typeof given === 'string' ? { bits: given } : given;
    const { mask, value, fields } = parsePattern(row.bits);
    const text = row.text === undefined ? [] : typeof row.text === 'string' ? [row.text] : row.text;
    return {
      name,
      group,
      pattern: row.bits,
      mask,
      value,
      fields,
      text,
      ...(row.where === undefined ? {} : { where: row.where }),
    };
  });
}
