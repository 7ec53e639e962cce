/** Operands of the integer instructions. */
import { decodeLogicalImmediate, encodeLogicalImmediate, isLogicalImmediate } from '../bitmask.js';
import type { FieldValues } from '../encoding.js';
import { NUMBER, parseNumber } from './numbers.js';
import { multiplier, oneOf, type Operand, type OperandFactory } from './operand.js';
import { generalName } from './registers.js';

export const CONDITIONS = 'eq ne hs lo mi pl vs vc hi ls ge lt gt le al nv'.split(' ');
const SYNONYMS: Readonly<Record<string, number>> = { cs: 2, cc: 3 };

/** A condition; `inverted` for the aliases that name the opposite of what is encoded, and never AL or NV. */
function condition(inverted: boolean): Operand {
  return {
    fields: ['cond'],
    pattern: [...CONDITIONS, ...Object.keys(SYNONYMS)].join('|'),
    print: ({ cond }) => (inverted ? (cond < 14 ? CONDITIONS[cond ^ 1] : undefined) : CONDITIONS[cond]),
    parse(text) {
      const cond = SYNONYMS[text] ?? CONDITIONS.indexOf(text);
      return { cond: inverted ? cond ^ 1 : cond };
    },
  };
}

const width = (f: FieldValues): number => (f.sf === 1 ? 64 : 32);

/** A number as an unsigned one of `bits` bits; undefined where it is neither that nor a signed one. */
function toWidth(value: bigint, bits: number): bigint | undefined {
  const unsigned = BigInt.asUintN(bits, value);
  return value === unsigned || value === BigInt.asIntN(bits, value) ? unsigned : undefined;
}

const bitmask: Operand = {
  fields: ['N', 'immr', 'imms'],
  needs: ['sf'],
  pattern: NUMBER,
  print: (f) => `0x${decodeLogicalImmediate(f.N, f.immr, f.imms, width(f)).toString(16)}`,
  parse(text, known) {
    const mask = toWidth(parseNumber(text), width(known));
    return mask === undefined ? undefined : encodeLogicalImmediate(mask, width(known));
  },
};

/** Whether MOVZ can make `value`: all of it within one halfword. */
function isHalfword(value: bigint, bits: number): boolean {
  for (let shift = 0; shift < bits; shift += 16) {
    if ((value & ~(0xffffn << BigInt(shift))) === 0n) return true;
  }
  return false;
}

const invert = (value: bigint, bits: number): bigint => BigInt.asUintN(bits, ~value);

/** MOV (bitmask immediate): only what neither MOVZ nor MOVN makes. */
const movBitmask: Operand = {
  ...bitmask,
  print(f) {
    if (!isLogicalImmediate(f.N, f.imms, f.sf)) return undefined;
    const bits = width(f);
    const value = decodeLogicalImmediate(f.N, f.immr, f.imms, bits);
    if (isHalfword(value, bits) || isHalfword(invert(value, bits), bits)) return undefined;
    return String(BigInt.asIntN(bits, value));
  },
};

/** MOV (wide immediate) and MOV (inverted wide immediate), of MOVZ and MOVN. */
function movWide(inverted: boolean): Operand {
  const fromHalfword = (f: FieldValues) => BigInt(f.imm16) << BigInt(f.hw * 16);
  return {
    fields: ['hw', 'imm16'],
    needs: ['sf'],
    pattern: NUMBER,
    print(f) {
      if (f.imm16 === 0 && f.hw !== 0) return undefined;
      const bits = width(f);
      const value = inverted ? invert(fromHalfword(f), bits) : fromHalfword(f);
      if (inverted && isHalfword(value, bits)) return undefined;
      return String(BigInt.asIntN(bits, value));
    },
    parse(text, known) {
      const bits = width(known);
      const given = toWidth(parseNumber(text), bits);
      if (given === undefined) return undefined;
      const value = inverted ? invert(given, bits) : given;
      for (let hw = 0; hw * 16 < bits; hw++) {
        const imm16 = value >> BigInt(hw * 16);
        if (imm16 <= 0xffffn && imm16 << BigInt(hw * 16) === value) return { hw, imm16: Number(imm16) };
      }
      return undefined;
    },
  };
}

/** A decimal number that `print` and `parse` give as such. */
function decimal(
  fields: readonly string[],
  needs: readonly string[],
  print: (f: FieldValues) => number | undefined,
  parse: (value: number, known: FieldValues) => FieldValues | undefined,
): Operand {
  return {
    fields,
    needs,
    pattern: NUMBER,
    print: (f) => print(f)?.toString(),
    parse: (text, known) => parse(Number(parseNumber(text)), known),
  };
}

/** The position of BFI, SBFIZ, UBFIZ: minus `immr`. */
const bitfieldLsb = decimal(
  ['immr'],
  ['sf'],
  (f) => width(f) - f.immr,
  (lsb, known) => (lsb > 0 && lsb < width(known) ? { immr: width(known) - lsb } : undefined),
);

