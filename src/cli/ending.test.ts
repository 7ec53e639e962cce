/** How the program ends when a signal or an output that breaks ends it, and what becomes of the terminal. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble } from '../isa/index.js';
import { loadSnapshot } from '../observe/index.js';
import { buildProgram } from './test-process.js';

const directory = mkdtempSync(join(tmpdir(), 'firstlight-ending-'));
const file = (name: string) => join(directory, name);
let firstlight: string;
/** Powers a machine up that sends lines without end; then those of `lines` are on the output. */
const boot = ['boot', '--kernel', file('lines'), '-m', '16M', '--clock', 'virtual'];

beforeAll(async () => {
  firstlight = await buildProgram(file('package'));
  const lines = ['movz x1, #0x900, lsl #16', 'mov w2, #65', 'str w2, [x1]', 'mov w2, #10', 'str w2, [x1]'];
  // A line each 10,000 instructions.
  const wait = ['movz w3, #5000', 'subs w3, w3, #1', 'b.ne #-4', 'b #-28'];
  const words = Uint32Array.from([...lines, ...wait], (text) => assemble(text));
  writeFileSync(file('lines'), new Uint8Array(words.buffer));
});
afterAll(() => rmSync(directory, { recursive: true }));

const ended = (child: ChildProcess): Promise<number | NodeJS.Signals | null> =>
  new Promise((resolve) => child.on('exit', (status, signal) => resolve(status ?? signal)));
