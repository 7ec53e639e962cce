/**
 * Registers and elements of the scalar floating-point and Advanced SIMD instructions.
 *
 *     <Vd.T>            v3.8h: elements by `size`, their number by `Q`
 *     <Vd.T sz>         the field that gives the element size: `size` if none is named (elementSizes below)
 *     <Vd.T size wide>  elements twice as wide, always 128 bits of them; `long`: as many bits as `Q` says
 *     <Vn.T sz pair>    two elements
 *     <Vn.2s/4s>        named arrangements, the second where `Q` is 1; <Vn.16b> a single one
 *     <Vd size>         h3: one element as a scalar; <Vd size wide> twice as wide
 *     <Vn.element imm5> v3.h[2]: an element and its index, by `imm5`, `imm4`, or `size` and `H:L:M`
 *     <general-Rd Q>    W or X by a field
 *     <2>               the `2` of a mnemonic that works on the upper half: `Q`
 */
import type { FieldValues } from '../encoding.js';
import { elementSizes, lowestSetBit, type ElementSize } from './element-size.js';
import type { Operand, OperandFactory } from './operand.js';
import { generalName } from './registers.js';
import { simdImmediates } from './simd-immediates.js';

const LETTERS = 'bhsdq';

/** Number of the register in `v12.4s`, `d12`; undefined above 31. */
function vectorNumber(text: string): number | undefined {
  const n = parseInt(text.slice(1), 10);
  return n < 32 ? n : undefined;
}

function sizeNamed(words: readonly string[]): ElementSize {
  const size = elementSizes[words[0] ?? 'size'];
  if (size === undefined) throw new RangeError(`no field '${words[0]}' gives an element size`);
  return size;
}

/** `<Vd.T size wide>`. */
function arrangement(register: string, words: readonly string[]): Operand {
  const size = sizeNamed(words);
  const shape = words[1] ?? 'plain';
  const doubled = shape === 'wide' || shape === 'long' ? 1 : 0;
  const byQ = shape === 'plain' || shape === 'long';
  const log2Bytes = (f: FieldValues, element: number) => {
    if (byQ) return 3 + f.Q;
    return shape === 'wide' ? 4 : element + 1;
  };
  return {
    fields: [register, ...size.fields, ...(byQ ? ['Q'] : [])],
    pattern: 'v\\d+\\.\\d+[bhsdq]',
    print(f) {
      const element = size.of(f) + doubled;
      return `v${f[register]}.${1 << (log2Bytes(f, element) - element)}${LETTERS[element]}`;
    },
    parse(text) {
      const n = vectorNumber(text);
      const [, lanes, letter] = /\.(\d+)(\w)$/.exec(text) ?? [];
      const element = LETTERS.indexOf(letter);
      const given = size.fieldsFor(element - doubled);
      const bytes = Number(lanes) * 2 ** element;
      if (n === undefined || given === undefined) return undefined;
      if (byQ)
        return bytes === 8 || bytes === 16 ? { [register]: n, ...given, Q: bytes === 16 ? 1 : 0 } : undefined;
      return bytes === (shape === 'wide' ? 16 : 2 << element) ? { [register]: n, ...given } : undefined;
    },
  };
}

/** `<Vn.2s/4s>`: the arrangement that `Q` chooses among one or two. */
function namedArrangement(register: string, names: readonly string[]): Operand {
  const byQ = names.length > 1;
  return {
    fields: byQ ? [register, 'Q'] : [register],
    pattern: `v\\d+\\.(?:${names.join('|')})`,
    print: (f) => `v${f[register]}.${names[byQ ? f.Q : 0]}`,
    parse(text) {
      const n = vectorNumber(text);
      if (n === undefined) return undefined;
      return byQ ? { [register]: n, Q: names.indexOf(text.split('.')[1]) } : { [register]: n };
    },
  };
}

/** `<Vd size>`: one element as a scalar register. */
function scalar(register: string, words: readonly string[]): Operand {
  const size = sizeNamed(words);
  const doubled = words.includes('wide') ? 1 : 0;
  return {
    fields: [register, ...size.fields],
    pattern: '[bhsdq]\\d+',
    print: (f) => `${LETTERS[size.of(f) + doubled]}${f[register]}`,
    parse(text) {
      const n = vectorNumber(text);
      const given = size.fieldsFor(LETTERS.indexOf(text[0]) - doubled);
      return n === undefined || given === undefined ? undefined : { [register]: n, ...given };
    },
  };
}

const ELEMENT = 'v\\d+\\.[bhsd]\\[\\d+\\]';

interface Element {
  readonly n: number;
  readonly element: number;
  readonly index: number;
}

function parseElement(text: string): Element | undefined {
  const match = /^v(\d+)\.(\w)\[(\d+)\]$/.exec(text);
  if (match === null) return undefined;
  const [n, element, index] = [Number(match[1]), LETTERS.indexOf(match[2]), Number(match[3])];
  return n < 32 && index < 16 >> element ? { n, element, index } : undefined;
}

