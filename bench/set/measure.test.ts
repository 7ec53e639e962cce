import { describe, expect, it } from 'vitest';
import { checksumOf, passTimes, speedTable, summary, type ProgramSpeed } from './measure.js';
import type { Pass, Passes } from './marks.js';

const passes = (...seconds: readonly number[]): Passes =>
  new Map([['sort', seconds.map((each): Pass => ({ seconds: each, checksum: 'ff', output: [] }))]]);
const speed = (name: string, first: number, warm: number): ProgramSpeed => ({
  name,
  here: { first: 1, warm: 1 },
  there: { first, warm },
  speed: { first, warm },
});

describe('times of passes', () => {
  it('are the median of all runs; warm are the last three passes', () => {
    const runs = [passes(9, 5, 1, 2, 3), passes(7, 5, 4, 4, 4), passes(8, 5, 9, 9, 9)];
    expect(passTimes(runs, 'sort')).toEqual({ first: 8, warm: 4 });
  });

  it('of a single pass are the same', () => {
    expect(passTimes([passes(3)], 'sort')).toEqual({ first: 3, warm: 3 });
  });
});

describe('checksums', () => {
  it('are one, or one line names them', () => {
    const other: Passes = new Map([['sort', [{ seconds: 1, checksum: 'ee', output: [] }]]]);
    expect(checksumOf('sort', 'QEMU', [passes(1, 2), passes(1)])).toBe('ff');
    expect(() => checksumOf('sort', 'QEMU', [passes(1), other])).toThrow('QEMU: sort has ff and ee');
    expect(() => checksumOf('crc', 'QEMU', [other])).toThrow('QEMU: crc has no checksum');
  });
});

describe('speeds', () => {
  const speeds = [speed('sort', 0.5, 4), speed('crc', 2, 1)];
  it('have a mean and a minimum', () => {
    expect(summary(speeds, 'first').mean).toBeCloseTo(1, 12);
    expect(summary(speeds, 'warm')).toEqual({ mean: expect.closeTo(2, 12) as number, least: 1 });
  });

  it('make a table with columns of one width', () => {
    const lines = speedTable(speeds, 'QEMU');
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines.at(-1)).toMatch(/^ {2}minimum +0\.50 +1\.00$/);
    expect(speedTable(speeds.slice(1), 'QEMU').at(-1)).toMatch(/^ {2}crc /);
  });
});
