/**
 * Random code from random states at every exception level on our engine: nothing that a guest does may throw in
 * the host or hang it. A round is one piece of code; it is entered many times, each time in another state and for
 * a short while. Half of the time exceptions lead to a handler that skips the instruction, else into the code. The
 * interpreter executes it, and the translator, eagerly.
 */
import { a64 } from '../src/isa/index.js';
import { TABLE_BYTES, translationRegisters, writeAddressSpace } from '../tests/cases/address-space.js';
import { CaseMachine } from '../tests/cases/case-machine.js';
import { HIGH_WINDOW, PAGE, WINDOW, physical } from '../tests/cases/layout.js';
import { integerOperand, laneOperands } from '../tests/cases/operands.js';
import { Random } from '../tests/cases/random.js';
import { eager } from '../tests/lockstep/eager.js';

/** Code: two pages for vectors and what the window maps, then more. */
const CODE_BYTES = 0x8000;
const VECTOR_BYTES = 0x800;
const ENTRIES_PER_ROUND = 100;
/** Instructions of an entry: regions want more left than most pieces of code last. */
const ENTRY_INSTRUCTIONS = { interpreter: 400, translator: 3000 } as const;
/** A region costs as much as a hundred thousand instructions, and few of these are executed again. */
const INSTRUCTIONS = { interpreter: 100_000_000, translator: 8_000_000 } as const;
type Engine = keyof typeof INSTRUCTIONS;

export interface FuzzResult {
  readonly instructions: number;
  readonly rounds: number;
  /** Entries that ended early because the core waited for an interrupt that cannot come. */
  readonly idle: number;
  /** Longest entry, milliseconds. */
  readonly longest: number;
}

/** A failure of the host, with what is needed to make it happen again. */
export class FuzzError extends Error {
  constructor(round: number, seed: number, cause: unknown) {
    super(`random code threw in round ${round} of seed ${seed}: ${String(cause)}`, { cause });
    this.name = 'FuzzError';
  }
}

const ERET = 0xd69f_03e0;
/** MSR TPIDR, X30; MRS X30, ELR; ADD X30, X30, #4; MSR ELR, X30; MRS X30, TPIDR; ERET: of EL1, of EL2. */
const skippingHandlers = [
  [0xd518_d09e, 0xd538_403e, 0x9100_13de, 0xd518_403e, 0xd538_d09e, ERET],
  [0xd51c_d05e, 0xd53c_403e, 0x9100_13de, 0xd51c_403e, 0xd53c_d05e, ERET],
] as const;

/** Vectors of EL1, vectors of EL2, then instructions, now and then a word that is none. */
function randomCode(random: Random): Uint8Array {
  const words = new Uint32Array(CODE_BYTES / 4);
  for (let i = 0; i < words.length; i++) {
    const encoding = random.pick(a64);
    const word = (encoding.value | (random.word() & ~encoding.mask)) >>> 0;
    words[i] = random.oneIn(64) ? random.word() : word;
  }
  if (random.oneIn(2)) return new Uint8Array(words.buffer);
  skippingHandlers.forEach((handler, i) => {
    for (let slot = 0; slot < VECTOR_BYTES; slot += 0x80) words.set(handler, (i * VECTOR_BYTES + slot) / 4);
  });
  return new Uint8Array(words.buffer);
}

/** An address in RAM or in the mapped window. */
function somewhere(random: Random): bigint {
  const bases = [BigInt(physical.code), BigInt(physical.data), WINDOW, HIGH_WINDOW, WINDOW + 0x1_0000n];
  return random.pick(bases) + BigInt(4 * random.below(CODE_BYTES / 4));
}

/** The tables of the execution tests. */
function tables(): Uint8Array {
  const image = new ArrayBuffer(physical.code - physical.ram);
  writeAddressSpace(new DataView(image));
  return new Uint8Array(image, physical.tables - physical.ram, TABLE_BYTES);
}
const translation = new Map(translationRegisters);
const ofTranslation = (register: string): bigint => translation.get(register) ?? 0n;

/** Nothing but RAM; an SMC from anywhere ends the entry. */
function machineOfTests(engine: Engine): CaseMachine {
  const made: CaseMachine = new CaseMachine({
    ramSize: 128 * 2 ** 20,
    ...(engine === 'interpreter' ? {} : { tierOf: eager() }),
    firmwareCall: (_core, conduit) => {
      if (conduit !== 'smc') return false;
      made.cluster.stop();
      return true;
    },
  });
  return made;
}

