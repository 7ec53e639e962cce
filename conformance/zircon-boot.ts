/**
 * Mutations of good boot images, booted: each run ends by itself, soon, with a line that says why, and nothing is
 * thrown in the host. A run that ends in a program whose own bytes were changed may be cut off.
 */
import type { Machine } from '../src/machine/index.js';
import type { BootfsInput } from '../src/images/index.js';
import { bootZircon, builtInFiles, ZirconError } from '../src/zircon/index.js';
import { Cost } from '../src/zircon/work.js';
import { Random } from '../tests/cases/random.js';
import { BootMutator, type Mutation } from './zircon/boot-mutations.js';

const RAM_SIZE = 24 * 2 ** 20;
/** More than a good image of these takes and as much again for every page of RAM, which a frame's size may ask for. */
const INSTRUCTIONS_MAX = 3_000_000 + 2 * (RAM_SIZE / 4096) * Cost.pageZeroed;
/** Virtual ns. */
const TIME_MAX = 10e9;
/** A machine is used so often; one in `FRESH` runs has one of its own. */
const RUNS_OF_A_MACHINE = 400;
const FRESH = 16;

export interface BootOutcome {
  /** The last line of userboot or the kernel, without numbers and names. */
  readonly text: string;
  readonly count: number;
}
export interface BootReport {
  readonly runs: number;
  readonly outcomes: readonly BootOutcome[];
  /** What must not happen, with what makes it happen again. */
  readonly failures: readonly string[];
  /** Most instructions of a run that ended by itself. */
  readonly longest: number;
}

/** A good image's files, and the program that is started. */
const systems: readonly (readonly string[])[] = [
  ['bin/hello'],
  ['bin/hello'],
  ['bin/hello-dynamic', 'lib/ld.so.1', 'lib/libgreeting.so'],
];

const builtIn = builtInFiles();
const file = (name: string): BootfsInput => {
  const data = builtIn.get(name);
  if (data === undefined) throw new Error(`no program ${name} is built in`);
  return { name, data };
};

interface End {
  readonly reason: string;
  readonly console: string;
  readonly instructions: number;
}

/** One system's mutations, on a machine that is used again. */
class Runner {
  readonly mutator: BootMutator;
  private readonly append: string;
  private machine: Machine | undefined;
  private runs = 0;

  constructor(
    private readonly random: Random,
    names: readonly string[],
  ) {
    this.mutator = new BootMutator(random, names.map(file));
    this.append = `userboot.next=${names[0]} userboot.shutdown`;
  }

  run(image: Uint8Array): End {
    const machine = this.prepared(image);
    const before = machine.instructions;
    let text = '';
    machine.onTransmit = (byte) => (text += String.fromCharCode(byte));
    const reason = machine.run({ instructions: INSTRUCTIONS_MAX, until: machine.now + TIME_MAX });
    const stuck = reason !== 'powered off' && machine.idle && machine.nextDeadline === Infinity;
    return { reason: stuck ? 'stuck' : reason, console: text, instructions: machine.instructions - before };
  }

  private prepared(image: Uint8Array): Machine {
    this.runs += 1;
    const machine = this.machine;
    const address = machine?.firmware?.segments[0].address;
    if (
      machine?.firmware === undefined ||
      address === undefined ||
      this.runs % RUNS_OF_A_MACHINE === 0 ||
      this.random.oneIn(FRESH)
    ) {
      this.machine = bootZircon(image, {
        ramSize: RAM_SIZE,
        append: this.append,
        seed: this.random.long(),
      }).machine;
      return this.machine;
    }
    machine.powerUp({ ...machine.firmware, segments: [{ address, bytes: image }] });
    machine.reset();
    return machine;
  }
}

/** Ends with exit status 1. */
const stops: readonly string[] = ['stuck', 'halted'];

/** What is wrong with a run's end, or undefined. */
function wrong(end: End, { altersPrograms }: Mutation): string | undefined {
  const lines = end.console.split('\r\n').filter((line) => line !== '');
  const last = lines.at(-1) ?? '';
  if (end.console.includes('kernel: panic')) return `the kernel panics: ${last}`;
  if (end.reason === 'powered off') return end.console.includes('shutting down') ? undefined : 'powered off';
  if (stops.includes(end.reason)) {
    return /userboot: |kernel: /.test(end.console) ? undefined : `${end.reason} without a line`;
  }
  const isProgram = altersPrograms && / started$/m.test(end.console.replaceAll('\r', ''));
  return isProgram ? undefined : `${end.reason} after ${end.instructions} instructions: ${last}`;
}

/** A line's kind: numbers and the names of files left out. */
function kindOf(end: End): string {
  if (end.reason !== 'powered off' && !stops.includes(end.reason)) return 'a changed program runs on';
  const lines = end.console.split('\r\n').filter((line) => /> (userboot|kernel): /.test(line));
  const line = (lines.at(-1) ?? '').replace(/^.*?> /, '');
  return line
    .replace(/(process|thread) '[^']*' \(\d+\)/g, '$1')
    .replace(/0x[0-9a-f]+/g, '0x…')
    .replace(/\b\d+\b/g, 'N')
    .replace(/(bin|lib)\/\S*?(?=[: ]|$)/g, 'F');
}

/** Boots `runs` mutations. */
export function bootMutations({ runs = 20_000, seed = 1 } = {}): BootReport {
  const random = new Random(seed);
  const runners = systems.map((names) => new Runner(random, names));
  const outcomes = new Map<string, number>();
  const failures: string[] = [];
  let longest = 0;
  for (let i = 0; i < runs; i++) {
    const runner = random.pick(runners);
    const mutation = runner.mutator.mutation();
    const { text, problem, instructions } = outcome(runner, mutation);
    outcomes.set(text, (outcomes.get(text) ?? 0) + 1);
    longest = Math.max(longest, instructions);
    if (problem !== undefined) failures.push(`run ${i} of seed ${seed}, ${mutation.layer}: ${problem}`);
  }
  const sorted = [...outcomes].map(([text, number]) => ({ text, count: number }));
  sorted.sort((a, b) => b.count - a.count);
  return { runs, outcomes: sorted, failures, longest };
}

function outcome(
  runner: Runner,
  mutation: Mutation,
): { text: string; problem?: string | undefined; instructions: number } {
  try {
    const end = runner.run(mutation.image);
    const problem = wrong(end, mutation);
    const text = kindOf(end);
    return { text, problem, instructions: text.startsWith('a changed') ? 0 : end.instructions };
  } catch (error) {
    if (error instanceof ZirconError) return { text: 'refused before the start', instructions: 0 };
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { text: 'thrown', problem: message, instructions: 0 };
  }
}
