/**
 * Random code from random states at every exception level on our engine: nothing that a guest does may throw in
 * the host or hang it. Half of the words are instructions, half are just words; vectors lead into the same code.
 */
import { a64, decode } from '../src/isa/index.js';
import { HarnessMachine } from './execute/engine-board.js';
import { writeSystemRegister } from './execute/engine-registers.js';
import { integerOperand, laneOperands } from './execute/operands.js';
import { Random } from './execute/random.js';
import { HIGH_WINDOW, WINDOW, header, physical } from './qemu/layout.js';
import { writeAddressSpace } from './qemu/page-tables.js';

const CODE_BYTES = 0x2_0000;
const ROUND_INSTRUCTIONS = 50_000;

export interface FuzzResult {
  readonly instructions: number;
  readonly rounds: number;
  /** Rounds that ended early because the core waited for an interrupt that cannot come. */
  readonly idle: number;
  /** Longest round, milliseconds. */
  readonly longest: number;
}

/** A failure of the host, with what is needed to make it happen again. */
export class FuzzError extends Error {
  constructor(round: number, seed: number, cause: unknown) {
    super(`random code threw in round ${round} of seed ${seed}: ${String(cause)}`, { cause });
    this.name = 'FuzzError';
  }
}

function randomCode(random: Random): Uint8Array {
  const words = new Uint32Array(CODE_BYTES / 4);
  for (let i = 0; i < words.length; i++) {
    const encoding = random.pick(a64);
    const word = (encoding.value | (random.word() & ~encoding.mask)) >>> 0;
    words[i] = random.oneIn(8) || decode(word) === undefined ? random.word() : word;
  }
  return new Uint8Array(words.buffer);
}

/** An address that is likely to be in RAM or in the mapped window. */
function somewhere(random: Random): bigint {
  const bases = [BigInt(physical.code), BigInt(physical.data), WINDOW, HIGH_WINDOW, WINDOW + 0x1_0000n];
  return random.pick(bases) + BigInt(4 * random.below(CODE_BYTES / 4));
}

const oftenSet = ['TTBR0_EL1', 'TTBR1_EL1', 'TCR_EL1', 'MAIR_EL1', 'CPACR_EL1', 'SPSR_EL1', 'MDSCR_EL1'];

function randomState(machine: HarnessMachine, random: Random): void {
  const view = new DataView(new ArrayBuffer(physical.code - physical.ram));
  writeAddressSpace(view);
  const tables = new Uint8Array(view.buffer, physical.header - physical.ram);
  machine.place([{ address: physical.header, bytes: tables }]);
  const level = random.below(3) as 0 | 1 | 2;
  const state = machine.cluster.powerOn(0, BigInt(physical.code), 2);
  for (const name of ['VBAR_EL1', 'VBAR_EL2', 'ELR_EL1', 'SP_EL1']) {
    writeSystemRegister(machine, name, somewhere(random) & ~0x7ffn);
  }
  for (const name of oftenSet) writeSystemRegister(machine, name, integerOperand(random));
  const translated = random.oneIn(2);
  if (translated) useTables(machine, view);
  if (random.oneIn(4)) writeSystemRegister(machine, 'HCR_EL2', random.long());
  writeSystemRegister(machine, 'SCTLR_EL1', translated ? random.long() | 1n : random.long() & ~1n);
  writeSystemRegister(machine, 'SPSR_EL2', (random.long() & 0xf020_03c1n) | BigInt(level << 2));
  writeSystemRegister(machine, 'ELR_EL2', translated && level < 2 ? WINDOW : BigInt(physical.code));
  for (let i = 0; i < 31; i++) state.setX(i, random.oneIn(2) ? somewhere(random) : integerOperand(random));
  for (let i = 0; i < 32; i++) {
    state.setV(i, laneOperands(random, { bits: random.pick([32, 64] as const), float: random.oneIn(2) }));
  }
}

function useTables(machine: HarnessMachine, view: DataView): void {
  const at = (offset: number): bigint => view.getBigUint64(physical.header - physical.ram + offset, true);
  const values: Readonly<Record<string, bigint>> = {
    TTBR0_EL1: at(header.ttbrEl1),
    TTBR1_EL1: at(header.ttbrEl1),
    TCR_EL1: at(header.tcrEl1),
    MAIR_EL1: at(header.mairEl1),
    VTTBR_EL2: at(header.vttbrEl2),
    VTCR_EL2: at(header.vtcrEl2),
  };
  for (const [name, value] of Object.entries(values)) writeSystemRegister(machine, name, value);
}

const ERET = 0xd69f_03e0;

/** Runs at least `instructions`. Throws `FuzzError` when the engine does. */
export function fuzz({ instructions = 100_000_000, seed = 1 } = {}): FuzzResult {
  const random = new Random(seed);
  const machine = new HarnessMachine();
  let [rounds, idle, longest] = [0, 0, 0];
  while (machine.cluster.instructions < instructions) {
    const begin = performance.now();
    try {
      machine.place([{ address: physical.code, bytes: randomCode(random) }]);
      randomState(machine, random);
      machine.cluster.cores[0].system.exceptionReturn(ERET);
      if (machine.cluster.run(ROUND_INSTRUCTIONS) === 'idle') idle += 1;
    } catch (cause) {
      throw new FuzzError(rounds, seed, cause);
    }
    longest = Math.max(longest, performance.now() - begin);
    rounds += 1;
  }
  return { instructions: machine.cluster.instructions, rounds, idle, longest };
}
