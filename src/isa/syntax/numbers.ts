/** Numbers and labels. */
import type { FieldValues } from '../encoding.js';
import { multiplier, type Operand, type OperandFactory } from './operand.js';

/** A decimal or hexadecimal number, with a sign or without. */
export const NUMBER = '-?(?:0x[0-9a-f]+|\\d+)';

/** Reads what `NUMBER` matches. */
export function parseNumber(text: string): bigint {
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
}

/** Widths of the fields of an encoding, by name. */
export type Widths = Readonly<Record<string, number>>;

/** Several fields read as one number, the first the highest. */
function concatenation(names: readonly string[], widths: Widths) {
  const total = names.reduce((sum, name) => sum + widths[name], 0);
  return {
    width: total,
    join: (f: FieldValues): number => names.reduce((value, name) => value * 2 ** widths[name] + f[name], 0),
    split: (value: number): FieldValues => {
      const f: Record<string, number> = {};
      let rest = value;
      for (const name of [...names].reverse()) {
        f[name] = rest % 2 ** widths[name];
        rest = Math.floor(rest / 2 ** widths[name]);
      }
      return f;
    },
  };
}

/** `<immhi:immlo signed *4 +1 hex>`: fields as one number, two's complement, times, plus, hexadecimal but for 0. */
export function number(names: readonly string[], words: readonly string[], widths: Widths): Operand {
  const { width, join, split } = concatenation(names, widths);
  const signed = words.includes('signed');
  const factor = multiplier(words);
  const added = Number(words.find((word) => word.startsWith('+'))?.slice(1) ?? 0);
  const base = words.includes('hex') ? 16 : 10;
  const lowest = signed ? -(2 ** (width - 1)) : 0;
  return {
    fields: names,
    pattern: NUMBER,
    print(f) {
      const raw = join(f);
      const value = (signed && raw >= 2 ** (width - 1) ? raw - 2 ** width : raw) * factor + added;
      return base === 16 && value !== 0 ? `0x${value.toString(16)}` : String(value);
    },
    parse(text) {
      const value = (Number(parseNumber(text)) - added) / factor;
      if (!Number.isInteger(value) || value < lowest || value >= lowest + 2 ** width) return undefined;
      return split(value < 0 ? value + 2 ** width : value);
    },
  };
}

/** The address modulo 2^64, as assemblers write it. */
function hexAddress(value: bigint): string {
  return `0x${BigInt.asUintN(64, value).toString(16)}`;
}

/** A place `fields * unit` bytes away from `origin`: an absolute address if there is one, else `#offset`. */
function target(fields: string, unit: bigint, pageBits: bigint, widths: Widths): Operand {
  const names = fields.split(':');
  const { width, join, split } = concatenation(names, widths);
  const origin = (address: bigint) => (address >> pageBits) << pageBits;
  return {
    fields: names,
    pattern: `#?${NUMBER}`,
    print(f, { address }) {
      const offset = BigInt.asIntN(width, BigInt(join(f))) * unit;
      return address === undefined ? `#${offset}` : hexAddress(origin(address) + offset);
    },
    parse(text, _known, { address }) {
      const value = parseNumber(text.replace('#', ''));
      const absolute = address !== undefined && !text.startsWith('#');
      const offset = absolute ? BigInt.asIntN(64, value - origin(address)) : value;
      if (offset % unit !== 0n) return undefined;
      const scaled = offset / unit;
      if (BigInt.asIntN(width, scaled) !== scaled) return undefined;
      return split(Number(BigInt.asUintN(width, scaled)));
    },
  };
}

/** `<label imm26 *4>`, and `<page immhi:immlo>` for ADRP. */
export const labels: Readonly<Record<string, (words: readonly string[], widths: Widths) => Operand>> = {
  label: (words, widths) => target(words[0], BigInt(multiplier(words)), 0n, widths),
  page: (words, widths) => target(words[0], 4096n, 12n, widths),
};

/** A number that the fields determine and do not hold: the bytes of a post-indexed structure access. */
export function implied(needs: readonly string[], value: (f: FieldValues) => number): Operand {
  return {
    fields: [],
    needs,
    pattern: NUMBER,
    print: (f) => String(value(f)),
    parse: (text, known) => (Number(parseNumber(text)) === value(known) ? {} : undefined),
  };
}

export type { OperandFactory };
