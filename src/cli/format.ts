/** Numbers and tables as the commands print them. */

/** `0x` and at least `digits` hexadecimal digits. */
export function hex(value: number | bigint, digits = 1): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

/** `1 item`, `2 items`. */
export const counted = (count: number, name: string): string => `${count} ${name}${count === 1 ? '' : 's'}`;

/** A size in bytes, and in the unit that suits it. */
export function size(value: number | bigint): string {
  const bytes = Number(value);
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length);
  if (power === 0) return `${value} bytes`;
  return `${value} bytes (${(bytes / 1024 ** power).toFixed(1)} ${units[power - 1]})`;
}

/** What JSON may hold as it is and a terminal might obey: DEL, C1, controls of direction, ends of lines. */
const unsafeInJson = /[\x7f-\x9f\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/**
 * JSON; 64-bit numbers become hexadecimal strings, which every reader keeps exact. Text is exact too: a byte that is no
 * UTF-8 is the surrogate, alone, that `decodeText` makes of it.
 */
export function jsonText(value: unknown, indent?: number): string {
  const replace = (_: string, item: unknown) => (typeof item === 'bigint' ? hex(item) : item);
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, replace, indent).replace(unsafeInJson, escaped);
}

/** JSON on several lines. */
export const json = (value: unknown): string => `${jsonText(value, 2)}\n`;

/** Rows as lines, each column as wide as its widest cell, no blanks at the end. */
export function table(rows: readonly (readonly string[])[], indent = ''): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  }
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column])).join('  ');
  return rows.map((row) => `${indent}${line(row).trimEnd()}\n`).join('');
}
