/**
 * Random code in which everything may happen: data processing of all kinds, loops, calls, returns, loads and stores around
 * the edges of pages, stores of instructions into code, changes of what code depends on. `handler.ts` keeps it going.
 */
import { a64, assemble, decode, type Encoding } from '../../src/isa/index.js';
import { bind } from '../../src/engine/ir/bind.js';
import type { Block } from '../../src/engine/ir/nodes.js';
import { X_SP_SLOT } from '../../src/engine/layout.js';
import { shapeOf } from '../../src/engine/semantics/index.js';
import type { Random } from '../cases/random.js';

/** Registers that data processing and loads may change; those from X19 on are what code takes for granted. */
const FREE = 16;

type Kind = 'data' | 'memory' | 'other';

const boundOf = (word: number): Block => {
  const { shape, fields } = shapeOf(word);
  return bind(shape.block, fields);
};

/** What an instruction does: computes in free registers, accesses memory as well, or something else. */
function kindOf(block: Block): Kind {
  let kind: Kind = 'data';
  for (const statement of block) {
    const { kind: does } = statement;
    if (does === 'host' || does === 'branch' || does === 'branchFixed') return 'other';
    // Of loads and stores, the base may change.
    if (does === 'writeFixedX' && statement.slot >= FREE && !isBase(statement.slot)) return 'other';
    if (does === 'load' || does === 'store') kind = 'memory';
    // What traps does so with an `if`.
    if (does === 'if' && [statement.then, statement.else].some((each) => kindOf(each) === 'memory'))
      kind = 'memory';
  }
  return kind;
}
const isBase = (slot: number): boolean => (slot >= 20 && slot <= 23) || slot === X_SP_SLOT;

const anyWord = (random: Random, { value, mask }: Encoding): number =>
  (value | (random.word() & ~mask)) >>> 0;

const isScalar = ({ name }: Encoding): boolean => !/^F|vector|SIMD|element|^[SU]Q|^V|scalar/.test(name);
const scalar = a64.filter(isScalar);

/** An instruction that computes, three of four without SIMD and FP. */
function dataWord(random: Random): number {
  for (;;) {
    const encoding = random.pick(random.oneIn(4) ? a64 : scalar);
    const word = anyWord(random, encoding);
    if (decode(word) !== encoding || kindOf(boundOf(word)) !== 'data') continue;
    if (writesBase(word)) continue;
    return word;
  }
}
function writesBase(word: number): boolean {
  return boundOf(word).some((statement) => statement.kind === 'writeFixedX' && isBase(statement.slot));
}

const memoryEncodings = a64.filter((encoding) => {
  const names = new Set(encoding.fields.map(({ name }) => name));
  return names.has('Rn') && names.has('Rt');
});
const plainEncodings = memoryEncodings.filter(({ name }) => /^(LD|ST)(R|UR|P)/.test(name));
const BASES = [20, 20, 21, 22, 22, 23, 31];

/** A load or store around a pointer. */
function memoryWord(random: Random): number {
  for (;;) {
    const encoding = random.pick(random.oneIn(4) ? memoryEncodings : plainEncodings);
    let word = anyWord(random, encoding);
    for (const { name, lsb } of encoding.fields) {
      const put = (value: number): void => void (word = ((word & ~(31 << lsb)) | (value << lsb)) >>> 0);
      if (name === 'Rn') put(random.pick(BASES));
      else if (name === 'Rm') put(19);
      else if (name === 'imm12') word = (word & ~(0xfc0 << lsb)) >>> 0;
    }
    if (decode(word) === encoding && kindOf(boundOf(word)) === 'memory') return word;
  }
}

const conditions = 'eq ne cs cc mi pl vs vc hi ls ge lt gt le'.split(' ');
const near = (random: Random, most: number): number => (random.below(2 * most + 1) - most) * 4;
const x = (random: Random): number => random.below(FREE);

type Piece = (random: Random) => readonly (string | number)[];

