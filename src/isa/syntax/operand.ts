/** An operand of the syntax language: one notation, read by the disassembler and by the assembler. */
import type { FieldValues } from '../encoding.js';

/** Where the instruction stands; without an address, labels are written as offsets (`#-8`). */
export interface Place {
  readonly address?: bigint | undefined;
}

export interface Operand {
  /** Fields that `parse` gives. They are taken as 0 where an optional group is absent. */
  readonly fields: readonly string[];
  /** Fields that `parse` must know first because the text alone does not say enough. */
  readonly needs?: readonly string[];
  /** Source of a regular expression for the text, in lower case, without capturing groups. */
  readonly pattern: string;
  /** The text for these fields; undefined where the operand cannot express them, so another syntax applies. */
  print(f: FieldValues, place: Place): string | undefined;
  /** The fields for this text; undefined where the text means nothing here. */
  parse(text: string, known: FieldValues, place: Place): FieldValues | undefined;
}

/** Makes an operand from the words after its name: `<index *8>` calls `index`'s factory with `['*8']`. */
export type OperandFactory = (words: readonly string[]) => Operand;

/** An operand whose text is one of a list of names, in the order of the field's values; '' is no name. */
export function oneOf(field: string, names: readonly string[]): Operand {
  const lower = names.map((name) => name.toLowerCase());
  return {
    fields: [field],
    pattern: lower.filter((name) => name !== '').join('|'),
    print: (f) => (names[f[field]] === '' ? undefined : names[f[field]]),
    parse: (text) => (lower.includes(text) ? { [field]: lower.indexOf(text) } : undefined),
  };
}

/** The number after `*` among an operand's words; 1 if there is none. */
export function multiplier(words: readonly string[]): number {
  const word = words.find((each) => each.startsWith('*'));
  return word === undefined ? 1 : Number(word.slice(1));
}
