/** Machines that run the same programs in turn, and how fast one is beside the other. */
import type { Clock } from '../processes.js';
import { geometricMean, median } from '../statistics.js';
import { runPlan, type SetMachine } from './machines.js';
import { MarkError, type Pass, type Passes } from './marks.js';

/** Passes at the end that count as warm: translators have done their work by then. */
export const WARM_PASSES = 3;

/** Seconds of a pass: medians of all runs. */
export interface PassTimes {
  readonly first: number;
  readonly warm: number;
}

export interface ProgramSpeed {
  readonly name: string;
  readonly here: PassTimes;
  readonly there: PassTimes;
  /** The other's time over ours. */
  readonly speed: PassTimes;
}

/** What machines run in turn, each its own files. */
export interface Contest {
  readonly here: { readonly machine: SetMachine; readonly initramfs: string };
  readonly there: { readonly machine: SetMachine; readonly initramfs: string };
  readonly runs: number;
  readonly clock: Clock;
  /** Whether a program's checksum must be the same on both. */
  readonly isComparable: (program: string) => boolean;
}

export interface Outcome {
  readonly speeds: readonly ProgramSpeed[];
  /** What the first runs found. */
  readonly here: Passes;
  readonly there: Passes;
}

export async function compete({ here, there, runs, clock, isComparable }: Contest): Promise<Outcome> {
  const found = { here: [] as Passes[], there: [] as Passes[] };
  for (let i = 0; i < runs; i++) {
    found.here.push(await runPlan(here.machine, here.initramfs, clock));
    found.there.push(await runPlan(there.machine, there.initramfs, clock));
  }
  const names = [...found.here[0].keys()];
  for (const name of names) {
    const ours = checksumOf(name, here.machine.name, found.here);
    const theirs = checksumOf(name, there.machine.name, found.there);
    if (isComparable(name) && ours !== theirs) {
      const where = `${ours} on ${here.machine.name}, ${theirs} on ${there.machine.name}`;
      throw new MarkError(`${name}: checksum ${where}`);
    }
  }
  const speeds = names.map((name) => {
    const times = { here: passTimes(found.here, name), there: passTimes(found.there, name) };
    const speed = {
      first: times.there.first / times.here.first,
      warm: times.there.warm / times.here.warm,
    };
    return { name, ...times, speed };
  });
  return { speeds, here: found.here[0], there: found.there[0] };
}

const passesOf = (runs: readonly Passes[], name: string): readonly (readonly Pass[])[] =>
  runs.map((passes) => passes.get(name) ?? []);

/** The checksum of all passes of all runs. @throws MarkError if they differ, or there is none */
export function checksumOf(name: string, machine: string, runs: readonly Passes[]): string {
  const checksums = new Set(passesOf(runs, name).flatMap((passes) => passes.map(({ checksum }) => checksum)));
  if (checksums.size === 1) return [...checksums][0];
  throw new MarkError(`${machine}: ${name} has ${[...checksums].join(' and ') || 'no checksum'}`);
}

/** First and warm passes; a single pass is both. */
export function passTimes(runs: readonly Passes[], name: string): PassTimes {
  const each = passesOf(runs, name).map((passes) => passes.map(({ seconds }) => seconds));
  return {
    first: median(each.map(([first]) => first)),
    warm: median(each.map((seconds) => median(seconds.slice(-WARM_PASSES)))),
  };
}

export interface Summary {
  readonly mean: number;
  readonly least: number;
}

/** Geometric mean and minimum. */
export function summary(speeds: readonly ProgramSpeed[], pass: keyof PassTimes): Summary {
  const values = speeds.map(({ speed }) => speed[pass]);
  return { mean: geometricMean(values), least: Math.min(...values) };
}

/** The table of a contest, line by line; of several programs with mean and minimum. */
export function speedTable(speeds: readonly ProgramSpeed[], there: string): string[] {
  const row = (name: string, cells: readonly string[]): string =>
    `  ${name.padEnd(14)}${cells.map((cell) => cell.padStart(10)).join('')}`;
  const { first, warm } = { first: summary(speeds, 'first'), warm: summary(speeds, 'warm') };
  return [
    row('', ['first', 'pass', '', 'warm', '', '']),
    row('program', ['here', there, 'speed', 'here', there, 'speed']),
    ...speeds.map(({ name, here, there: other, speed }) =>
      row(name, [
        ...[here.first.toFixed(3), other.first.toFixed(3), speed.first.toFixed(2)],
        ...[here.warm.toFixed(3), other.warm.toFixed(3), speed.warm.toFixed(2)],
      ]),
    ),
    ...(speeds.length === 1
      ? []
      : [
          row('geometric mean', ['', '', first.mean.toFixed(2), '', '', warm.mean.toFixed(2)]),
          row('minimum', ['', '', first.least.toFixed(2), '', '', warm.least.toFixed(2)]),
        ]),
  ];
}
