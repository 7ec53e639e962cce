/**
 * Whether a machine that runs for long needs ever more memory: under Linux the programs of the set, and code that is
 * written, executed and written over, again and again, each in a process of its own. Regions of them come and go.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Statistics } from '../src/cli/run/statistics.js';
import { buildSet, withFiles } from './set/build.js';
import { APPEND } from './set/machines.js';
import { resident } from './memory.js';
import { firstlight, fixtures, type Engine } from './processes.js';
import { programNames, unmeasured } from './set/programs.js';

const MIB = 2 ** 20;
const INTERVAL_MS = 1000;
/** Of each program's usual work. */
const PERCENT = 5;
/** Of the time, what is no growth yet: all programs have run by then. */
const WARM_UP = 0.4;
/** Windows that the rest consists of. The least of each counts: what is no longer needed is collected now and then. */
const WINDOWS = 6;
/** The status with which `--timeout` ends. */
const TIMED_OUT = 124;

export interface Growth {
  readonly minutes: number;
  /** Programs that ran to their end. */
  readonly programs: number;
  /** MiB resident beyond guest RAM: the most, and the least in each window behind the warm-up. */
  readonly peak: number;
  readonly windows: readonly number[];
  /** Of the last window over the first, in MiB. */
  readonly growth: number;
  /** Regions that were made, and those of them whose code has changed. */
  readonly regions: number;
  readonly dropped: number;
}

/** From readings in MiB, in their order: of a process that was stopped for a while there are none of that. */
export function growthOf(readings: readonly number[]): Pick<Growth, 'peak' | 'windows' | 'growth'> {
  const warm = readings.slice(Math.floor(readings.length * WARM_UP));
  if (warm.length < WINDOWS) throw new Error('too short a run to tell whether it grows');
  const windows = Array.from({ length: WINDOWS }, (_, i) => {
    const [from, to] = [i, i + 1].map((window) => Math.floor((warm.length * window) / WINDOWS));
    return Math.min(...warm.slice(from, to));
  });
  return { peak: Math.max(...readings), windows, growth: windows[WINDOWS - 1] - windows[0] };
}

/** @throws Error if a program fails, or the machine ends before its time */
export async function growth(minutes: number, engine?: Engine): Promise<Growth> {
  const plan = ['endless', '1', `${PERCENT}`, ...programNames, ...unmeasured];
  const folder = mkdtempSync(join(tmpdir(), 'firstlight-growth-'));
  const stats = join(folder, 'stats');
  try {
    return await withFiles([buildSet('arm64')(plan)], async ([initramfs]) => {
      const machine = ['--kernel', fixtures.kernel, '--initrd', initramfs, '--append', APPEND];
      const end = ['--timeout', `${minutes * 60}`, '--stats', stats, '--quiet'];
      const { readings, programs } = await sampled(firstlight([...machine, ...end], engine));
      const { engine: figures } = JSON.parse(readFileSync(stats, 'utf8')) as Statistics;
      const made = figures.name === 'translator' ? figures : { regions: 0, regions_dropped: 0 };
      return {
        ...{ minutes, programs, ...growthOf(readings) },
        ...{ regions: made.regions, dropped: made.regions_dropped },
      };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sampled({
  file,
  args,
}: ReturnType<typeof firstlight>): Promise<{ readings: number[]; programs: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const readings: number[] = [];
    const timer = setInterval(() => {
      try {
        const { guest, all } = resident(child.pid ?? 0);
        readings.push((all - guest) / MIB);
      } catch {
        // The process has ended between two readings.
      }
    }, INTERVAL_MS);
    let [programs, failure, rest] = [0, '', ''];
    child.stdout.setEncoding('latin1').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      programs += lines.filter((line) => line.startsWith('@end ')).length;
      failure ||= lines.find((line) => line.startsWith('@failed ')) ?? '';
    });
    child.on('error', reject);
    child.on('close', (status) => {
      clearInterval(timer);
      if (failure !== '') reject(new Error(failure));
      else if (status !== TIMED_OUT) reject(new Error(`${file} ended with status ${status ?? 'none'}`));
      // While it ends, its memory goes.
      else resolve({ readings: readings.slice(0, -2), programs });
    });
  });
}