const heard = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => child.stdout?.once('data', () => resolve()));
async function until(condition: () => boolean): Promise<void> {
  const patience = performance.now() + 30_000;
  while (!condition()) {
    if (performance.now() > patience) throw new Error(`not so after 30 s: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a signal', () => {
  it.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends a run, which is saved, with status %i', async (signal, status) => {
    const child = spawn(process.execPath, [
      ...[firstlight, ...boot],
      ...['--save', file(signal), '--stats', file(`${signal}.json`)],
    ]);
    await heard(child);
    child.stdout.resume();
    child.kill(signal);
    expect(await ended(child)).toBe(status);
    const stats = JSON.parse(readFileSync(file(`${signal}.json`), 'utf8')) as Record<string, unknown>;
    expect(stats.exit).toBe('interrupted');
    expect(loadSnapshot(readFileSync(file(signal))).instructions).toBe(stats.instructions);
  });

  it('that comes again ends the run at once', async () => {
    // To a pipe that nobody reads what is saved takes for ever.
    execFileSync('mkfifo', [file('pipe')]);
    const child = spawn(process.execPath, [firstlight, ...boot, '--save', file('pipe')]);
    await heard(child);
    child.stdout.resume();
    child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    child.kill('SIGTERM');
    expect(await ended(child)).toBe('SIGTERM');
  });

  it('SIGUSR1 opens no port for debuggers, but has told what the guest does', async () => {
    const child = spawn(process.execPath, [firstlight, ...boot]);
    let error = '';
    child.stderr.on('data', (text: Buffer) => (error += text.toString()));
    await heard(child);
    child.stdout.resume();
    child.kill('SIGUSR1');
    await until(() => error.includes('console: uart0 at 0x9000000'));
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(143);
    expect(error).not.toContain('Debugger');
    expect(error).toMatch(/^firstlight: the guest after [\d,]+ instructions, /);
  });
});

describe('an output', () => {
  const run = (args: readonly string[], output: number) => {
    const { status, stderr } = spawnSync(process.execPath, [firstlight, ...args], {
      stdio: ['ignore', output, 'pipe'],
      encoding: 'utf8',
    });
    return { status, error: stderr };
  };
  const full = () => openSync('/dev/full', 'w');

  it.each([
    ['a run', [...boot, '--save', file('full')]],
    ['a command', ['disasm', '--words', 'd503201f']],
    ['help', ['--help']],
  ])('that is full ends %s with one line and status 2', (_what, args) => {
    const output = full();
    expect(run(args, output)).toEqual({
      status: 2,
      error: 'firstlight: standard output: no space left on the device\n',
    });
    closeSync(output);
    if (args.includes('--save')) expect(existsSync(file('full'))).toBe(true);
  });

  it.each([
    ['a run', [...boot, '--save', file('closed')]],
    ['a command', ['disasm', file('large')]],
  ])('whose reader goes away ends %s quietly, with the status of SIGPIPE', async (_what, args) => {
    writeFileSync(file('large'), new Uint8Array(2 ** 20));
    const child = spawn(process.execPath, [firstlight, ...args]);
    let error = '';
    child.stderr.on('data', (text: Buffer) => (error += text.toString()));
    await heard(child);
    child.stdout.destroy();
    expect(await ended(child)).toBe(141);
    expect(error).toBe('');
    if (args.includes('--save')) expect(existsSync(file('closed'))).toBe(true);
  });

  it('that is full for messages ends the command with status 2', () => {
    const error = full();
    const { status } = spawnSync(process.execPath, [firstlight, 'elf', '/nowhere'], {
      stdio: ['ignore', 'ignore', error],
    });
    closeSync(error);
    expect(status).toBe(2);
  });

  it('that nobody reads holds the guest, and gathers nothing', async () => {
    const child = spawn(process.execPath, [firstlight, ...boot, '--timeout', '2', '--stats', file('held')]);
    const end = ended(child);
    // Not read until it is over: what a pipe holds and what Node gathers above that is not much.
    child.stdout.pause();
    await until(() => existsSync(file('held')) && readFileSync(file('held'), 'utf8').endsWith('}\n'));
    let length = 0;
    child.stdout.on('data', (data: Buffer) => (length += data.length)).resume();
    expect(await end).toBe(124);
    expect(length).toBeLessThan(0x10_0000);
  });
});

describe('the terminal', () => {
  /** The modes of a terminal, as stty tells them. */
  const isRaw = (terminal: string): boolean =>
    execFileSync('stty', ['-F', terminal, '-a'], { encoding: 'utf8' }).includes('-icanon');
  const told = (name: string): string => readFileSync(file(name), 'utf8').trim();
  const isThere = (name: string) => (): boolean => existsSync(file(name)) && told(name) !== '';

  it('is raw while the guest runs, not while the process is stopped, and not at the end', async () => {
    const command = [process.execPath, firstlight, ...boot].join(' ');
    const line = `tty >${file('tty')}; echo $$ >${file('pid')}; ${command}; echo $? >${file('status')}; read x`;
    const session = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    await until(isThere('tty'));
    const terminal = told('tty');
    await until(() => isRaw(terminal));
    const shell = told('pid');
    const process_ = execFileSync('pgrep', ['--parent', shell], { encoding: 'utf8' }).trim();
    // The shell of `script` has no job control, so it does not stop.
    const state = () => /^State:\s+(\w)/m.exec(readFileSync(`/proc/${process_}/status`, 'utf8'))?.[1];
    process.kill(Number(process_), 'SIGTSTP');
    await until(() => state() === 'T');
    expect(isRaw(terminal)).toBe(false);
    process.kill(Number(process_), 'SIGCONT');
    await until(() => isRaw(terminal));
    process.kill(Number(process_), 'SIGTERM');
    await until(isThere('status'));
    expect(told('status')).toBe('143');
    expect(isRaw(terminal)).toBe(false);
    session.stdin.end('\n');
    await ended(session);
  });
});

it('does not wait for the thread that makes regions', () => {
  const words = [firstlight, ...boot, '--instructions', '400000000', '--stats', file('regions')];
  const { status } = spawnSync(process.execPath, words, { timeout: 30_000, stdio: 'ignore' });
  expect(status).toBe(0);
  const { engine } = JSON.parse(readFileSync(file('regions'), 'utf8')) as { engine: { regions: number } };
  expect(engine.regions).toBeGreaterThan(0);
});
