/** Boots by the command line, each in a process of its own. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadSnapshot } from '../../src/index.js';
import { fixtures, LAST_LINE } from '../debian.js';
import { bootRecord, type BootRecord } from './record.js';
import { APPEND, type Setup } from './setups.js';

/** Where the interrupted boot is saved: a prime, so no turn and no slice of a session ends there. */
const MIDDLE = 432_100_039;

/** As `npm run build` made it: with a thread that makes regions, which it keeps. */
const commandLine = fileURLToPath(new URL('../../bin/firstlight', import.meta.url));
const until = ['--until', LAST_LINE];

const inputs = ({ board, el, cores, seed }: Setup): string[] => [
  ...(board === 'raspi3b'
    ? ['-M', board, '--dtb', fixtures.raspi3b]
    : ['--el', String(el), '--smp', String(cores)]),
  ...['--seed', String(seed), '--kernel', fixtures.kernel, '--initrd', fixtures.initrd, '--append', APPEND],
];

interface Run {
  readonly instructions: number;
  readonly console: Buffer;
}

export class Processes {
  private readonly directory = mkdtempSync(join(tmpdir(), 'firstlight-'));

  close(): void {
    rmSync(this.directory, { recursive: true });
  }

  /** By the translator, from power on to the last line; from the second time on with the regions of the time before. */
  async whole(setup: Setup): Promise<BootRecord> {
    return this.record([await this.run('end', [...inputs(setup), ...until, '--engine', 'translator'])]);
  }

  /** The same in two processes, by way of a snapshot: begun by the translator, ended by the interpreter. */
  async interrupted(setup: Setup): Promise<BootRecord> {
    const begin = await this.run('middle', [...inputs(setup), '--instructions', String(MIDDLE)]);
    const rest = await this.run('end', ['--load', this.path('middle'), ...until, '--engine', 'interpreter']);
    return this.record([begin, rest]);
  }

  private path(name: string): string {
    return join(this.directory, name);
  }

  /** One process; the machine of its end goes to the snapshot `save`. */
  private async run(save: string, options: readonly string[]): Promise<Run> {
    const stats = this.path('stats.json');
    const outputs = ['--save', this.path(save), '--stats', stats, '--clock', 'virtual'];
    const kept = ['--kept-regions', this.path('kept')];
    const argv = [commandLine, 'boot', ...options, ...outputs, ...kept];
    const { stdout } = await promisify(execFile)(process.execPath, argv, {
      encoding: 'buffer',
      maxBuffer: 2 ** 26,
    });
    const { instructions } = JSON.parse(readFileSync(stats, 'utf8')) as { instructions: number };
    return { instructions, console: stdout };
  }

  private record(runs: readonly Run[]): Promise<BootRecord> {
    const machine = loadSnapshot(readFileSync(this.path('end')), 'end');
    const instructions = runs.reduce((sum, run) => sum + run.instructions, 0);
    const console = Buffer.concat(runs.map((run) => run.console));
    return bootRecord(instructions, console, machine);
  }
}
