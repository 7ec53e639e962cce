/**
 * Finds the region with which translator and interpreter begin to differ, and the instruction at which it does, by halves.
 * Each attempt makes both machines anew out of the last snapshot at which all was the same.
 *
 * First with the smallest regions that differ, of a single instruction if possible; then with as few regions as there can
 * be made, so that the last of them has the fault; then to the first instruction after which something differs, and from
 * the last one before which the run can be cut in two and differs still.
 */
import {
  addressIn,
  regionText,
  type EngineOptions,
  type MadeRegion,
  type TranslatorOptions,
} from '../../engine/index.js';
import type { Machine } from '../../machine/index.js';
import { loadSnapshot } from '../snapshot.js';
import { advance } from './advance.js';
import { differences, isAlike } from './differences.js';
import { differenceText, type Stretch } from './lockstep.js';

/** Lines of what differs that are told. */
const DIFFERENCES_TOLD = 12;
/** Instructions in which the first of the region is looked for. */
const STEPS_MOST = 10_000;

/** A translator that begins anew finds the same regions later, or not at all, unless it is quicker. */
const quicker: readonly Partial<TranslatorOptions>[] = [
  {},
  { hotness: 100, batch: 1, patience: 0 },
  { hotness: 1, batch: 1, patience: 0 },
];

/** Instructions of a region at most. */
const sizes = [1, 2, 3, 5, 10, 20, 50, 100] as const;

const hex = (value: bigint): string => `0x${value.toString(16)}`;
const count = (number: number): string => number.toLocaleString('en-US');

interface Pair {
  readonly translated: Machine;
  /** Not to be run any further. */
  readonly interpreted: Machine;
  /** What the translator has made, the latest last. */
  readonly regions: readonly MadeRegion[];
}

/** Machines out of the snapshot, which have what entered enter again. */
class Beginning {
  private last: { readonly end: number; readonly machine: Machine } | undefined;

  constructor(readonly stretch: Stretch) {}

  machine(engine: EngineOptions): Machine {
    const { snapshot, disks } = this.stretch;
    const machine = loadSnapshot(snapshot, 'lockstep', disks());
    machine.cluster.engine = engine;
    return machine;
  }

  /** What the interpreter comes to. Many attempts one after the other have the same end. */
  interpreted(end: number): Machine {
    if (this.last?.end !== end) this.last = { end, machine: this.interpretedAnew(end) };
    return this.last.machine;
  }
  interpretedAnew(end: number): Machine {
    const machine = this.machine({ name: 'interpreter' });
    this.drive(machine, [end]);
    return machine;
  }

  /** Has a machine run to each of these numbers of instructions. */
  drive(machine: Machine, ends: readonly number[]): void {
    const { entered, to } = this.stretch;
    let next = 0;
    for (const end of ends) {
      const isLast = end === to.instructions;
      for (; next < entered.length; next++) {
        const { entry, at } = entered[next];
        if (!isLast && at.instructions >= end) break;
        advance(machine, at);
        machine.journal.apply(entry);
      }
      advance(machine, isLast ? to : { instructions: end, now: machine.now });
    }
  }
}

class Attempts {
  constructor(
    private readonly beginning: Beginning,
    private readonly quicker: Partial<TranslatorOptions>,
  ) {}

  /** The same with so many regions at most. */
  withRegions(regions: number): Attempts {
    return new Attempts(this.beginning, { ...this.quicker, regions });
  }

  /** Both machines, the translator's having been interrupted at each number of instructions but the last. */
  run(...ends: readonly [number, ...number[]]): Pair {
    const { beginning } = this;
    const regions: MadeRegion[] = [];
    const made = (region: MadeRegion): void => void regions.push(region);
    const translator = { ...beginning.stretch.translator, ...this.quicker, made };
    const translated = beginning.machine({ name: 'translator', translator });
    beginning.drive(translated, ends);
    return { translated, interpreted: beginning.interpreted(ends.at(-1) ?? ends[0]), regions };
  }

  differ(...ends: readonly [number, ...number[]]): boolean {
    const { translated, interpreted } = this.run(...ends);
    return !isAlike(translated, interpreted) || differences(translated, interpreted).length > 0;
  }

