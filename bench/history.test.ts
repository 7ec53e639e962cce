import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { append, entryOf, HISTORY, HistoryError, parseEntry, readHistory, type Entry } from './history.js';
import { comparison, entryAt, overview, withOverview } from './history-tables.js';

const machine = { cpu: 'CPU', cores: 2, node: 'v20.0.0', qemu: '7.2.22' };
const about = { commit: 'abc1234', date: '2026-11-30', engine: 'auto', runs: 5, machine };
const entry: Entry = {
  ...about,
  boot: { virt: 0.5 },
  programs: { sort: { first: 0.5, warm: 2 }, crc: { first: 2, warm: 2 } },
};
const next: Entry = {
  ...about,
  commit: 'def5678+',
  programs: { sort: { first: 1, warm: 3 }, simd: { first: 1, warm: 1 } },
  v86: { sort: { first: 4, warm: 5 } },
};

describe('the history file', () => {
  let directory = '';
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'firstlight-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it('has the entries that were added', () => {
    const path = join(directory, 'history');
    append(path, entry);
    append(path, next);
    expect(readHistory(path)).toEqual([entry, next]);
  });

  it('is missed with a word on how it comes to be', () => {
    expect(() => readHistory(join(directory, 'none'))).toThrow(
      /none: no such file; npm run bench -- --json makes it$/,
    );
  });

  it('names the line that is no entry', () => {
    const path = join(directory, 'history');
    writeFileSync(path, `${JSON.stringify(entry)}\n{}\n`);
    expect(() => readHistory(path)).toThrow(`${path}:2: expected commit as a string`);
  });

  it('that is in the repository can be read', () => {
    expect(() => readHistory(HISTORY)).not.toThrow();
  });
});

describe('an entry', () => {
  it.each([
    ['expected an entry as JSON', '{'],
    ['expected commit as a string', 'null'],
    ['expected commit as a string', '[]'],
    ['expected runs as a number', JSON.stringify({ ...entry, runs: '5' })],
    ['expected machine.cores as a number', JSON.stringify({ ...entry, machine: null })],
    ['expected boot.virt as a number', JSON.stringify({ ...entry, boot: { virt: null } })],
    [
      'expected programs.sort.warm as a number',
      JSON.stringify({ ...entry, programs: { sort: { first: 1 } } }),
    ],
    ['expected v86.sort.first as a number', JSON.stringify({ ...entry, v86: { sort: null } })],
  ])('%s', (message, line) => {
    expect(() => parseEntry(line, 'F:1')).toThrow(new HistoryError(`F:1: ${message}`));
  });

  it('is made of figures, with three digits behind the point', () => {
    const speeds = { first: 1 / 3, warm: 2 };
    const times = { firstlight: [2], again: [1], qemu: [1], speed: 0.5, speedAgain: 1 };
    const programs = [{ name: 'sort', here: speeds, there: speeds, speed: speeds }];
    expect(entryOf({ boot: { virt: times }, programs }, about)).toEqual({
      ...about,
      boot: { virt: 0.5, 'virt again': 1 },
      programs: { sort: { first: 0.333, warm: 2 } },
    });
  });
});

describe('tables', () => {
  it('have means and minima of all commits', () => {
    const [, , first, second] = overview([entry, next]).map((line) =>
      line.split('|').map((cell) => cell.trim()),
    );
    expect(first.slice(1, -1)).toEqual([
      'abc1234',
      '2026-11-30',
      'auto',
      '0.50',
      '',
      '',
      '',
      '1.00',
      '0.50',
      '2.00',
      '2.00',
      '',
      '',
    ]);
    expect(second.slice(1, -1)).toEqual([
      'def5678+',
      '2026-11-30',
      'auto',
      '',
      '',
      '',
      '',
      '1.00',
      '1.00',
      '1.73',
      '1.00',
      '4.00',
      '5.00',
    ]);
  });

  it('compare two commits', () => {
    const rows = comparison(entry, next).map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
    expect(rows).toContainEqual(['first sort', '0.50', '1.00', '2.00']);
    expect(rows).toContainEqual(['warm simd', '', '1.00', '']);
    expect(rows).toContainEqual(['v86 warm sort', '', '5.00', '']);
  });

  it('are of the last entry of a commit', () => {
    const again = { ...entry, runs: 9 };
    expect(entryAt([entry, again, next], 'abc')).toBe(again);
    expect(() => entryAt([entry, next], 'fff')).toThrow(
      "no measurement of 'fff'; there are abc1234, def5678+",
    );
  });

  it('stand on a page as Prettier has them', async () => {
    const page = withOverview('# Page\n\n<!-- history -->\n\nold\n\n<!-- end of history -->\n\nmore\n', [
      entry,
      next,
    ]);
    expect(page).toContain('abc1234');
    expect(page).not.toContain('old');
    expect(page.endsWith('more\n')).toBe(true);
    expect(await format(page, { parser: 'markdown' })).toBe(page);
    expect(() => withOverview('# Page\n', [])).toThrow(
      'expected <!-- history --> and <!-- end of history --> on the page',
    );
  });

  it('in docs/performance.md are those of the history file', () => {
    const page = readFileSync('docs/performance.md', 'utf8');
    expect(withOverview(page, readHistory(HISTORY))).toBe(page);
  });
});
