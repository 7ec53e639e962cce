/**
 * Test cases of several instructions: they find what single ones cannot, state that one instruction leaves
 * behind and the next one trips over. X20 to X27 and the stack pointer hold addresses in the data pages, X28
 * and X29 small indexes; the other registers are free. Branches only go forward.
 */
import { a64, decode, fieldsOf, type Encoding } from '../../src/isa/index.js';
import { MAX_WORDS, PAGE, WINDOW } from './layout.js';
import { plainAddress, setEnvironment } from './environment.js';
import type { Random } from './random.js';
import type { TestCase } from './test-case.js';
import type { RegisterFiles } from './single.js';
import { addressForm, isUnpredictable } from './words.js';

const FIRST_BASE = 20;
const INDEXES = [28, 29, 31];
const excludedGroups = new Set(['Exception generation', 'System instructions and register moves', 'Hints']);
/** Register branches go anywhere; an exclusive store needs its own load just before it (special.ts). */
const excludedNames = /^(BR|BLR|RET|ERET|DRPS|STL?X.*)$/;

const candidates = a64.filter(({ name, group }) => !excludedGroups.has(group) && !excludedNames.test(name));
const memory = candidates.filter(({ group }) => /load\/store|load register/i.test(group));

function withField(encoding: Encoding, word: number, name: string, value: number): number {
  const field = encoding.fields.find((each) => each.name === name);
  if (field === undefined) return word;
  const mask = (2 ** field.width - 1) << field.lsb;
  return ((word & ~mask) | ((value << field.lsb) & mask)) >>> 0;
}

/** Keeps addresses: no field that names a destination names one of X20 to X29. */
function sparingBases(encoding: Encoding, word: number, random: Random): number {
  const f = fieldsOf(encoding, word);
  let result = word;
  for (const name of ['Rd', 'Rt', 'Rt2', 'Rs']) {
    const number = f[name];
    if (number >= FIRST_BASE && number < 30)
      result = withField(encoding, result, name, random.below(FIRST_BASE));
  }
  return result;
}

/** Makes a load's or store's address one of the data pages', with a short offset. */
function aimed(encoding: Encoding, word: number, position: number, random: Random): number {
  let result = withField(encoding, word, 'Rn', random.oneIn(6) ? 31 : FIRST_BASE + random.below(8));
  result = withField(encoding, result, 'imm12', random.below(32));
  if (encoding.group === 'Load register (literal)') {
    const target = (0x10 + random.below(2)) * PAGE + 16 * random.below(250) - position;
    return withField(encoding, result, 'imm19', target >> 2);
  }
  if (encoding.fields.some(({ name }) => name === 'Rm')) {
    result = withField(encoding, result, 'Rm', random.pick(INDEXES));
  }
  return result;
}

/** A short way forward for a branch's immediate. */
function forward(encoding: Encoding, word: number, random: Random): number {
  let result = word;
  for (const name of ['imm26', 'imm19', 'imm14'])
    result = withField(encoding, result, name, 1 + random.below(4));
  return result;
}

/** One instruction of a sequence, at offset `position` in the window. */
function sequenceWord(random: Random, position: number): number {
  for (;;) {
    const encoding = random.pick(random.oneIn(4) ? memory : candidates);
    let word = (encoding.value | (random.word() & ~encoding.mask)) >>> 0;
    if (encoding.group === 'Branches') word = forward(encoding, word, random);
    word = sparingBases(encoding, word, random);
    if (addressForm(encoding, word) !== undefined) word = aimed(encoding, word, position, random);
    if (decode(word) === encoding && !isUnpredictable(encoding, word)) return word;
  }
}

/** Fills `test` with a sequence of 2 to 20 instructions. */
export function sequenceCase(test: TestCase, files: RegisterFiles, random: Random): void {
  files.fill(test, random);
  setEnvironment(random, test);
  test.set('dbgwcr0', 0n); // QEMU 7.2 is not exact about unaligned accesses and watchpoints.
  const count = Math.min(2 + random.below(19), MAX_WORDS);
  const start = 0x400 + 4 * random.below(0x100);
  test.set('pc', WINDOW + BigInt(start));
  test.words = Array.from({ length: count }, (_, i) => sequenceWord(random, start + 4 * i));
  for (let n = FIRST_BASE; n < 28; n++) test.setX(n, plainAddress(random, test.level) + oddness(random));
  for (let n = 28; n < 30; n++) test.setX(n, BigInt(random.below(64)));
  for (const register of ['spEl0', 'spEl1', 'spEl2'] as const)
    test.set(register, plainAddress(random, test.level));
  test.touchesMemory = true;
}

/** Mostly aligned; sometimes off by a few bytes. */
const oddness = (random: Random): bigint => (random.oneIn(8) ? BigInt(random.below(16)) : 0n);