/** The width of BFXIL, SBFX, UBFX: from `immr` to `imms`. */
const bitfieldWidth = decimal(
  ['imms'],
  ['immr', 'sf'],
  (f) => (f.imms >= f.immr ? f.imms - f.immr + 1 : undefined),
  (count, known) => {
    const imms = known.immr + count - 1;
    return count >= 1 && imms < width(known) ? { imms } : undefined;
  },
);

const lslAmount = decimal(
  ['immr', 'imms'],
  ['sf'],
  (f) => (f.imms + 1 === f.immr && f.imms !== width(f) - 1 ? width(f) - 1 - f.imms : undefined),
  (amount, known) =>
    amount > 0 && amount < width(known)
      ? { immr: width(known) - amount, imms: width(known) - 1 - amount }
      : undefined,
);

const EXTENSIONS = 'uxtb uxth uxtw uxtx sxtb sxth sxtw sxtx'.split(' ');
const AMOUNT = `(?: #?${NUMBER})?`;
const EXTENDED = `(?:[wx]\\d+|[wx]zr|lr|fp)(?:, (?:${EXTENSIONS.join('|')}|lsl)${AMOUNT})?`;

interface Extended {
  readonly wide: boolean;
  readonly n: number;
  readonly extension: string | undefined;
  readonly amount: number | undefined;
}

/** Splits `w3, uxtw #2` into its parts. */
function parseExtended(text: string): Extended | undefined {
  const match = new RegExp(`^([wx])(\\d+|zr)(?:, (\\w+)(?: #?(${NUMBER}))?)?$`).exec(
    text.replace(/^lr/, 'x30').replace(/^fp/, 'x29'),
  );
  if (match === null) return undefined;
  const n = match[2] === 'zr' ? 31 : Number(match[2]);
  if (match[2] !== 'zr' && n > 30) return undefined;
  const amount = match[4] === undefined ? undefined : Number(parseNumber(match[4]));
  return { wide: match[1] === 'x', n, extension: match[3], amount };
}

/**
 * Rm of the extended-register forms of ADD and SUB. Where the stack pointer is Rn, or Rd if the words say so,
 * the extension of the operation's own width is written `lsl`, or not at all if it shifts by 0.
 */
const extendedRm: OperandFactory = (words) => {
  const spFields = ['Rn', ...words];
  const own = (f: FieldValues) => (f.sf === 1 ? 3 : 2);
  return {
    fields: ['Rm', 'option', 'imm3'],
    needs: ['sf'],
    pattern: EXTENDED,
    print(f) {
      const name = generalName(f.sf === 1 && (f.option & 3) === 3 ? 'x' : 'w', f.Rm);
      const plain = f.option === own(f) && spFields.some((field) => f[field] === 31);
      const amount = f.imm3 === 0 ? '' : ` #${f.imm3}`;
      if (plain) return amount === '' ? name : `${name}, lsl${amount}`;
      return `${name}, ${EXTENSIONS[f.option]}${amount}`;
    },
    parse(text, known) {
      const parts = parseExtended(text);
      if (parts === undefined) return undefined;
      const { extension, amount = 0 } = parts;
      const plain = extension === undefined || extension === 'lsl';
      const option = plain ? own(known) : EXTENSIONS.indexOf(extension);
      if (amount < 0 || amount > 4 || parts.wide !== (known.sf === 1 && (option & 3) === 3)) return undefined;
      return { Rm: parts.n, option, imm3: amount };
    },
  };
};

/** The register offset of a load or store of so many bytes: `<index *8>`. */
const index: OperandFactory = (words) => {
  const scale = Math.log2(multiplier(words));
  return {
    fields: ['Rm', 'option', 'S'],
    pattern: EXTENDED,
    print(f) {
      const name = generalName((f.option & 1) === 1 ? 'x' : 'w', f.Rm);
      if (f.option === 3) return f.S === 1 ? `${name}, lsl #${scale}` : name;
      return `${name}, ${EXTENSIONS[f.option]}${f.S === 1 ? ` #${scale}` : ''}`;
    },
    parse(text) {
      const parts = parseExtended(text);
      if (parts === undefined) return undefined;
      const { wide, n, extension = 'lsl', amount } = parts;
      const option = extension === 'lsl' ? 3 : EXTENSIONS.indexOf(extension);
      const shiftable = amount === undefined || amount === 0 || amount === scale;
      if (!shiftable || wide !== ((option & 1) === 1)) return undefined;
      return { Rm: n, option, S: amount === scale ? 1 : 0 };
    },
  };
};

export const integerOperands: Readonly<Record<string, OperandFactory>> = {
  cond: () => condition(false),
  'inverted-cond': () => condition(true),
  bitmask: () => bitmask,
  'mov-bitmask': () => movBitmask,
  'mov-wide': () => movWide(false),
  'mov-inverted': () => movWide(true),
  'bf-lsb': () => bitfieldLsb,
  'bf-width': () => bitfieldWidth,
  'lsl-amount': () => lslAmount,
  shift: () => oneOf('shift', ['lsl', 'lsr', 'asr', 'ror']),
  'arith-shift': () => oneOf('shift', ['lsl', 'lsr', 'asr']),
  'extended-Rm': extendedRm,
  index,
};
