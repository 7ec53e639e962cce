/** Finds what an operand notation of a template stands for. */
import type { Encoding } from '../encoding.js';
import { integerOperands } from './integer.js';
import { labels, number } from './numbers.js';
import type { Operand, OperandFactory } from './operand.js';
import { registerOperand } from './registers.js';
import { simdOperands } from './simd.js';
import { structureOperands } from './structures.js';
import { systemOperands } from './system.js';

const named: Readonly<Record<string, OperandFactory>> = {
  ...integerOperands,
  ...systemOperands,
  ...structureOperands,
  ...simdOperands,
};

/** The operand for a notation without its angle brackets. Throws `RangeError` where there is none. */
export function resolveOperand(notation: string, encoding: Encoding): Operand {
  const [name, ...words] = notation.split(' ');
  const widths = Object.fromEntries(encoding.fields.map((field) => [field.name, field.width]));
  if (name in named) return named[name](words);
  if (name in labels) return labels[name](words, widths);
  const register = registerOperand(notation);
  if (register !== undefined) return register;
  const fields = name.split(':');
  const missing = fields.find((field) => !(field in widths));
  if (missing !== undefined) throw new RangeError(`${encoding.name}: no field or operand '${missing}'`);
  return number(fields, words, widths);
}
