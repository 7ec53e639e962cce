/**
 * The language of the table's assembler syntaxes. One template serves the disassembler and the assembler.
 *
 *     'cmp <Rn|SP>, #<imm12>(, lsl #<sh *12>) ; Rd=31'
 *
 * - Text outside brackets stands for itself; the first word is the mnemonic. When assembling, `#` may be left out.
 * - `<...>` is an operand. It is one of
 *   - a register, as the manual writes it: `<Wd>`, `<Xn|SP>`, `<Rt>` (W or X by `sf`), `<Dt2>` (registers.ts);
 *   - a number: fields, joined by `:` with the highest first, and what is done to them, in this order:
 *     `signed` (two's complement), `*4`, `+1`, `hex` (numbers.ts);
 *   - a label: `<label imm19 *4>`, `<page immhi:immlo>`;
 *   - a named operand with its parameters: `<cond>`, `<index *8>` (integer.ts, system.ts, structures.ts, ...).
 * - `(...)` is left out when all fields of the operands within are 0, and may be left out when assembling.
 * - After ` ; ` come conditions on fields, separated by blanks: `Rd=31`, `Rm=Rn`, `imms<immr`, `size!=3`.
 *   `=` also gives the field its value when assembling. `Rs~31` is no condition: the field, which the instruction
 *   ignores, is 31 when assembling.
 *
 * The syntaxes of a row are tried in order: the disassembler takes the first whose conditions hold and whose
 * operands can all be printed; the assembler takes the first that gives every field a value. A syntax that comes
 * after one without conditions is thus understood by the assembler only.
 */
import type { Encoding, FieldValues } from '../encoding.js';
import { resolveOperand } from './operands.js';
import type { Operand, Place } from './operand.js';

type Part = string | Operand | OptionalGroup;

interface OptionalGroup {
  readonly group: readonly (string | Operand)[];
}

interface Condition {
  readonly left: string;
  readonly relation: '=' | '!=' | '<' | '~';
  readonly right: string | number;
}

/** One template, ready for use. */
export interface Syntax {
  readonly encoding: Encoding;
  readonly template: string;
  /** Letters and digits that the mnemonic begins with. */
  readonly key: string;
  readonly parts: readonly Part[];
  readonly conditions: readonly Condition[];
  readonly pattern: RegExp;
}

function parseParts(body: string, encoding: Encoding): Part[] {
  const parts: Part[] = [];
  for (const token of body.match(/<[^>]*>|\((?:<[^>]*>|[^)])*\)|[^<(]+/g) ?? []) {
    if (token.startsWith('<')) parts.push(resolveOperand(token.slice(1, -1), encoding));
    else if (token.startsWith('(')) {
      const group = parseParts(token.slice(1, -1), encoding).filter(
        (part): part is string | Operand => !isGroup(part),
      );
      parts.push({ group });
    } else parts.push(token);
  }
  return parts;
}

function isGroup(part: Part): part is OptionalGroup {
  return typeof part !== 'string' && 'group' in part;
}

function parseCondition(text: string): Condition {
  const match = /^(\w+)(=|!=|<|~)(\w+)$/.exec(text);
  if (match === null) throw new RangeError(`bad condition '${text}' in a syntax`);
  const [, left, relation, right] = match;
  return {
    left,
    relation: relation as Condition['relation'],
    right: /^\d/.test(right) ? Number(right) : right,
  };
}

function escape(literal: string): string {
  return literal
    .toLowerCase()
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/#/g, '#?');
}

function toPattern(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return escape(part);
      return isGroup(part) ? `(?:${toPattern(part.group)})?` : `(${part.pattern})`;
    })
    .join('');
}

/** Makes a template of `encoding` ready for use. Throws `RangeError` where it is malformed. */
export function compileSyntax(encoding: Encoding, template: string): Syntax {
  const [body, conditions = ''] = template.split(' ; ');
  const parts = parseParts(body.trim(), encoding);
  return {
    encoding,
    template,
    key: /^[a-z0-9]*/.exec(template)?.[0] ?? '',
    parts,
    conditions: conditions.split(' ').filter(Boolean).map(parseCondition),
    pattern: new RegExp(`^${toPattern(parts)}$`),
  };
}

