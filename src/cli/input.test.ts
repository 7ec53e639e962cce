/** What comes in on the standard input: all of it arrives, in bounded time and memory, and `--timeout` holds. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble } from '../isa/index.js';
import { buildProgram } from './test-process.js';

const directory = mkdtempSync(join(tmpdir(), 'firstlight-input-'));
const file = (name: string) => join(directory, name);
const program = (name: string, ...lines: string[]): void =>
  writeFileSync(file(name), new Uint8Array(Uint32Array.from(lines, (line) => assemble(line)).buffer));
let firstlight: string;

beforeAll(async () => {
  firstlight = await buildProgram(file('package'));
  const letters = (bytes: number): string => 'abcdefghijklmnopqrstuvwxyz 0123\n'.repeat(bytes / 32);
  writeFileSync(file('some'), `${letters(300_000)}.`);
  writeFileSync(file('much'), letters(3_000_000));
  // Sends back what it polls for, and powers off after a dot.
  const poll = ['ldr w2, [x1, #0x18]', 'tbnz w2, #4, #-4', 'ldr w2, [x1]', 'str w2, [x1]'];
  const off = ['cmp w2, #46', 'b.ne #-20', 'movz w0, #0x8400, lsl #16', 'movk w0, #8', 'smc #0'];
  program('echo', 'movz x1, #0x900, lsl #16', ...poll, ...off);
  program('spins', 'b #0');
});
afterAll(() => rmSync(directory, { recursive: true }));

interface Run {
  readonly status: number | null;
  readonly out: Buffer;
  /** Seconds, and the most MiB of memory that were resident. */
  readonly took: number;
  readonly memory: number;
}

/** Input comes through a pipe. */
function run(input: string, ...args: string[]): Promise<Run> {
  const began = performance.now();
  const cat = spawn('cat', [input]);
  cat.on('error', () => {});
  const child = spawn(process.execPath, [firstlight, ...args], { stdio: [cat.stdout, 'pipe', 'ignore'] });
  const pieces: Buffer[] = [];
  child.stdout?.on('data', (piece: Buffer) => pieces.push(piece));
  let memory = 0;
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'latin1');
      memory = Math.max(memory, Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // The process has ended, or the system has no /proc.
    }
  }, 50);
  return new Promise((resolve) => {
    child.on('close', (status) => {
      clearInterval(watch);
      cat.kill();
      resolve({ status, out: Buffer.concat(pieces), took: (performance.now() - began) / 1000, memory });
    });
  });
}

/** What is on top of `--timeout` on a host that others use as well: starting, and the step that is under way. */
const SLACK = 15;

describe('standard input', () => {
  it('arrives whole, however much it is', async () => {
    const { status, out } = await run(file('some'), 'boot', '--kernel', file('echo'), '-m', '16M');
    expect(status).toBe(0);
    expect(out.equals(readFileSync(file('some')))).toBe(true);
  });

  const boot = (name: string): string[] => ['boot', '--kernel', file(name), '-m', '16M'];
  it.concurrent.each([
    ['a guest that never reads', '/dev/zero', boot('spins')],
    ['a guest that reads', '/dev/zero', boot('echo')],
    ['a guest that reads', file('much'), boot('echo')],
    ['a Zircon system', '/dev/zero', ['zircon', '-m', '64M']],
    ['a Zircon system', file('much'), ['zircon', '-m', '64M']],
  ])('of %s from %s leaves memory bounded and --timeout as it is', async (_what, input, args) => {
    const { status, took, memory } = await run(input, ...args, '--timeout', '1');
    expect(status).toBe(124);
    expect(took).toBeLessThan(1 + SLACK);
    expect(memory).toBeLessThan(400);
  });

  it('that fills the disk of a recording ends the run, with all else that it was to write', async (context) => {
    mkdirSync(file('small'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', file('small')]);
    if (mounted.status !== 0) return context.skip('a small tmpfs is needed, which only root may mount');
    try {
      const [saved, stats] = [file('saved'), file('stats')];
      const outputs = ['--record', file('small/recording'), '--save', saved, '--stats', stats];
      expect((await run(file('some'), ...boot('echo'), ...outputs)).status).toBe(2);
      expect(readFileSync(saved, 'latin1')).toMatch(/^FLSNAP/);
      expect(JSON.parse(readFileSync(stats, 'utf8'))).toMatchObject({ exit: 'interrupted' });
    } finally {
      execFileSync('umount', [file('small')]);
    }
  });
});