/** An element whose size and index are both in `imm5`; with a letter, only elements of that size. */
function elementByImm5(register: string, letter: string | undefined): Operand {
  return {
    fields: [register, 'imm5', 'element'],
    pattern: ELEMENT,
    print(f) {
      const element = lowestSetBit(f.imm5);
      if (letter !== undefined && LETTERS[element] !== letter) return undefined;
      return `v${f[register]}.${LETTERS[element]}[${f.imm5 >> (element + 1)}]`;
    },
    parse(text) {
      const given = parseElement(text);
      if (given === undefined) return undefined;
      const { n, element, index } = given;
      return { [register]: n, imm5: ((index << 1) | 1) << element, element };
    },
  };
}

/** The source element of INS (element): its size is in `imm5`, its index in `imm4`. */
function elementByImm4(register: string): Operand {
  return {
    fields: [register, 'imm4'],
    needs: ['element'],
    pattern: ELEMENT,
    print(f) {
      const element = lowestSetBit(f.imm5);
      return `v${f[register]}.${LETTERS[element]}[${f.imm4 >> element}]`;
    },
    parse(text, known) {
      const given = parseElement(text);
      if (given === undefined || given.element !== known.element) return undefined;
      return { [register]: given.n, imm4: given.index << given.element };
    },
  };
}

/** The multiplier of the "by element" classes: halfwords have `H:L:M` as index and V0 to V15, others `M:Rm`. */
function elementByIndexBits(words: readonly string[]): Operand {
  const size = sizeNamed(words);
  return {
    fields: ['Rm', 'H', 'L', 'M', ...size.fields],
    pattern: ELEMENT,
    print(f) {
      const element = size.of(f);
      const bits = (f.H << 2) | (f.L << 1) | f.M;
      const register = element === 1 ? f.Rm : (f.M << 4) | f.Rm;
      return `v${register}.${LETTERS[element]}[${bits >> (element - 1)}]`;
    },
    parse(text) {
      const given = parseElement(text);
      const sizeFields = given && size.fieldsFor(given.element);
      if (given === undefined || sizeFields === undefined || given.element === 0) return undefined;
      const { n, element, index } = given;
      if (element === 1 && n > 15) return undefined;
      const bits = index << (element - 1);
      const M = element === 1 ? bits & 1 : n >> 4;
      return { Rm: n & 15, H: bits >> 2, L: (bits >> 1) & 1, M, ...sizeFields };
    },
  };
}

function element(register: string, [field, letter]: readonly string[]): Operand {
  if (field === 'imm5') return elementByImm5(register, letter);
  return field === 'imm4' ? elementByImm4(register) : elementByIndexBits([field]);
}

/** A general-purpose register: X where `wide` says so, else W. */
function general(register: string, words: readonly string[]): Operand {
  const byQ = words[0] === 'Q';
  return {
    fields: byQ ? [register, 'Q'] : [register],
    needs: byQ ? [] : ['element'],
    pattern: '[wx](?:\\d+|zr)|lr|fp',
    print(f) {
      const wide = byQ ? f.Q === 1 : lowestSetBit(f.imm5) === 3;
      return generalName(wide ? 'x' : 'w', f[register]);
    },
    parse(given, known) {
      const text = given === 'lr' ? 'x30' : given === 'fp' ? 'x29' : given;
      const wide = text.startsWith('x');
      const n = text.endsWith('zr') ? 31 : Number(text.slice(1));
      if (n > 30 && !text.endsWith('zr')) return undefined;
      if (byQ) return { [register]: n, Q: wide ? 1 : 0 };
      return wide === (known.element === 3) ? { [register]: n } : undefined;
    },
  };
}

const upperHalf: Operand = {
  fields: ['Q'],
  pattern: '2?',
  print: (f) => (f.Q === 1 ? '2' : ''),
  parse: (text) => ({ Q: text === '2' ? 1 : 0 }),
};

const NAMED = ['8b/16b', '4h/8h', '2s/4s', '2s', '16b', '4s', '2d', 'd'];

/** The notations of one register: `Vd`, `Vd.T`, `Vd.element`, `Vd.16b`, ... */
function notations(letter: string): [string, OperandFactory][] {
  const register = `R${letter}`;
  const name = `V${letter}`;
  return [
    [name, (words) => scalar(register, words)],
    [`${name}.T`, (words) => arrangement(register, words)],
    [`${name}.element`, (words) => element(register, words)],
    [`general-${register}`, (words) => general(register, words)],
    ...NAMED.map((each): [string, OperandFactory] => [
      `${name}.${each}`,
      () => namedArrangement(register, each.split('/')),
    ]),
  ];
}

export const simdOperands: Readonly<Record<string, OperandFactory>> = {
  '2': () => upperHalf,
  ...simdImmediates,
  ...Object.fromEntries(['d', 'n', 'm', 'a'].flatMap(notations)),
};
