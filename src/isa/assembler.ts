/** Assembly text as instruction words, by the same syntaxes that the disassembler prints. */
import type { Encoding, FieldValues } from './encoding.js';
import { parseSyntax } from './syntax/syntax.js';
import { syntaxesByKey } from './syntax/table.js';

/** A text that is no instruction of the table. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';

  constructor(readonly text: string) {
    super(`'${text}' is not an A64 instruction of ARMv8.0`);
  }
}

/** One form for every way of setting blanks: `add x0, x1, #4`, `{ v0.8b, v1.8b }`, `[sp, #16]!`. */
function normalise(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/ ?, ?/g, ', ')
    .replace(/\{ ?/g, '{ ')
    .replace(/ ?\}/g, ' }')
    .replace(/\[ /g, '[')
    .replace(/ \]/g, ']')
    .replace(/ !/g, '!')
    .replace(/# /g, '#');
}

/** The word of an encoding with these fields, as an unsigned 32-bit number. */
export function encode(encoding: Encoding, f: FieldValues): number {
  let word = encoding.value;
  for (const { name, lsb } of encoding.fields) word |= f[name] << lsb;
  return word >>> 0;
}

/**
 * The unsigned 32-bit word of an instruction. Labels are offsets (`b #16`) or, where the instruction's `address`
 * is given, absolute addresses (`b 0x40080000`). Throws `AssemblyError` where no syntax of the table matches.
 */
export function assemble(text: string, address?: bigint): number {
  const normal = normalise(text);
  const mnemonic = /^[a-z0-9]*/.exec(normal)?.[0] ?? '';
  const table = syntaxesByKey();
  for (let length = mnemonic.length; length >= 0; length--) {
    for (const syntax of table.get(mnemonic.slice(0, length)) ?? []) {
      const f = parseSyntax(syntax, normal, { address });
      if (f === undefined) continue;
      const { where } = syntax.encoding;
      if (where === undefined || where(f)) return encode(syntax.encoding, f);
    }
  }
  throw new AssemblyError(text.trim().replace(/\s+/g, ' '));
}