  /** The interpreter's machine, to be run on. */
  interpretedAt(instructions: number): Machine {
    return this.beginning.interpretedAnew(instructions);
  }
}

/** What is found, in lines. May take minutes. */
export function locate(stretch: Stretch): string[] {
  const { instructions: from } = stretch.from;
  const beginning = new Beginning(stretch);
  for (const options of quicker) {
    const whole = new Attempts(beginning, options);
    if (!whole.differ(stretch.to.instructions)) continue;
    return found(stretch, smallest(beginning, options) ?? whole);
  }
  return [`begun anew at instruction ${count(from)}, they come to the same: it takes more of the run`];
}

/** With regions as small as they can be. */
function smallest(beginning: Beginning, options: Partial<TranslatorOptions>): Attempts | undefined {
  return sizes
    .map((size) => new Attempts(beginning, { ...options, size }))
    .find((attempts) => attempts.differ(beginning.stretch.to.instructions));
}

function found({ from: { instructions: from }, to: { instructions: to } }: Stretch, all: Attempts): string[] {
  const { regions } = all.run(to);
  const number = least(0, regions.length, (most) => all.withRegions(most).differ(to));
  const attempts = all.withRegions(number);
  const end = least(from, to, (instructions) => attempts.differ(instructions));
  const start = lastStart(attempts, from, end);
  const pair = attempts.run(start, end);
  const lines = differences(pair.translated, pair.interpreted).map(differenceText);
  return [
    ...where(attempts, pair.regions.at(-1), start, end),
    ...limited(lines, DIFFERENCES_TOLD).map((line) => `  ${line}`),
  ];
}

/** The smallest number above `low` with which something holds, if it does with `high`. */
function least(low: number, high: number, holds: (number: number) => boolean): number {
  let [below, above] = [low, high];
  while (above - below > 1) {
    const middle = below + Math.floor((above - below) / 2);
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return above;
}

/** The largest number before `end` at which a run may be interrupted without its coming right. */
function lastStart(attempts: Attempts, from: number, end: number): number {
  let distance = 1;
  while (end - distance > from && !attempts.differ(end - distance, end)) distance *= 2;
  const nearest = Math.floor(distance / 2);
  return end - least(nearest, Math.min(distance, end - from), (back) => attempts.differ(end - back, end));
}

/** The region with the fault, and where it is executed. */
function where(attempts: Attempts, region: MadeRegion | undefined, start: number, end: number): string[] {
  const differ = `and at instruction ${count(end)} differ:`;
  if (region === undefined)
    return [`without any region they are the same up to instruction ${count(start)}, ${differ}`];
  const place =
    firstOf(attempts.interpretedAt(start), region, Math.min(end - start, STEPS_MOST)) ??
    `instruction ${count(start)}`;
  return [...regionText(region), `the same up to ${place}, where it is entered, ${differ}`];
}

/** Where a machine next executes an instruction of a region. */
function firstOf(machine: Machine, region: MadeRegion, most: number): string | undefined {
  const addresses = new Set(addressesOf(region));
  const { cores } = machine.cluster;
  for (let step = 0; step < most; step++) {
    const places = cores.map((_, core) => machine.core(core).pc);
    const physicals = places.map((pc, core) => machine.translate(core, pc, 'execute'));
    const before = cores.map(({ executed }) => executed);
    const { instructions } = machine;
    machine.run({ instructions: 1 });
    const core = cores.findIndex(({ executed }, i) => executed > before[i]);
    if (core < 0) return undefined;
    const physical = physicals[core];
    if (physical !== undefined && addresses.has(physical))
      return `instruction ${count(instructions)} of core ${core} at PC ${hex(places[core])}`;
  }
  return undefined;
}

function addressesOf(made: MadeRegion): number[] {
  return made.region.blocks.flatMap(({ start, instructions }) =>
    instructions.map((_, i) => addressIn(made, start + i)),
  );
}

function limited(lines: readonly string[], most: number): readonly string[] {
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most), `(${lines.length - most} more)`];
}
