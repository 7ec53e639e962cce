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
