/** Test cases of one encoding: a random word with operands that suit it, in a random environment. */
import { fieldsOf, type Encoding } from '../../src/isa/index.js';
import { dataAddress, plainAddress, setEnvironment } from './environment.js';
import { integerOperand, laneOperands, type LaneKind } from './operands.js';
import type { Random } from './random.js';
import { TestCase } from './test-case.js';
import { specialCase } from './special.js';
import { addressForm, randomWord, type AddressForm } from './words.js';

const MASK64 = 0xffff_ffff_ffff_ffffn;
const laneWidths = [8, 16, 32, 64] as const;

/** Lanes that the word works on, as far as its fields tell; mostly that, sometimes anything. */
function laneKind(encoding: Encoding, word: number, random: Random): LaneKind {
  const f = fieldsOf(encoding, word);
  const isFloat = /^F|^[SU]CVTF/.test(encoding.name);
  if (random.oneIn(5)) return { bits: random.pick(laneWidths), float: random.oneIn(2) };
  if (f.ftype !== undefined) {
    const bits = ([32, 64, 64, 16] as const)[f.ftype];
    return { bits, float: !random.oneIn(8) };
  }
  if (isFloat) {
    const bits = f.sz === undefined ? random.pick(laneWidths.slice(1)) : f.sz === 1 ? 64 : 32;
    return { bits, float: !random.oneIn(8) };
  }
  if (f.size !== undefined) return { bits: laneWidths[f.size], float: false };
  return { bits: random.pick(laneWidths), float: random.oneIn(2) };
}

/** Fills every register that a field of `word` may name, as general and as vector register. */
export function setOperands(test: TestCase, encoding: Encoding, word: number, random: Random): void {
  const kind = laneKind(encoding, word, random);
  const previous: { x: bigint; v: readonly [bigint, bigint] }[] = [];
  for (const { name, lsb, width } of encoding.fields) {
    if (width < 4 || !/^R[a-z]/.test(name)) continue;
    const register = (word >>> lsb) & (2 ** width - 1);
    let operand = {
      x: integerOperand(random),
      v: [laneOperands(random, kind), laneOperands(random, kind)] as const,
    };
    // Now and then an operand repeats, or is the negative of, an earlier one: sums of zero, exact cancellation.
    if (previous.length > 0 && random.oneIn(6)) {
      const { x, v } = random.pick(previous);
      const sign = random.oneIn(2) ? 0n : 0x8000_0000_8000_0000n;
      operand = { x: random.oneIn(2) ? x : BigInt.asUintN(64, -x), v: [v[0] ^ sign, v[1] ^ sign] };
    }
    previous.push(operand);
    if (register < 31) test.setX(register, operand.x);
    test.setV(register, 0, operand.v[0]);
    test.setV(register, 1, operand.v[1]);
  }
}

/** `extend(value, option)` of a register offset: UXTW, LSL, SXTW, SXTX. */
function extended(value: bigint, option: number): bigint {
  if (option === 2) return value & 0xffff_ffffn;
  if (option === 6) return BigInt.asUintN(64, BigInt.asIntN(32, value));
  return value;
}

/** Gives register `number` as a base register (31 is the stack pointer) the value `value`. */
function setBase(test: TestCase, number: number, value: bigint): void {
  if (number === 31) test.set(test.stackPointer, value & MASK64);
  else test.setX(number, value & MASK64);
}

/** Sets base and index registers of a load or store so that it accesses `address`. */
function aim(
  test: TestCase,
  encoding: Encoding,
  word: number,
  form: AddressForm,
  address: bigint,
  random: Random,
): void {
  if (form.base === 'pc') return;
  let base = address - form.offset;
  const f = fieldsOf(encoding, word);
  if (form.index !== undefined) {
    const { register, option, shift } = form.index;
    const index =
      register === 31 ? 0n : random.oneIn(4) ? integerOperand(random) : BigInt(random.below(512) - 256);
    if (register < 31) test.setX(register, index & MASK64);
    base -= extended(index & MASK64, option) << BigInt(shift);
  }
  setBase(test, form.base === 'Rn' ? f.Rn : f.Rt, base);
}

/**
 * The random contents that registers have before a test's operands are set. Drawing all of them anew for each
 * case would take most of the time; so a batch keeps some register files and copies one.
 */
export class RegisterFiles {
  private readonly files: Uint8Array[] = [];

  constructor(random: Random, count = 64) {
    for (let n = 0; n < count; n++) {
      const test = new TestCase();
      for (let i = 0; i < 31; i++) test.setX(i, integerOperand(random));
      for (let i = 0; i < 64; i++) {
        const kind = { bits: random.pick(laneWidths), float: random.oneIn(2) };
        test.setV(i >> 1, i & 1, laneOperands(random, kind));
      }
      this.files.push(test.bytes);
    }
  }

  /** Copies one of the register files into `test`. */
  fill(test: TestCase, random: Random): void {
    test.bytes.set(random.pick(this.files));
  }
}

/** Fills `test` with a case of `encoding`. */
export function singleCase(test: TestCase, encoding: Encoding, files: RegisterFiles, random: Random): void {
  files.fill(test, random);
  if (specialCase(test, encoding, random)) return;
  setEnvironment(random, test);
  wordCase(test, encoding, randomWord(encoding, random), random);
}

/** Makes a case of one word, with operands that suit it, of a test that has its environment. */
export function wordCase(test: TestCase, encoding: Encoding, word: number, random: Random): void {
  test.words = [word];
  setOperands(test, encoding, word, random);
  const form = addressForm(encoding, word);
  if (form === undefined) return;
  test.touchesMemory = true;
  // A watchpoint is there to be hit; QEMU 7.2 widens unaligned accesses before it looks, so not by those.
  const watched = (test.get('dbgwcr0') & 1n) === 1n;
  const nearby = test.get('dbgwvr0') + BigInt(8 * (random.below(5) - 2));
  const address = watched ? nearby : dataAddress(random, test.level);
  aim(test, encoding, word, form, address, random);
  if (random.oneIn(16)) setBase(test, 31, plainAddress(random, test.level) + BigInt(random.below(16)));
}
