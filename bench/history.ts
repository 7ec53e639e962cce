/**
 * How fast firstlight was at which commit: `bench/history.jsonl`, a line a measurement, and the tables made of it. All
 * figures are speeds beside another machine's in the same run: its time over ours, more is better.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Figures } from './parts.js';
import type { PassTimes } from './set/measure.js';

export const HISTORY = 'bench/history.jsonl';

/** What was measured on, and with. */
export interface Surroundings {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly qemu: string;
}

export interface Entry {
  /** Short; with `+` behind it if files had been changed since. */
  readonly commit: string;
  /** Of the measurement, as 2026-11-30. */
  readonly date: string;
  readonly engine: string;
  readonly runs: number;
  readonly machine: Surroundings;
  /** By board; behind `again`, with the regions that the boot before has left. */
  readonly boot?: Readonly<Record<string, number>>;
  /** By program, beside QEMU. */
  readonly programs?: Readonly<Record<string, PassTimes>>;
  /** By program, beside v86. */
  readonly v86?: Readonly<Record<string, PassTimes>>;
}

export class HistoryError extends Error {}

const rounded = (value: number): number => Number(value.toFixed(3));
const roundedSpeed = ({ first, warm }: PassTimes): PassTimes => ({
  first: rounded(first),
  warm: rounded(warm),
});

/** The entry that figures make. */
export function entryOf(figures: Figures, about: Omit<Entry, 'boot' | 'programs' | 'v86'>): Entry {
  const { boot, programs, v86 } = figures;
  const byProgram = (speeds: typeof programs = []): Readonly<Record<string, PassTimes>> =>
    Object.fromEntries(speeds.map(({ name, speed }) => [name, roundedSpeed(speed)]));
  return {
    ...about,
    ...(boot && {
      boot: Object.fromEntries(
        Object.entries(boot).flatMap(([board, { speed, speedAgain }]) => [
          [board, rounded(speed)],
          [`${board} again`, rounded(speedAgain)],
        ]),
      ),
    }),
    ...(programs && { programs: byProgram(programs) }),
    ...(v86 && { v86: byProgram(v86) }),
  };
}

/** The page that has a table of the history. */
export const PAGE = 'docs/performance.md';

/** The commit that is measured. What measurements before it have written changes nothing of it. */
export function currentCommit(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '-uno', '--', '.', `:!${HISTORY}`, `:!${PAGE}`);
  return git('rev-parse', '--short', 'HEAD') + (changed === '' ? '' : '+');
}

/** Adds an entry to the file. */
export function append(path: string, entry: Entry): void {
  appendFileSync(path, `${JSON.stringify(entry)}\n`);
}

/** All entries of a file, oldest first. @throws HistoryError */
export function readHistory(path: string): Entry[] {
  if (!existsSync(path)) throw new HistoryError(`${path}: no such file; npm run bench -- --json makes it`);
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((line, i) => (line === '' ? [] : [parseEntry(line, `${path}:${i + 1}`)]));
}

/** What each value of an entry must be; figures come behind. */
const wanted: readonly (readonly [path: string, type: string])[] = [
  ...(['commit', 'date', 'engine'] as const).map((name) => [name, 'string'] as const),
  ...(['runs', 'machine.cores'] as const).map((name) => [name, 'number'] as const),
  ...(['machine.cpu', 'machine.node', 'machine.qemu'] as const).map((name) => [name, 'string'] as const),
];

/** What is found below an object by names with dots between them. */
const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (of, name) => (typeof of === 'object' && of !== null ? of[name as never] : undefined),
      value,
    );

/** Paths of all numbers that an entry of these figures has. */
function figurePaths({ boot, programs, v86 }: Partial<Entry>): string[] {
  const ofPrograms = (name: string, speeds: object = {}): string[] =>
    Object.keys(speeds).flatMap((program) => [`${name}.${program}.first`, `${name}.${program}.warm`]);
  return [
    ...Object.keys(boot ?? {}).map((board) => `boot.${board}`),
    ...ofPrograms('programs', programs),
    ...ofPrograms('v86', v86),
  ];
}

/** One line of the file. @throws HistoryError that begins with `where` */
export function parseEntry(line: string, where: string): Entry {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new HistoryError(`${where}: expected an entry as JSON`);
  }
  const figures = typeof value === 'object' && value !== null ? figurePaths(value) : [];
  for (const [path, type] of [...wanted, ...figures.map((path) => [path, 'number'] as const)]) {
    if (typeof at(value, path) !== type) throw new HistoryError(`${where}: expected ${path} as a ${type}`);
  }
  return value as Entry;
}
