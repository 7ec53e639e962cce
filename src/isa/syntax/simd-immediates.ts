/** Immediates of the scalar floating-point and Advanced SIMD instructions, and the register list of TBL. */
import type { FieldValues } from '../encoding.js';
import { highestSetBit } from './element-size.js';
import { implied, NUMBER, parseNumber } from './numbers.js';
import type { Operand, OperandFactory } from './operand.js';
import { LIST, parseList, printList } from './structures.js';

/** The shift amount in `immh:immb`, above the size bit (`left`) or below twice the size (`right`). */
function shiftAmount(direction: 'left' | 'right'): Operand {
  return {
    fields: ['immh', 'immb'],
    needs: ['element'],
    pattern: NUMBER,
    print(f) {
      const bits = 8 << highestSetBit(f.immh);
      const value = (f.immh << 3) | f.immb;
      return String(direction === 'left' ? value - bits : 2 * bits - value);
    },
    parse(text, known) {
      const bits = 8 << known.element;
      const amount = Number(parseNumber(text));
      const value = direction === 'left' ? bits + amount : 2 * bits - amount;
      return value >= bits && value < 2 * bits ? { immh: value >> 3, immb: value & 7 } : undefined;
    },
  };
}

/** Fraction bits of a fixed-point number in a general register: 64 - `scale`. */
const fractionBits: Operand = {
  fields: ['immscale'],
  pattern: NUMBER,
  print: (f) => String(64 - f.immscale),
  parse(text) {
    const bits = Number(parseNumber(text));
    return bits >= 1 && bits <= 64 ? { immscale: 64 - bits } : undefined;
  },
};

/** The eight bits of an immediate in one field or in the manual's `a:b:c` and `d:e:f:g:h`. */
interface EightBits {
  readonly fields: readonly string[];
  of(f: FieldValues): number;
  fieldsFor(imm8: number): FieldValues;
}

const together: EightBits = { fields: ['imm8'], of: (f) => f.imm8, fieldsFor: (imm8) => ({ imm8 }) };
const apart: EightBits = {
  fields: ['immabc', 'immdefgh'],
  of: (f) => (f.immabc << 5) | f.immdefgh,
  fieldsFor: (imm8) => ({ immabc: imm8 >> 5, immdefgh: imm8 & 31 }),
};

/** VFPExpandImm: sign, three bits of exponent (the first inverted), four of fraction. */
function floatOf(imm8: number): number {
  const exponent = ((imm8 >> 4) & 7) ^ 4;
  const magnitude = (1 + (imm8 & 15) / 16) * 2 ** (exponent - 3);
  return imm8 >= 0x80 ? -magnitude : magnitude;
}

const floats = Array.from({ length: 256 }, (_, imm8) => floatOf(imm8));

function float(bits: EightBits): Operand {
  return {
    fields: bits.fields,
    pattern: '[-+]?\\d+(?:\\.\\d*)?(?:e[-+]?\\d+)?',
    print: (f) => floats[bits.of(f)].toFixed(8),
    parse(text) {
      const imm8 = floats.indexOf(Number(text));
      return imm8 < 0 ? undefined : bits.fieldsFor(imm8);
    },
  };
}

/** MOVI, 64-bit: each bit stands for a byte of ones. LLVM writes 0 without the 0x. */
const byteMask: Operand = {
  fields: apart.fields,
  pattern: NUMBER,
  print(f) {
    const digits = [...apart.of(f).toString(2).padStart(8, '0')]
      .map((bit) => (bit === '1' ? 'ff' : '00'))
      .join('');
    const significant = digits.replace(/^0+/, '');
    return significant === '' ? digits : `0x${significant.padStart(14, '0')}`;
  },
  parse(text) {
    const digits = BigInt.asUintN(64, parseNumber(text)).toString(16).padStart(16, '0');
    const bytes = digits.match(/../g) ?? [];
    if (!bytes.every((byte) => byte === '00' || byte === 'ff')) return undefined;
    return apart.fieldsFor(parseInt(bytes.map((byte) => (byte === 'ff' ? '1' : '0')).join(''), 2));
  },
};

/** The table of TBL and TBX: `len` + 1 registers from Rn on. */
const table: Operand = {
  fields: ['Rn', 'len'],
  pattern: LIST,
  print: (f) => printList(f.Rn, f.len + 1, '16b'),
  parse(text) {
    const list = parseList(text);
    if (list === undefined || list.arrangement !== '16b' || list.count > 4) return undefined;
    return { Rn: list.first, len: list.count - 1 };
  },
};

export const simdImmediates: Readonly<Record<string, OperandFactory>> = {
  'left-shift': () => shiftAmount('left'),
  'right-shift': () => shiftAmount('right'),
  'fraction-bits': () => fractionBits,
  float: (words) => float(words[0] === 'imm8' ? together : apart),
  'byte-mask': () => byteMask,
  // SHLL shifts by the width of the source element.
  'element-bits': () => implied(['size'], (f) => 8 << f.size),
  table: () => table,
};
