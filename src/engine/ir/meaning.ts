/**
 * What a meaning is: a function that records what an encoding does.
 *
 * Fields come in two kinds. *Operands* (register numbers, immediates) stay open until an instruction word is
 * decoded: the meaning gets them as `Operand` and reads them through the builder. All other fields are
 * *structural*: the meaning gets their numbers and may record something different for each.
 */
import type { FieldValues } from '../../isa/index.js';
import type { Builder } from './builder.js';
import type { Operand } from './nodes.js';

/** Structural fields, by the manual's names, and `variant`. Reading one that the encoding lacks throws. */
export type Numbers = Readonly<Record<string, number>>;

export interface Options {
  /** Fields that are open though their names say structural. Their values are reached by `imm32`, `imm64`. */
  readonly open?: readonly string[];
  /** Distinguishes words beyond their structural fields: a small number computed from all fields. */
  readonly variant?: { readonly count: number; readonly of: (f: FieldValues) => number };
}

/** Records what an instruction does. `f` are the operands, `s` the structural fields and the variant. */
export type Meaning = (c: Builder, f: Operands, s: Numbers) => void;

/** The register operands. Reading one that the encoding does not have throws. */
export interface Operands {
  readonly Rd: Operand;
  readonly Rn: Operand;
  readonly Rm: Operand;
  readonly Ra: Operand;
  readonly Rt: Operand;
  readonly Rt2: Operand;
  readonly Rs: Operand;
}

export interface Semantics {
  readonly encoding: string;
  readonly options: Options;
  readonly meaning: Meaning;
}

const registerField = /^R[dnmas]$|^Rt2?$/;

/** Whether a field is a register number. */
export function isRegisterField(field: string): boolean {
  return registerField.test(field);
}

/** Whether a field is part of the shape rather than an operand. */
export function isStructural(field: string, options: Options): boolean {
  return !isRegisterField(field) && !field.startsWith('imm') && !(options.open ?? []).includes(field);
}
