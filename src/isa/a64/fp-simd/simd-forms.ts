/**
 * Shared by the Advanced SIMD tables: rows that differ in name and pattern only are written under one form.
 *
 * A form says which words are allocated and how they are written; `op` in its text stands for the mnemonic,
 * the first word of the row's name. Names are the manual's page titles (`SADDL` for `SADDL, SADDL2`); if a page
 * has a scalar and a vector class, `, scalar` or `, vector` follows. Patterns keep the manual's field names; of a
 * field that a class fixes in part, the free bits keep the name (`cmode:2` of `cmode`).
 */
import type { FieldValues } from '../../encoding.js';
import type { Row } from '../../table.js';

/** What a set of rows has in common. */
export interface Form {
  readonly where?: (f: FieldValues) => boolean;
  readonly text: string | readonly string[];
}

/** The texts of a form for the instruction of this name. */
function textsFor(name: string, { text }: Form): string[] {
  const mnemonic = /^\w+/.exec(name)?.[0].toLowerCase() ?? '';
  return [text].flat().map((each) => each.replace(/^op\b/, mnemonic));
}

/** Turns named patterns of one form into rows of the table. */
export function rows(form: Form, patterns: Readonly<Record<string, string>>): Record<string, Row> {
  const entries = Object.entries(patterns).map(([name, bits]): [string, Row] => [
    name,
    { ...form, bits, text: textsFor(name, form) },
  ]);
  return Object.fromEntries(entries);
}

/** Elements of 8, 16 or 32 bits. */
export const to32 = (f: FieldValues): boolean => f.size !== 3;

/** Elements of 16 or 32 bits. */
export const size16Or32 = (f: FieldValues): boolean => f.size === 1 || f.size === 2;

/** Bytes only. */
export const size8 = (f: FieldValues): boolean => f.size === 0;

/** Every arrangement but the reserved 1D. */
export const not1D = (f: FieldValues): boolean => f.size !== 3 || f.Q === 1;

/** Floating-point arrangements: 2S, 4S, 2D. */
export const fpArrangement = (f: FieldValues): boolean => f.sz === 0 || f.Q === 1;
