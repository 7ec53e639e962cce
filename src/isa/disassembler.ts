/** Instruction words as assembly text, in the form that LLVM prints. */
import { decode } from './decoder.js';
import { fieldsOf } from './encoding.js';
import { printSyntax } from './syntax/syntax.js';
import { syntaxesOf } from './syntax/table.js';

/**
 * The text of `word`; undefined where the word is unallocated. With the instruction's `address`, labels are
 * absolute (`b 0x40080000`), else offsets (`b #16`).
 */
export function disassemble(word: number, address?: bigint): string | undefined {
  const encoding = decode(word);
  if (encoding === undefined) return undefined;
  const f = fieldsOf(encoding, word);
  for (const syntax of syntaxesOf(encoding)) {
    const text = printSyntax(syntax, f, { address });
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Instructions whose last operand is a place in memory. */
const pointing = /^(?:b|bl|b\.\w+|cbn?z|tbn?z|adrp?|ldr|ldrsw|prfm) (?:.*, )?0x([0-9a-f]+)$/;

/** The place that an instruction, disassembled with its address, branches to or points at; undefined if it names none. */
export function pointedAt(text: string): bigint | undefined {
  const place = pointing.exec(text)?.[1];
  return place === undefined ? undefined : BigInt(`0x${place}`);
}