const pieces: readonly (readonly [weight: number, piece: Piece])[] = [
  [30, (random) => [dataWord(random)]],
  [16, (random) => [memoryWord(random)]],
  [
    6,
    (random) => [
      `${random.pick(['subs', 'adds', 'ands', 'bics'])} x${x(random)}, x${x(random)}, x${x(random)}`,
    ],
  ],
  [
    6,
    (random) => [
      `cmp ${random.oneIn(2) ? `x${x(random)}, x${x(random)}` : `w${x(random)}, #${random.below(9)}`}`,
    ],
  ],
  [8, (random) => [`b.${random.pick(conditions)} #${near(random, 12)}`]],
  [4, (random) => [`ccmp x${x(random)}, x${x(random)}, #${random.below(16)}, ${random.pick(conditions)}`]],
  [3, (random) => [`csinc x${x(random)}, x${x(random)}, x${x(random)}, ${random.pick(conditions)}`]],
  [3, (random) => [`adc x${x(random)}, x${x(random)}, x${x(random)}`]],
  [3, (random) => [`cbz w${x(random)}, #${near(random, 12)}`]],
  [3, (random) => [`tbnz x${x(random)}, #${random.below(40)}, #${near(random, 12)}`]],
  [1, (random) => [`b #${near(random, 30)}`]],
  [2, (random) => [`b #${random.below(9) * 4 + 8}`]],
  [3, (random) => [`bl #${near(random, 40)}`]],
  [3, () => ['ret']],
  // A loop of a few rounds.
  [
    4,
    (random) => [
      `mov x25, #${1 + random.below(12)}`,
      dataWord(random),
      memoryWord(random),
      'subs x25, x25, #1',
      'b.ne #-12',
    ],
  ],
  [3, (random) => [dataWord(random), 'sub x25, x25, #1', `cbnz x25, #-8`]],
  // Anywhere in the window, and a call of it.
  [
    1,
    (random) => [
      `and x17, x${x(random)}, #0xffc`,
      'add x17, x17, x26',
      random.oneIn(2) ? 'br x17' : 'blr x17',
    ],
  ],
  [
    1,
    (random) => [
      `movz x17, #${random.below(1024) * 4}`,
      'add x17, x17, x26',
      random.oneIn(2) ? 'br x17' : 'blr x17',
    ],
  ],
  // An instruction becomes another, without and with what the architecture asks for, and is executed.
  [2, (random) => [`ldr w17, #${near(random, 40)}`, 'str w17, [x24], #4']],
  [1, (random) => [`ldr w17, #${near(random, 40)}`, `adr x18, #${near(random, 20)}`, 'str w17, [x18]']],
  [
    1,
    (random) => [
      `ldr w17, #${near(random, 40)}`,
      'str w17, [x24]',
      'dc cvau, x24',
      'dsb ish',
      'ic ivau, x24',
      'dsb ish',
      'isb',
      'br x24',
    ],
  ],
  [1, (random) => [`ldr x17, #${near(random, 40)}`, 'str x17, [x24]', 'blr x24']],
  [1, (random) => [`ldr q17, #${near(random, 40)}`, 'str q17, [x24, #16]!']],
  [3, () => ['svc #0']],
  [1, (random) => [`ldaxr x${x(random)}, [x23]`, `stlxr w${x(random)}, x${x(random)}, [x23]`]],
  [
    1,
    (random) => [
      random.pick(['nop', 'isb', 'dsb sy', 'clrex', 'sev', 'yield', 'dc zva, x20', 'prfm pldl1keep, [x20]']),
    ],
  ],
  [
    1,
    (random) => [
      `mrs x${x(random)}, ${random.pick(['nzcv', 'fpcr', 'fpsr', 'cntvct_el0', 'tpidr_el0', 'midr_el1', 'currentel', 'daif'])}`,
    ],
  ],
  [
    1,
    (random) => [`msr ${random.pick(['nzcv', 'fpcr', 'fpsr', 'tpidr_el0', 'cntv_tval_el0'])}, x${x(random)}`],
  ],
  [
    1,
    (random) => [
      random.pick([
        'msr daifset, #2',
        'msr daifclr, #2',
        'msr spsel, #0',
        'msr spsel, #1',
        'tlbi vmalle1',
        'tlbi aside1, x18',
      ]),
    ],
  ],
  [1, () => ['mrs x18, sctlr_el1', 'msr sctlr_el1, x18', 'eret']],
];
const total = pieces.reduce((sum, [weight]) => sum + weight, 0);

/** So many words of code. */
export function randomCode(random: Random, words: number): Uint32Array {
  const code = new Uint32Array(words);
  for (let at = 0; at < words;) {
    let left = random.below(total);
    const [, piece] = pieces.find(([weight]) => (left -= weight) < 0)!;
    for (const each of piece(random)) {
      if (at < words) code[at] = typeof each === 'number' ? each : assembled(each);
      at += 1;
    }
  }
  return code;
}

const known = new Map<string, number>();
function assembled(text: string): number {
  let word = known.get(text);
  if (word === undefined) {
    word = assemble(text, 0n);
    known.set(text, word);
  }
  return word;
}
