/** What one core is at: its place, what it can be interrupted by, what it waits for. */
import { disassemble } from '../../isa/index.js';
import type { InterruptOverview, Machine } from '../../machine/index.js';
import type { GuestSymbols } from '../symbols/index.js';
import type { SeenException, Watch } from './watch.js';

export interface CoreState {
  readonly index: number;
  readonly activity: 'running' | 'waiting for interrupt' | 'waiting for input' | 'waiting for files' | 'off';
  readonly level: number;
  readonly pc: bigint;
  /** The name of that place, if it has one. */
  readonly place: string | undefined;
  /** The instruction at PC, if it can be read, and the one before it in memory. */
  readonly instruction: string | undefined;
  readonly before: string | undefined;
  /** The bits of DAIF that are set, as their letters. */
  readonly masked: string;
  /** SCTLR_ELx.M of the level that translates for the core. */
  readonly mmu: boolean;
  /** VBAR_ELx of the level that it takes its exceptions to. */
  readonly vectors: { readonly register: string; readonly address: bigint };
  /** Timers that are switched on, and virtual ns until they are due: 0 or less if they are. */
  readonly timers: readonly { readonly name: string; readonly due: number; readonly masked: boolean }[];
  readonly interrupts: InterruptOverview;
  /** What has been seen of its exceptions, the oldest first. */
  readonly exceptions: readonly SeenException[];
  /** The first exception that it took, where somebody watched from the start. */
  readonly first: SeenException | undefined;
  /** Where it was seen between pieces of the run. */
  readonly samples: readonly bigint[];
}

/** Where a diagnosis comes from, beside the machine. */
export interface Sources {
  /** Has watched the machine for a while. */
  readonly watch: Watch;
  /** Has watched the start, if anybody has: `Watch.ofFirst`. */
  readonly opening?: Watch | undefined;
  readonly symbols: GuestSymbols;
}

/** Timers by the registers that control them. Arm ARM D13.8. */
const timers = [
  { name: 'physical timer', control: 'CNTP_CTL_EL0', value: 'CNTP_CVAL_EL0', offset: undefined },
  { name: 'virtual timer', control: 'CNTV_CTL_EL0', value: 'CNTV_CVAL_EL0', offset: 'CNTVOFF_EL2' },
  { name: 'hypervisor timer', control: 'CNTHP_CTL_EL2', value: 'CNTHP_CVAL_EL2', offset: undefined },
] as const;
const ENABLE = 1n;
const IMASK = 2n;

export function coreState(machine: Machine, index: number, { watch, opening, symbols }: Sources): CoreState {
  const register = (name: string): bigint => machine.systemRegister(index, name) ?? 0n;
  const level = machine.exceptionLevel(index);
  const { pc } = machine.core(index);
  const own = Math.max(level, 1);
  const vbar = `VBAR_EL${own}`;
  return {
    index,
    activity: machine.cluster.cores[index].activity,
    level,
    pc,
    place: symbols.place(index, pc),
    instruction: instructionAt(machine, index, pc),
    before: instructionAt(machine, index, pc - 4n),
    masked: masked(register('DAIF')),
    mmu: (register(`SCTLR_EL${own}`) & 1n) !== 0n,
    vectors: { register: vbar, address: register(vbar) },
    timers: timersOf(register),
    interrupts: machine.board.interrupts.overview(index),
    exceptions: watch.exceptions(index),
    first: opening?.exceptions(index)[0],
    samples: watch.samples(index),
  };
}

function instructionAt(machine: Machine, core: number, address: bigint): string | undefined {
  const physical = machine.translate(core, address, 'execute');
  const word = physical === undefined ? undefined : machine.instructionAt(physical);
  if (word === undefined) return undefined;
  return disassemble(word, address) ?? `<unknown> 0x${word.toString(16).padStart(8, '0')}`;
}

/** DAIF: D, A, I, F are bits 9 to 6. */
function masked(daif: bigint): string {
  return [...'DAIF'].filter((_, bit) => (daif & (1n << BigInt(9 - bit))) !== 0n).join('');
}

function timersOf(register: (name: string) => bigint): CoreState['timers'] {
  const frequency = Number(register('CNTFRQ_EL0'));
  const now = register('CNTPCT_EL0');
  return timers.flatMap(({ name, control, value, offset }) => {
    const bits = register(control);
    if ((bits & ENABLE) === 0n || frequency === 0) return [];
    const ticks = register(value) + (offset === undefined ? 0n : register(offset)) - now;
    return [{ name, due: (Number(ticks) / frequency) * 1e9, masked: (bits & IMASK) !== 0n }];
  });
}
