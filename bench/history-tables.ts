/** The tables that a history makes, in Markdown as Prettier lays it out. */
import { HistoryError, type Entry } from './history.js';
import type { PassTimes } from './set/measure.js';
import { geometricMean } from './statistics.js';

type Speeds = Readonly<Record<string, PassTimes>>;
type Row = readonly string[];

const number = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(2));

/** Rows below a head, each column as wide as its widest cell. */
function table(head: Row, rows: readonly Row[]): string[] {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column].length)));
  const line = (row: Row): string => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

const ofPass = (speeds: Speeds | undefined, pass: keyof PassTimes): number[] =>
  Object.values(speeds ?? {}).map((each) => each[pass]);
const mean = (values: readonly number[]): string =>
  values.length === 0 ? '' : number(geometricMean(values));
const least = (values: readonly number[]): string => (values.length === 0 ? '' : number(Math.min(...values)));

/** Commit by commit: means and minima. */
export function overview(entries: readonly Entry[]): string[] {
  const head = [
    ...['commit', 'date', 'engine', 'boot virt', 'again', 'boot raspi3b', 'again'],
    ...['first pass', 'least', 'warm', 'least', 'v86 first', 'v86 warm'],
  ];
  const rows = entries.map(({ commit, date, engine, boot, programs, v86 }) => {
    const [first, warm] = [ofPass(programs, 'first'), ofPass(programs, 'warm')];
    return [
      ...[commit, date, engine],
      ...['virt', 'virt again', 'raspi3b', 'raspi3b again'].map((each) => number(boot?.[each])),
      ...[mean(first), least(first), mean(warm), least(warm)],
      ...[mean(ofPass(v86, 'first')), mean(ofPass(v86, 'warm'))],
    ];
  });
  return table(head, rows);
}

/** Every figure of two entries beside each other, and the second over the first. */
export function comparison(before: Entry, after: Entry): string[] {
  const figures = (entry: Entry): Map<string, number> =>
    new Map([
      ...Object.entries(entry.boot ?? {}).map(([board, speed]) => [`boot ${board}`, speed] as const),
      ...(['programs', 'v86'] as const).flatMap((set) =>
        (['first', 'warm'] as const).flatMap((pass) =>
          Object.entries(entry[set] ?? {}).map(
            ([name, speeds]) => [`${set === 'v86' ? 'v86 ' : ''}${pass} ${name}`, speeds[pass]] as const,
          ),
        ),
      ),
    ]);
  const [old, young] = [figures(before), figures(after)];
  const rows = [...young].map(([name, speed]) => {
    const earlier = old.get(name);
    return [name, number(earlier), number(speed), earlier === undefined ? '' : number(speed / earlier)];
  });
  return table(['', before.commit, after.commit, 'change'], rows);
}

/** The last entry of a commit, which may be named by its first digits. @throws HistoryError */
export function entryAt(entries: readonly Entry[], commit: string): Entry {
  const found = entries.findLast((entry) => entry.commit.startsWith(commit));
  if (found === undefined)
    throw new HistoryError(`no measurement of '${commit}'; there are ${commits(entries)}`);
  return found;
}
const commits = (entries: readonly Entry[]): string =>
  [...new Set(entries.map(({ commit }) => commit))].join(', ') || 'none';

const BEGIN = '<!-- history -->';
const END = '<!-- end of history -->';

/** A page with the overview between its two marks. @throws HistoryError */
export function withOverview(page: string, entries: readonly Entry[]): string {
  const [before, behind] = page.split(BEGIN);
  const rest = behind?.split(END)[1];
  if (rest === undefined) throw new HistoryError(`expected ${BEGIN} and ${END} on the page`);
  return [before, BEGIN, '\n\n', overview(entries).join('\n'), '\n\n', END, rest].join('');
}
