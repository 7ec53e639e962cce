/** Random instruction words of one encoding, without those whose behaviour is CONSTRAINED UNPREDICTABLE. */
import { decode, fieldsOf, type Encoding, type FieldValues } from '../../src/isa/index.js';
import type { Random } from './random.js';

/** Tries before an encoding counts as one that no word can be drawn for. */
const MAX_TRIES = 10_000;

/** How a load or store makes its address. */
export interface AddressForm {
  /** Where the base comes from: a register number field (31 is SP), `Rt` as for DC, or the PC. */
  readonly base: 'Rn' | 'Rt' | 'pc';
  /** Added to the base, bytes. */
  readonly offset: bigint;
  /** The index register's share: `extend(Xm, option) << shift`. */
  readonly index?: { readonly register: number; readonly option: number; readonly shift: number };
  readonly writeBack: boolean;
}

function signed(value: number, width: number): number {
  return (value << (32 - width)) >> (32 - width);
}

/** log2 of the bytes that a load or store of one register transfers: `size`, or 4 for a Q register. */
function scaleOfRegister(word: number): number {
  const simd = (word >>> 26) & 1;
  const size = word >>> 30;
  return simd === 1 && ((word >>> 23) & 1) === 1 ? 4 : size;
}

function scaleOfPair(word: number): number {
  const opc = word >>> 30;
  return ((word >>> 26) & 1) === 1 ? 2 + opc : opc === 2 ? 3 : 2;
}

type FormOf = (word: number, f: FieldValues, name: string) => AddressForm;

const formsByGroup: Readonly<Record<string, FormOf>> = {
  'Load register (literal)': (_word, f) => ({
    base: 'pc',
    offset: BigInt(signed(f.imm19, 19) * 4),
    writeBack: false,
  }),
  'Load/store register (unscaled immediate)': immediate9,
  'Load/store register (unprivileged)': immediate9,
  'Load/store register (immediate pre-indexed)': (word, f, name) => ({
    ...immediate9(word, f, name),
    writeBack: true,
  }),
  'Load/store register (immediate post-indexed)': () => ({ base: 'Rn', offset: 0n, writeBack: true }),
  'Load/store register (unsigned immediate)': (word, f) => ({
    base: 'Rn',
    offset: BigInt(f.imm12) << BigInt(scaleOfRegister(word)),
    writeBack: false,
  }),
  'Load/store register (register offset)': (word, f) => ({
    base: 'Rn',
    offset: 0n,
    index: { register: f.Rm, option: f.option, shift: f.S === 1 ? scaleOfRegister(word) : 0 },
    writeBack: false,
  }),
  'Load/store register pair': (word, f, name) => ({
    base: 'Rn',
    offset: name.includes('post-indexed') ? 0n : BigInt(signed(f.imm7, 7) * 2 ** scaleOfPair(word)),
    writeBack: name.includes('indexed'),
  }),
  'Load/store exclusive and ordered': () => ({ base: 'Rn', offset: 0n, writeBack: false }),
};

function immediate9(_word: number, f: FieldValues, _name: string): AddressForm {
  return { base: 'Rn', offset: BigInt(signed(f.imm9, 9)), writeBack: false };
}

/** How `word` makes its address; undefined unless it is a load, store or prefetch. */
export function addressForm(encoding: Encoding, word: number): AddressForm | undefined {
  const form = formsByGroup[encoding.group];
  if (form !== undefined) return form(word, fieldsOf(encoding, word), encoding.name);
  if (encoding.group.startsWith('Advanced SIMD load/store')) {
    return { base: 'Rn', offset: 0n, writeBack: encoding.name.includes('post-indexed') };
  }
  return undefined;
}

function isGeneralPairLoad(name: string): boolean {
  return /^(LDP|LDNP|LDPSW|LDXP|LDAXP)\b/.test(name);
}

/**
 * Whether the manual calls `word` CONSTRAINED UNPREDICTABLE (Arm ARM K1.2): the same register loaded twice, a
 * base that is written back and also transferred, an exclusive store's status register that is also an operand.
 */
export function isUnpredictable(encoding: Encoding, word: number): boolean {
  const f = fieldsOf(encoding, word);
  const form = addressForm(encoding, word);
  if (form === undefined) return false;
  const simd = ((word >>> 26) & 1) === 1;
  const pair = f.Rt2 !== undefined;
  if (isGeneralPairLoad(encoding.name) && f.Rt === f.Rt2) return true;
  if (form.writeBack && !simd && f.Rn !== 31 && (f.Rn === f.Rt || (pair && f.Rn === f.Rt2))) return true;
  if (/^STL?XP|^STL?XR/.test(encoding.name)) {
    const isPair = /XP/.test(encoding.name);
    return f.Rs === f.Rt || (isPair && f.Rs === f.Rt2) || (f.Rs === f.Rn && f.Rn !== 31);
  }
  return false;
}

/**
 * A random word of `encoding`. `accept` may narrow the choice further. Throws when none is found in 10,000
 * tries, which means that the table's row is empty.
 */
export function randomWord(
  encoding: Encoding,
  random: Random,
  accept: (word: number) => boolean = () => true,
): number {
  for (let i = 0; i < MAX_TRIES; i++) {
    let word = (encoding.value | (random.word() & ~encoding.mask)) >>> 0;
    if (random.oneIn(8)) word = withEqualRegisters(encoding, word);
    if (decode(word) === encoding && !isUnpredictable(encoding, word) && accept(word)) return word;
  }
  throw new RangeError(`no word of '${encoding.name}' found in ${MAX_TRIES} tries`);
}

/** The same word with Rm and Rd (or Rt) equal to Rn: one register as both operands and destination. */
function withEqualRegisters(encoding: Encoding, word: number): number {
  const source = encoding.fields.find(({ name }) => name === 'Rn');
  if (source === undefined) return word;
  const number = (word >>> source.lsb) & 31;
  let result = word;
  for (const { name, lsb, width } of encoding.fields) {
    if (width === 5 && /^R[md]$/.test(name)) result = (result & ~(31 << lsb)) | (number << lsb);
  }
  return result >>> 0;
}