const anything = [
  'MAIR_EL1',
  'CPACR_EL1',
  'ELR_EL1',
  'SPSR_EL1',
  'SP_EL1',
  'CNTKCTL_EL1',
  'PMUSERENR_EL0',
  'CNTHCTL_EL2',
];
const rarely = [
  'MDSCR_EL1',
  'DBGBCR0_EL1',
  'DBGBVR0_EL1',
  'DBGWCR0_EL1',
  'DBGWVR0_EL1',
  'MDCR_EL2',
  'CPTR_EL2',
  'HCR_EL2',
  'PMCR_EL0',
];

class Fuzz {
  readonly machine: CaseMachine;
  private readonly tables = tables();

  constructor(
    private readonly random: Random,
    private readonly engine: Engine,
  ) {
    this.machine = machineOfTests(engine);
  }

  newCode(): void {
    this.machine.place([{ address: physical.code, bytes: randomCode(this.random) }]);
  }

  /** Enters the code in a new state; says whether the core waits for ever. */
  enter(): boolean {
    const { machine, random } = this;
    machine.place([{ address: physical.tables, bytes: this.tables }]);
    const state = machine.cluster.powerOn(0, BigInt(physical.code), 2);
    const level = random.below(3);
    const translated = random.oneIn(2);
    this.setControls(level, translated);
    for (let i = 0; i < 31; i++) state.setX(i, random.oneIn(2) ? somewhere(random) : integerOperand(random));
    for (let i = 0; i < 32; i++) {
      state.setV(i, laneOperands(random, { bits: random.pick([32, 64] as const), float: random.oneIn(2) }));
    }
    state.sp = somewhere(random) & ~15n;
    machine.cluster.cores[0].system.exceptionReturn(ERET);
    return machine.cluster.run(ENTRY_INSTRUCTIONS[this.engine]) === 'idle';
  }

  private setControls(level: number, translated: boolean): void {
    const { random } = this;
    const set = (name: string, value: bigint): void => this.machine.writeRegister(name, value);
    for (const name of anything) set(name, integerOperand(random));
    for (const name of rarely) if (random.oneIn(12)) set(name, random.long());
    set('OSLAR_EL1', random.oneIn(2) ? 0n : 1n);
    set('TTBR0_EL1', translated ? ofTranslation('TTBR0_EL1') : integerOperand(random));
    set('TTBR1_EL1', translated ? ofTranslation('TTBR0_EL1') : integerOperand(random));
    set('TCR_EL1', translated ? ofTranslation('TCR_EL1') : random.long());
    if (translated) set('MAIR_EL1', ofTranslation('MAIR_EL1'));
    set('VTTBR_EL2', ofTranslation('VTTBR_EL2'));
    set('VTCR_EL2', random.oneIn(8) ? random.long() : ofTranslation('VTCR_EL2'));
    set('VBAR_EL1', translated ? WINDOW : BigInt(physical.code));
    set('VBAR_EL2', BigInt(physical.code + VECTOR_BYTES));
    set('SCTLR_EL1', translated ? random.long() | 1n : random.long() & ~1n);
    const code = translated && level < 2 ? WINDOW : BigInt(physical.code);
    set('ELR_EL2', code + BigInt(PAGE + 4 * random.below(PAGE / 4)));
    set('SPSR_EL2', (random.long() & 0xf020_03c1n) | BigInt(level << 2));
  }
}

/** Runs at least `instructions`, by the translator eagerly. Throws `FuzzError` when the engine throws. */
export function fuzz(engine: Engine, instructions = INSTRUCTIONS[engine], seed = 1): FuzzResult {
  const run = new Fuzz(new Random(seed), engine);
  let [rounds, idle, longest] = [0, 0, 0];
  for (; run.machine.cluster.instructions < instructions; rounds++) {
    run.newCode();
    for (let i = 0; i < ENTRIES_PER_ROUND; i++) {
      const begin = performance.now();
      try {
        if (run.enter()) idle += 1;
      } catch (cause) {
        throw new FuzzError(rounds, seed, cause);
      }
      longest = Math.max(longest, performance.now() - begin);
    }
  }
  return { instructions: run.machine.cluster.instructions, rounds, idle, longest };
}
