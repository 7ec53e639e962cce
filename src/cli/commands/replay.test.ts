/** `--record` and `firstlight replay` on the command line. */
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble } from '../../isa/index.js';
import { run } from '../test-run.js';

const directory = mkdtempSync(join(tmpdir(), 'firstlight-replay-'));
const file = (name: string) => join(directory, name);
const words = (...lines: string[]): Uint8Array =>
  new Uint8Array(Uint32Array.from(lines, (line) => assemble(line)).buffer);
const send = (letter: string): string[] => [`mov w2, #${letter.charCodeAt(0)}`, 'str w2, [x1]'];
const off = ['movz w0, #0x8400, lsl #16', 'movk w0, #8', 'smc #0'];
const hello = (text: string): Uint8Array =>
  words('movz x1, #0x900, lsl #16', ...Array.from(text, send).flat(), ...off);

const boot = (...more: string[]) => run('boot', '--kernel', file('hello'), '-m', '16M', ...more);

beforeAll(async () => {
  writeFileSync(file('hello'), hello('hello\n'));
  expect((await boot('--record', file('recording'))).status).toBe(0);
  expect((await boot('--record', file('whole'), '--embed')).status).toBe(0);
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('firstlight replay', () => {
  it('shows the same and ends with 0', async () => {
    const { status, out, error } = await run('replay', file('recording'));
    expect([status, out, error]).toEqual([
      0,
      'hello\n',
      'firstlight: replayed: the run ended here (powered off)\n',
    ]);
  });

  it('takes the options of a run', async () => {
    const stats = file('stats');
    const { status } = await run('replay', file('recording'), '-q', '--until', 'hel', '--stats', stats);
    expect(status).toBe(0);
    expect(JSON.parse(readFileSync(stats, 'utf8'))).toMatchObject({ exit: 'matched' });
    expect((await run('replay', file('recording'), '--trace', 'psci')).error).toContain('PSCI SYSTEM_OFF');
    expect((await run('replay', file('recording'), '--fail-on', 'hel')).status).toBe(1);
  });

  it('tells which file has changed, and takes one that has moved', async () => {
    renameSync(file('hello'), file('moved'));
    const gone = await run('replay', file('recording'));
    expect(gone.status).toBe(2);
    expect(gone.error).toMatch(/^firstlight: .*hello: .*\n$/);
    expect((await run('replay', file('recording'), '--file', `hello=${file('moved')}`)).out).toBe('hello\n');
    expect((await run('replay', file('whole'))).out).toBe('hello\n');
    writeFileSync(file('hello'), hello('hullo\n'));
    const changed = await run('replay', file('recording'));
    expect(changed.status).toBe(2);
    expect(changed.error).toMatch(
      /^firstlight: .*hello: the kernel has changed: expected SHA-256 [0-9a-f]{64}, found [0-9a-f]{64}\n$/,
    );
    renameSync(file('moved'), file('hello'));
  });

  it.each([
    ['no recording', Uint8Array.from('not a recording', (letter) => letter.charCodeAt(0))],
    ['an empty file', new Uint8Array()],
  ])('refuses %s in one line', async (_what, bytes) => {
    writeFileSync(file('bad'), bytes);
    const { status, error } = await run('replay', file('bad'));
    expect(status).toBe(2);
    expect(error).toBe(`firstlight: ${file('bad')}: at offset 0x0: expected a recording's magic FLRECO\n`);
  });

  it('says that a recording was cut off', async () => {
    const bytes = readFileSync(file('whole'));
    writeFileSync(file('cut'), bytes.subarray(0, bytes.length - 3));
    const { status, error } = await run('replay', file('cut'));
    expect([status, error]).toEqual([0, 'firstlight: replayed: the recording was cut off here\n']);
  });

  it.each([
    [['--file', 'hello'], "--file 'hello': expected NAME=PATH, such as Image=/boot/Image"],
    [['--file', 'x=y'], "--file 'x=y': "],
  ])('refuses %j', async (args, message) => {
    const { status, error } = await run('replay', file('recording'), ...args);
    expect(status).toBe(2);
    expect(error).toContain(`firstlight: replay: ${message}`);
  });
});

describe('--record', () => {
  it('goes with a snapshot', async () => {
    await boot('--until', 'hel', '--save', file('snapshot'));
    await run('boot', '--load', file('snapshot'), '--record', file('rest'));
    expect((await run('replay', file('rest'))).out).toBe('lo\n');
  });
  it('goes before --embed', async () => {
    const { status, error } = await boot('--embed');
    expect([status, error]).toEqual([2, 'firstlight: boot: --embed goes with --record\n']);
  });
  it.each([
    [['--record', 'hello'], '--record', '--kernel'],
    [['--record', 'linked'], '--record', '--kernel'],
    [['--save', 'hello'], '--save', '--kernel'],
    [['--record', 'new', '--save', 'new'], '--save', '--record'],
    [['--stats', 'new', '--record', 'new'], '--stats', '--record'],
  ])('does not go over a file that the run needs: %j', async (options, option, other) => {
    rmSync(file('linked'), { force: true });
    symlinkSync('hello', file('linked'));
    const before = readFileSync(file('hello'));
    const args = options.map((each) => (each.startsWith('-') ? each : file(each)));
    const { status, error } = await boot(...args);
    expect(status).toBe(2);
    expect(error).toContain(`expected another file for ${option}, since ${other} has this one\n`);
    expect(readFileSync(file('hello'))).toEqual(before);
    expect(existsSync(file('new'))).toBe(false);
  });
  it('lets --save take the place of what --load has read', async () => {
    await boot('--until', 'hel', '--save', file('snapshot'));
    expect((await run('boot', '--load', file('snapshot'), '--save', file('snapshot'))).out).toBe('lo\n');
  });
});
