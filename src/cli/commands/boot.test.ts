/** `firstlight boot` as a process, with small programs; and with files that do not fit it. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble } from '../../isa/index.js';
import { buildProgram } from '../test-process.js';
import type { Statistics } from '../run/statistics.js';
import { run } from '../test-run.js';

const directory = mkdtempSync(join(tmpdir(), 'firstlight-boot-'));
const file = (name: string) => join(directory, name);
const program = (...lines: string[]): Uint8Array =>
  new Uint8Array(Uint32Array.from(lines, (line) => assemble(line)).buffer);
const send = (text: string): string[] =>
  Array.from(text).flatMap((character) => [`mov w2, #${character.charCodeAt(0)}`, 'str w2, [x1]']);

let firstlight: string;
const uart = 'movz x1, #0x900, lsl #16';
const off = ['movz w0, #0x8400, lsl #16', 'movk w0, #8', 'smc #0'];

beforeAll(async () => {
  firstlight = await buildProgram(file('package'));
  const image = new Uint8Array(0x1_0000);
  const header = new DataView(image.buffer);
  header.setUint32(0, assemble('b #64'), true);
  header.setBigUint64(16, 0x200_0000n, true); // image_size: 32 MiB
  header.setUint32(56, 0x644d_5241, true);
  const elf = new Uint8Array(64);
  elf.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  elf.set([2, 0, 62, 0, 1], 16); // for x86-64
  writeFileSync(file('image'), image);
  writeFileSync(
    file('image-40'),
    Uint8Array.from([0x4d, 0x5a, 0x40, 0xfa, ...new Array<number>(36).fill(0)]),
  );
  writeFileSync(file('elf-x86'), elf);
  writeFileSync(file('empty'), '');
  writeFileSync(file('text'), 'not a devicetree, surely not one');
  writeFileSync(file('large'), new Uint8Array(40 * 2 ** 20));
  writeFileSync(file('hello'), program(uart, ...send('hello\nworld\n'), ...off));
  writeFileSync(file('waits'), program('msr daifset, #15', 'wfi', 'b #-4'));
  writeFileSync(file('spins'), program('b #0'));
  writeFileSync(file('looping'), program('mov x0, #9999', 'sub x0, x0, #1', 'cbnz x0, #-4', ...off));
  // So long that a thread that makes regions has begun before it ends.
  const long = ['movz x0, #0x1000, lsl #16', 'sub x0, x0, #1', 'cbnz x0, #-4'];
  writeFileSync(file('busy'), program(...long, ...off));
  // Eight hexadecimal digits of RTCDR.
  writeFileSync(
    file('tells-the-time'),
    program(
      ...[uart, 'movz x3, #0x901, lsl #16', 'ldr w4, [x3]', 'mov w5, #8'],
      ...['ror w4, w4, #28', 'and w2, w4, #15', 'cmp w2, #10', 'add w6, w2, #48', 'add w7, w2, #87'],
      ...['csel w2, w6, w7, lo', 'str w2, [x1]', 'subs w5, w5, #1', 'b.ne #-32', ...off],
    ),
  );
  // Sends back what it polls for, and powers off after a dot.
  const echo = [
    'ldr w2, [x1, #0x18]',
    'tbnz w2, #4, #-4',
    'ldr w2, [x1]',
    'str w2, [x1]',
    'cmp w2, #46',
    'b.ne #-20',
  ];
  writeFileSync(file('echo'), program(uart, ...echo, ...off));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('files that do not fit', () => {
  it.each<[string, string[], string]>([
    ['missing kernel', ['--kernel', 'nothing'], 'nothing: no such file or directory'],
    ['empty kernel', ['--kernel', 'empty'], 'empty: expected a kernel, found an empty file'],
    [
      'truncated kernel',
      ['--kernel', 'image-40'],
      'image-40: at 0x0: expected an arm64 Image, an ELF file or raw code, found an arm64 Image whose header is cut off',
    ],
    [
      'kernel for another machine',
      ['--kernel', 'elf-x86'],
      'elf-x86: at 0x12: expected ELF machine 183 (AArch64), found 62 (x86-64)',
    ],
    [
      'RAM too small',
      ['--kernel', 'image', '-m', '16M'],
      'image: needs 0x40200000..0x42200000, but RAM is 0x40000000..0x41000000; give the machine at least 34 MiB',
    ],
    ['missing initrd', ['--kernel', 'hello', '--initrd', 'nothing'], 'nothing: no such file or directory'],
    [
      'empty initrd',
      ['--kernel', 'hello', '--initrd', 'empty'],
      'empty: expected an initial ramdisk, found an empty file',
    ],
    [
      'oversized initrd',
      ['--kernel', 'hello', '--initrd', 'large', '-m', '64M'],
      'large: needs 0x42000000..0x44800000, but RAM is 0x40000000..0x44000000; give the machine at least 72 MiB',
    ],
    [
      'empty devicetree',
      ['--kernel', 'hello', '--dtb', 'empty'],
      'empty: at 0x0: expected devicetree magic (4 bytes), but the file ends at 0x0',
    ],
    [
      'no devicetree',
      ['--kernel', 'hello', '--dtb', 'text'],
      'text: at 0x0: expected devicetree magic 0xd00dfeed, found 0x6e6f7420',
    ],
    ['missing snapshot', ['--load', 'nothing'], 'nothing: no such file or directory'],
    ['no snapshot', ['--load', 'text'], "text: at offset 0x0: expected a snapshot's magic FLSNAP"],
    [
      'place for a snapshot that is not there',
      ['--kernel', 'hello', '--save', 'no/where'],
      'no/where: no such file or directory',
    ],
  ])('%s: one line with the file, and status 2', async (_what, args, line) => {
    const paths = args.map((arg, i) => (arg.startsWith('-') || args[i - 1] === '-m' ? arg : file(arg)));
    expect(await run('boot', ...paths)).toEqual({
      status: 2,
      out: '',
      error: `firstlight: ${directory}/${line}\n`,
    });
  });
});

describe('a run', () => {
  const boot = (args: string[], input: string | undefined = undefined) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [firstlight, 'boot', ...args], {
      encoding: 'utf8',
      ...(input === undefined ? { stdio: ['ignore', 'pipe', 'pipe'] } : { input }),
    });
    return { status, out: stdout, error: stderr };
  };

  it('ends with status 0 when the guest powers off, and writes its figures', () => {
    const result = boot(['--kernel', file('hello'), '--stats', file('stats'), '-m', '64M']);
    expect(result).toEqual({ status: 0, out: 'hello\nworld\n', error: '' });
    const stats = JSON.parse(readFileSync(file('stats'), 'utf8')) as Record<string, unknown>;
    // The reset stub of six instructions, one for the UART's address, two for each letter, three for PSCI.
    expect(stats).toMatchObject({
      exit: 'powered off',
      instructions: 6 + 1 + 24 + 3,
      guest_seconds: 34e-9,
      machine: { board: 'virt', cores: 1, ram: 64 * 2 ** 20, el: 2, instructions_per_second: 1e9 },
      engine: { name: 'translator' },
    });
    expect(Object.keys(stats)).toEqual([
      'exit',
      'instructions',
      'wall_seconds',
      'guest_seconds',
      'mips',
      'machine',
      'engine',
    ]);
  });

  it('goes on in lockstep, and leaves the regions that were made', () => {
    const engine = `lockstep,hotness=1,size=8,regions=${file('regions')}`;
    const result = boot(['--kernel', file('looping'), '--engine', engine, '-m', '64M']);
    expect(result).toEqual({ status: 0, out: '', error: '' });
    const made = readdirSync(file('regions')).sort();
    expect(made).toEqual(['module-0.wasm', 'region-0.txt']);
    const text = readFileSync(join(file('regions'), 'region-0.txt'), 'utf8');
    expect(text).toMatch(
      /^in module-0.wasm\na region of 4 instructions in page 0x\w+, function r0 of its module:\n/,
    );
    expect(text).toContain('sub x0, x0, #1\n    %0:i64 = x0\n');
    const module = new WebAssembly.Module(readFileSync(join(file('regions'), 'module-0.wasm')));
    expect(WebAssembly.Module.exports(module).map(({ name }) => name)).toEqual(['r0']);
  });

  it('keeps regions for the next run, and does without where there are none, or not whole', () => {
    const kept = file('kept');
    /** A run; how many regions were those of the run before. */
    const keptIn = (directory: string): number => {
      const args = ['--kernel', file('busy'), '--stats', file('stats'), '--kept-regions', directory];
      expect(boot([...args, '-m', '64M'])).toEqual({ status: 0, out: '', error: '' });
      const { engine } = JSON.parse(readFileSync(file('stats'), 'utf8')) as Statistics;
      return engine.name === 'translator' ? engine.regions_kept : NaN;
    };
    expect(keptIn(kept)).toBe(0);
    expect(keptIn(kept)).toBe(1);
    const [name] = readdirSync(kept);
    const whole = readFileSync(join(kept, name));
    const broken = whole.map((byte, i) => (i === whole.length >> 1 ? byte ^ 1 : byte));
    for (const bytes of [broken, whole.subarray(0, -1), whole.subarray(0, 5), new Uint8Array()]) {
      writeFileSync(join(kept, name), bytes);
      expect(keptIn(kept)).toBe(0);
      expect(keptIn(kept)).toBe(1);
    }
    // Others could have written what is executed.
    chmodSync(join(kept, name), 0o666);
    expect(keptIn(kept)).toBe(0);
    expect(statSync(join(kept, name)).mode & 0o777).toBe(0o600);
    expect(keptIn(kept)).toBe(1);
    expect(keptIn('none')).toBe(0);
    // A disk that is full, or of somebody else.
    rmSync(kept, { recursive: true });
    mkdirSync(join(kept, name), { recursive: true });
    expect(keptIn(kept)).toBe(0);
  });

  it('keeps no regions in what is no directory', () => {
    const error = `firstlight: ${file('hello')}: exists and is not a directory\n`;
    const args = ['--kernel', file('hello'), '--kept-regions', file('hello')];
    expect(boot(args)).toEqual({ status: 2, out: '', error });
  });

  it('takes as much guest time as its instructions do at the rate that is asked for, from a snapshot as well', () => {
    const rate = ['--instructions-per-second', '250000001'];
    const guestSeconds = (...args: string[]): unknown => {
      expect(boot([...args, '--stats', file('stats')]).status).toBe(0);
      return (JSON.parse(readFileSync(file('stats'), 'utf8')) as Record<string, unknown>)['guest_seconds'];
    };
    const begin = ['--kernel', file('hello'), '-m', '64M', ...rate];
    expect(guestSeconds(...begin, '--instructions', '5', '--save', file('snapshot'))).toBe(19e-9);
    expect(guestSeconds('--load', file('snapshot'))).toBe(135e-9);
  });

  it('ends with status 0 at the byte that completes --until, and goes on from a snapshot of there', () => {
    const args = ['--kernel', file('hello'), '--until', 'wor', '--save', file('snapshot'), '-m', '64M'];
    expect(boot(args)).toEqual({ status: 0, out: 'hello\nwor', error: '' });
    expect(boot(['--load', file('snapshot')])).toEqual({ status: 0, out: 'ld\n', error: '' });
  });

  it('ends with status 1 when --fail-on matches or the guest is stuck', () => {
    expect(boot(['--kernel', file('hello'), '--fail-on', '^w'])).toEqual({
      status: 1,
      out: 'hello\nw',
      error: 'firstlight: --fail-on matched: w\n',
    });
    expect(boot(['--kernel', file('waits')])).toEqual({
      status: 1,
      out: '',
      error:
        'firstlight: the guest is stuck: cpu0 waits for an interrupt at EL2 in 0x40080008, and its interrupt controller is not switched on\n',
    });
  });

  it("matches the console's text as UTF-8, and shows it without what a terminal would obey", () => {
    const utf8 = [...Buffer.from('naïve 3 €\n\x1b[31mé')].map((byte) => String.fromCharCode(byte)).join('');
    writeFileSync(file('utf8'), program(uart, ...send(utf8), ...off));
    const until = boot(['--kernel', file('utf8'), '--until', '^naïve \\d €$']);
    expect(until).toEqual({ status: 0, out: 'naïve 3 €', error: '' });
    const { error } = boot(['--kernel', file('utf8'), '--fail-on', 'é']);
    expect(error).toBe('firstlight: --fail-on matched: \\x1b[31mé\n');
  });

  it('ends with status 124 at --timeout', () => {
    const result = boot(['--kernel', file('spins'), '--timeout', '0.5']);
    expect(result).toEqual({ status: 124, out: '', error: 'firstlight: --timeout reached\n' });
  });

  it('says with --diagnose at the end what the guest does', () => {
    const { status, error } = boot(['--kernel', file('spins'), '--instructions', '1000', '--diagnose']);
    expect(status).toBe(0);
    expect(error.split('\n').slice(0, 3)).toEqual([
      'firstlight: the guest after 1,000 instructions, 1.0 us of its time:',
      '  cpu0 branches to itself at EL2 in 0x40080000',
      '    pc 0x40080000: b 0x40080000',
    ]);
  });

  it.each([
    // By date -u -d TIME +%s.
    [['--rtc', '2006-06-17T16:01:21'], 1150560081],
    [['--rtc', '2006-06-17T16:01:21+02:00'], 1150552881],
    [['--rtc', '2006-06-17'], 1150502400],
    [['--rtc', '2106-02-07T06:28:15Z'], 2 ** 32 - 1],
    [['--rtc', 'virtual', '--clock', 'host'], 0],
    [[], 0],
    [['--rtc', 'utc'], undefined],
    [['--clock', 'host'], undefined],
  ])('with %j starts the clock of the day there', (args, expected) => {
    const before = Math.floor(Date.now() / 1000);
    const { status, out } = boot(['--kernel', file('tells-the-time'), '-m', '16M', ...args]);
    const seconds = parseInt(out, 16);
    expect(status).toBe(0);
    if (expected !== undefined) expect(seconds).toBe(expected);
    else {
      expect(seconds).toBeGreaterThanOrEqual(before);
      expect(seconds).toBeLessThanOrEqual(Date.now() / 1000);
    }
  });

  it('gives the guest what is piped to it, none of it lost', () => {
    const input = `${'a long line of input '.repeat(100)}.`;
    expect(boot(['--kernel', file('echo')], input)).toEqual({ status: 0, out: input, error: '' });
  });

  it('says of itself what is worth saying, between the lines of the console, unless it is to be quiet', () => {
    const words = new Uint32Array(0x400);
    words.set(['adr x0, #0x800', 'msr vbar_el2, x0', uart, ...send('a')].map((text) => assemble(text)));
    words[5] = 0xd53f_ffe0; // mrs x0, S3_7_C15_C15_7, which traps to the vector at 0x200
    words.set(
      [...send('b'), ...off].map((text) => assemble(text)),
      0xa00 / 4,
    );
    writeFileSync(file('refused'), new Uint8Array(words.buffer));
    const both = (...args: string[]): string => {
      const line = [process.execPath, firstlight, 'boot', '--kernel', file('refused'), ...args].join(' ');
      return spawnSync('sh', ['-c', `${line} 2>&1 </dev/null`], { encoding: 'utf8' }).stdout;
    };
    const note = 'firstlight: system register S3_7_C15_C15_7 is not implemented: UNDEFINED at EL2\n';
    expect(both()).toBe(`a\n${note}b`);
    expect(both('--quiet')).toBe('ab');
    expect(boot(['--kernel', file('refused')])).toEqual({ status: 0, out: 'ab', error: note });
  });

  it('traces what happens', () => {
    const { error } = boot(['--kernel', file('hello'), '--trace', 'psci,devices']);
    const lines = error.split('\n');
    expect(lines[0]).toBe('[          8 cpu0 EL2] uart0+0x0 = 0x68 (4 bytes)');
    expect(lines[12]).toMatch(/^\[ {9}33 cpu0 EL2\] PSCI SYSTEM_OFF\(/);
  });
});