function holds({ left, relation, right }: Condition, f: FieldValues): boolean {
  const value = typeof right === 'number' ? right : f[right];
  if (relation === '=') return f[left] === value;
  if (relation === '!=') return f[left] !== value;
  return relation === '~' || f[left] < value;
}

/** The text for these fields; undefined where the syntax does not apply to them. */
export function printSyntax({ parts, conditions }: Syntax, f: FieldValues, place: Place): string | undefined {
  if (!conditions.every((condition) => holds(condition, f))) return undefined;
  let text = '';
  for (const part of parts) {
    const printed = printPart(part, f, place);
    if (printed === undefined) return undefined;
    text += printed;
  }
  return text;
}

function printPart(part: Part, f: FieldValues, place: Place): string | undefined {
  if (typeof part === 'string') return part;
  if (!isGroup(part)) return part.print(f, place);
  const operands = part.group.filter((each) => typeof each !== 'string');
  if (operands.every(({ fields }) => fields.every((field) => f[field] === 0))) return '';
  const texts = part.group.map((each) => (typeof each === 'string' ? each : each.print(f, place)));
  return texts.includes(undefined) ? undefined : texts.join('');
}

/** What a text gives: operands still to be read, and the fields known so far. */
class Assignment {
  readonly fields: Record<string, number> = {};

  /** Adds fields; false where one has another value already. */
  add(given: FieldValues): boolean {
    for (const [name, value] of Object.entries(given)) {
      if (this.fields[name] !== undefined && this.fields[name] !== value) return false;
      this.fields[name] = value;
    }
    return true;
  }

  knows(name: string): boolean {
    return this.fields[name] !== undefined;
  }
}

/** Gives fields the values that `=` conditions state; false where that contradicts what is known. */
function applyEqualities(conditions: readonly Condition[], known: Assignment): boolean {
  return conditions.every(({ left, relation, right }) => {
    if (relation !== '=') return true;
    if (typeof right === 'number') return known.add({ [left]: right });
    if (known.knows(right)) return known.add({ [left]: known.fields[right] });
    return !known.knows(left) || known.add({ [right]: known.fields[left] });
  });
}

/** Pairs the operands of a syntax with what the pattern captured; undefined: within an absent group. */
function capturedOperands(parts: readonly Part[], captures: (string | undefined)[]) {
  return parts.flatMap((part): [Operand, string | undefined][] => {
    if (typeof part === 'string') return [];
    if (!isGroup(part)) return [[part, captures.shift()]];
    return part.group.flatMap((each): [Operand, string | undefined][] =>
      typeof each === 'string' ? [] : [[each, captures.shift()]],
    );
  });
}

/** The fields that `text` (lower case, normalised blanks) means by this syntax; undefined where it does not match. */
export function parseSyntax(syntax: Syntax, text: string, place: Place): FieldValues | undefined {
  const match = syntax.pattern.exec(text);
  if (match === null) return undefined;
  const known = new Assignment();
  let waiting = capturedOperands(syntax.parts, match.slice(1));
  while (waiting.length > 0) {
    if (!applyEqualities(syntax.conditions, known)) return undefined;
    const ready = waiting.filter(([operand]) => (operand.needs ?? []).every((name) => known.knows(name)));
    if (ready.length === 0) return undefined;
    for (const [operand, captured] of ready) {
      const given =
        captured === undefined
          ? Object.fromEntries(operand.fields.map((name) => [name, 0]))
          : operand.parse(captured, known.fields, place);
      if (given === undefined || !known.add(given)) return undefined;
    }
    waiting = waiting.filter((pair) => !ready.includes(pair));
  }
  if (!applyEqualities(syntax.conditions, known)) return undefined;
  for (const { left, relation, right } of syntax.conditions) {
    if (relation === '~' && typeof right === 'number' && !known.knows(left)) known.add({ [left]: right });
  }
  const complete = syntax.encoding.fields.every(({ name }) => known.knows(name));
  return complete && printSyntax(syntax, known.fields, place) !== undefined ? known.fields : undefined;
}
