/** Register lists of the Advanced SIMD structure loads and stores: `{ v0.16b, v1.16b }`, `{ v3.s }[2]`. */
import type { FieldValues } from '../encoding.js';
import { implied } from './numbers.js';
import { multiplier, type Operand, type OperandFactory } from './operand.js';

const ARRANGEMENTS = ['8b', '16b', '4h', '8h', '2s', '4s', '1d', '2d'];
const ELEMENTS = ['b', 'h', 's', 'd'];
/** Registers moved by LD1 and ST1 (multiple structures). */
const COUNT_BY_OPCODE: Readonly<Record<number, number>> = { 0b0111: 1, 0b1010: 2, 0b0110: 3, 0b0010: 4 };

const REGISTER = 'v\\d+\\.\\w+';
export const LIST = `\\{ ${REGISTER}(?:, ${REGISTER})*(?: ?- ?${REGISTER})? \\}`;

/** `count` consecutive registers from `first` on, modulo 32, as a list. */
export function printList(first: number, count: number, arrangement: string): string {
  const names = Array.from({ length: count }, (_, n) => `v${(first + n) % 32}.${arrangement}`);
  return `{ ${names.join(', ')} }`;
}

/** First register, number of registers and arrangement of a list; undefined where they are not consecutive. */
export function parseList(text: string): { first: number; count: number; arrangement: string } | undefined {
  const found = [...text.matchAll(/v(\d+)\.(\w+)/g)].map((match) => [Number(match[1]), match[2]] as const);
  const [[first, arrangement]] = found;
  const last = found[found.length - 1][0];
  const count = text.includes('-') ? ((last - first + 32) % 32) + 1 : found.length;
  const consecutive = text.includes('-')
    ? found.length === 2
    : found.every(([n, each], at) => n === (first + at) % 32 && each === arrangement);
  return consecutive && first < 32 && last < 32 ? { first, count, arrangement } : undefined;
}

/** Whole registers; without a number of them, as many as `opcode` says. */
const structures: OperandFactory = (words) => {
  const fixed = words.length === 0 ? undefined : multiplier(words);
  return {
    fields: fixed === undefined ? ['Rt', 'Q', 'size', 'opcode'] : ['Rt', 'Q', 'size'],
    pattern: LIST,
    print: (f) => printList(f.Rt, fixed ?? COUNT_BY_OPCODE[f.opcode], ARRANGEMENTS[f.size * 2 + f.Q]),
    parse(text) {
      const list = parseList(text);
      if (list === undefined) return undefined;
      const at = ARRANGEMENTS.indexOf(list.arrangement);
      if (at < 0) return undefined;
      const f = { Rt: list.first, Q: at & 1, size: at >> 1 };
      if (fixed !== undefined) return list.count === fixed ? f : undefined;
      const opcode = Object.keys(COUNT_BY_OPCODE).find(
        (each) => COUNT_BY_OPCODE[Number(each)] === list.count,
      );
      return opcode === undefined ? undefined : { ...f, opcode: Number(opcode) };
    },
  };
};

/** log2 of an element's bytes in a single-structure access, and its index within the register. */
function element({ opcode, Q, S, size }: FieldValues): { scale: number; index: number } {
  const scale = opcode === 2 ? 2 + (size & 1) : opcode;
  return { scale, index: ((Q << 3) | (S << 2) | size) >> scale };
}

/** One element of each of several registers. */
const elementList: OperandFactory = (words): Operand => {
  const registers = multiplier(words);
  return {
    fields: ['Rt', 'opcode', 'Q', 'S', 'size'],
    pattern: `${LIST}\\[\\d+\\]`,
    print(f) {
      const { scale, index } = element(f);
      return `${printList(f.Rt, registers, ELEMENTS[scale])}[${index}]`;
    },
    parse(text) {
      const [listText, indexText] = text.split('[');
      const list = parseList(listText);
      if (list === undefined || list.count !== registers) return undefined;
      const scale = ELEMENTS.indexOf(list.arrangement);
      const index = parseInt(indexText, 10);
      if (scale < 0 || index >= 16 >> scale) return undefined;
      const bits = index << scale;
      const size = (bits & 3) | (scale === 3 ? 1 : 0);
      return { Rt: list.first, opcode: Math.min(scale, 2), Q: bits >> 3, S: (bits >> 2) & 1, size };
    },
  };
};

export const structureOperands: Readonly<Record<string, OperandFactory>> = {
  structures,
  'element-list': elementList,
  'multiple-bytes': (words) => {
    if (words.length > 0) return implied(['Q'], (f) => multiplier(words) * (8 << f.Q));
    return implied(['Q', 'opcode'], (f) => COUNT_BY_OPCODE[f.opcode] * (8 << f.Q));
  },
  'element-bytes': (words) =>
    implied(['opcode', 'Q', 'S', 'size'], (f) => multiplier(words) << element(f).scale),
  'replicated-bytes': (words) => implied(['size'], (f) => multiplier(words) << f.size),
};
