/** Every command used wrongly: one line that says which command, what and what was expected, and status 2. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLinePayload, writeZbi, zbiType } from '../images/index.js';
import { run } from './test-run.js';

const directory = mkdtempSync(join(tmpdir(), 'firstlight-wrong-'));
const file = (name: string) => join(directory, name);
beforeAll(() => {
  writeFileSync(file('text'), 'not one of the files that firstlight knows, but text');
  writeFileSync(file('code'), Uint8Array.of(0, 0, 0, 0x14));
  writeFileSync(file('zbi'), writeZbi([{ type: zbiType.CMDLINE, payload: commandLinePayload('a') }]));
  mkdirSync(file('full'));
  writeFileSync(file('full/file'), '');
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Commands, and how many files they want. */
const leaves: readonly [command: string, least: number, most: number][] = [
  ['boot', 0, 0],
  ['zircon', 0, 0],
  ['image', 1, 1],
  ['fdt', 1, 1],
  ['elf', 1, 1],
  ['disasm', 0, 1],
  ['zbi create', 1, 1],
  ['zbi list', 1, 1],
  ['zbi extract', 1, Infinity],
  ['zbi verify', 1, 1],
  ['bootfs create', 1, Infinity],
  ['bootfs list', 1, 1],
  ['bootfs extract', 1, Infinity],
  ['sysroot', 1, 1],
  ['rodso verify', 1, 1],
  ['rodso symbols', 1, 1],
  ['rodso constants', 1, 1],
];

/** Words of a command line; those with a slash in front are files of the directory. */
const words = (text: string): string[] => text.split(' ').map((word) => word.replace(/^\//, `${directory}/`));

/** Runs a command line, which must be refused, and returns what follows `firstlight: `. */
async function refused(...args: string[]): Promise<string> {
  const { status, out, error } = await run(...args);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(error).toMatch(/^firstlight: [^\n]+\n$/);
  return error.slice('firstlight: '.length, -1).replaceAll(`${directory}/`, '/');
}

describe('a command line that is refused', () => {
  it.each(leaves)(
    '%s: options that there are not, too many arguments, too few',
    async (command, least, most) => {
      const name = command.split(' ');
      expect(await refused(...name, '--bogus')).toBe(`${command}: unknown option '--bogus'`);
      if (least > 0)
        expect(await refused(...name)).toMatch(new RegExp(`^${command}: missing required argument`));
      if (most === Infinity) return;
      const many = new Array<string>(most + 1).fill('x');
      expect(await refused(...name, ...many)).toMatch(new RegExp(`^${command}: too many arguments`));
    },
  );

  it.each([
    ['', 'expected a command (firstlight --help lists them)'],
    ['bogus', "unknown command 'bogus'"],
    ['--bogus', "unknown option '--bogus'"],
    ['help bogus', "help: unknown command 'bogus'"],
    ['help zbi bogus', "help: unknown command 'bogus'"],
    ['zbi', 'zbi: expected a command (firstlight zbi --help lists them)'],
    ['zbi bogus', "zbi: unknown command 'bogus'"],
    ['zbi help bogus', "zbi help: unknown command 'bogus'"],
    ['bootfs', 'bootfs: expected a command (firstlight bootfs --help lists them)'],
    ['rodso', 'rodso: expected a command (firstlight rodso --help lists them)'],
    ['zbi create /x --add a', "zbi create: expected PATH=FILE, found 'a'"],
    ['zbi create /x --item foo=/text', "zbi create: expected an item type's name or number, found 'foo'"],
    ['zbi create /x --item nvram', "zbi create: expected TYPE[:EXTRA]=FILE, found 'nvram'"],
    [
      'zbi create /x --item nvram:4294967296=/text',
      'zbi create: expected EXTRA below 2^32, found 4294967296',
    ],
    ['zbi create /x --memory 1', "zbi create: expected BASE:LENGTH[:ram|peripheral|reserved], found '1'"],
    [
      'zbi create /x --memory 1:2:toString',
      "zbi create: expected BASE:LENGTH[:ram|peripheral|reserved], found '1:2:toString'",
    ],
    [
      'zbi create /x --memory 0xffffffffffffffff:2',
      "zbi create: expected a range below 2^64, found '0xffffffffffffffff:2'",
    ],
    ['zbi create /x --cpus 1e2', "zbi create: expected numbers of CPUs from 1 to 255, found '1e2'"],
    ['zbi create /x --cpus 1,', "zbi create: expected numbers of CPUs from 1 to 255, found '1,'"],
    ['zbi extract /zbi 1', "zbi extract: expected numbers below 1, as /zbi has it, found '1'"],
    ['zbi extract /zbi x', "zbi extract: expected numbers below 1, as /zbi has it, found 'x'"],
    ['zbi extract /zbi -o /text', '/text: exists and is not a directory'],
    ['bootfs create /x a', "bootfs create: expected PATH=FILE, found 'a'"],
    ['bootfs create /x a=/none', '/none: no such file or directory'],
    ['bootfs list /zbi', '/zbi: expected a STORAGE_BOOTFS item, found none'],
    ['sysroot /full', 'sysroot: /full: expected a new or empty directory, or an earlier sysroot'],
    ['rodso symbols --header --json x', 'rodso symbols: expected one of --header and --json'],
    ['disasm', 'disasm: expected either a file or --words'],
    ['disasm /code --words 0', 'disasm: expected either a file or --words'],
    ['disasm --words zz', "disasm: expected a word of up to 8 hexadecimal digits, found 'zz'"],
    ['disasm --words 0 --section .text', 'disasm: --section does not go with --words'],
    ['disasm /code --section .text', 'disasm: /code is no ELF file and has no sections'],
    ['disasm /code --symbol main', 'disasm: /code has no code named main'],
    ['disasm /code --start 4 --stop 4', 'disasm: expected --start below --stop, found 0x4 and 0x4'],
    [
      'disasm /code --base 0x10000000000000000',
      "disasm: option '--base <address>' argument '0x10000000000000000' is invalid. expected a number below 2^64, such as 0x40080000.",
    ],
    ['boot', 'boot: expected --kernel <file>, --bios <file> or --load <file>'],
    [
      'boot -M raspi9',
      "boot: option '-M, --machine <board>' argument 'raspi9' is invalid. expected a board, one of virt, raspi3b.",
    ],
    [
      'boot -M virt,secure=maybe',
      "boot: option '-M, --machine <board>' argument 'virt,secure=maybe' is invalid. expected secure=on|off or virtualization=on|off behind the board, found 'secure=maybe'.",
    ],
    ['boot -M virt,secure=off --el 3 --kernel /code', 'boot: --el 3 does not go with secure=off'],
    [
      'boot -M raspi3b,virtualization=off --kernel /code',
      'board raspi3b: cores without EL2 asked for, its cores have it',
    ],
    [
      'boot --cpu z80',
      "boot: option '--cpu <model>' argument 'z80' is invalid. Allowed choices are cortex-a53.",
    ],
    [
      'boot --engine qemu',
      "boot: option '--engine <name>' argument 'qemu' is invalid. expected one of auto, interpreter, translator, lockstep, found 'qemu'.",
    ],
    [
      'boot --engine interpreter,size=2',
      "boot: option '--engine <name>' argument 'interpreter,size=2' is invalid. 'size=2': only translator and lockstep have settings.",
    ],
    [
      'zircon --engine lockstep,size=1001',
      "zircon: option '--engine <name>' argument 'lockstep,size=1001' is invalid. expected size= and a whole number from 1 to 1000.",
    ],
    [
      'zircon --engine translator,hot=1',
      "zircon: option '--engine <name>' argument 'translator,hot=1' is invalid. 'hot=1': expected one of hotness, size, regions, with a value.",
    ],
    [
      'boot --kernel /code --engine translator,regions=/full',
      '/full: expected a directory with nothing in it for regions=',
    ],
    ['boot --kernel /code --smp 9', 'board virt: 9 cores asked for, it has 1 to 8'],
    ['boot -M raspi3b --kernel /code --smp 2', 'board raspi3b: 2 cores asked for, it has 4'],
    ['boot -M raspi3b --kernel /code -m 512M', 'board raspi3b: 512 MiB of RAM asked for, it has 1 GiB'],
    ['boot -M raspi3b --kernel /code --bios /code', 'boot: --bios does not go with --kernel'],
    ['boot -M raspi3b --bios /code --append quiet', 'boot: --append goes with --kernel'],
    [
      'boot -M raspi3b --kernel /code --serial uart7',
      'boot: --serial uart7: expected a serial port of board raspi3b, uart0 or uart1',
    ],
    ['boot --kernel /code --screenshot /none.png', 'boot: --screenshot: board virt has no screen'],
    ['boot --smp 1e0', "boot: option '--smp <n>' argument '1e0' is invalid. expected a whole number from 1."],
    [
      'boot -m 1.5X',
      "boot: option '-m, --memory <size>' argument '1.5X' is invalid. expected a size, such as 512M or 1G.",
    ],
    [
      'boot --kernel /code -m 4G',
      'board virt: 4 GiB of RAM asked for, it has 64 KiB to 3 GiB, a multiple of 64 KiB',
    ],
    [
      'boot --kernel /code -m 0',
      'board virt: 0 bytes of RAM asked for, it has 64 KiB to 3 GiB, a multiple of 64 KiB',
    ],
    ['boot --kernel /code --halted', 'boot: --halted goes with --gdb'],
    [
      'boot --kernel /code --gdb host:99999',
      "boot: option '--gdb <[host:]port>' argument 'host:99999' is invalid. expected a port, maybe behind a host: 1234, localhost:1234, [::1]:1234.",
    ],
    [
      'boot --kernel /code --gdb 192.0.2.1:1234',
      'boot: --gdb 192.0.2.1:1234: listen EADDRNOTAVAIL: address not available 192.0.2.1:1234',
    ],
    [
      'boot --el 4',
      "boot: option '--el <level>' argument '4' is invalid. expected exception level 1, 2 or 3.",
    ],
    [
      'boot --seed -1',
      "boot: option '--seed <n>' argument '-1' is invalid. expected a number from 0 to 2^64 - 1.",
    ],
    [
      'boot --timeout 0',
      "boot: option '--timeout <seconds>' argument '0' is invalid. expected seconds, above 0.",
    ],
    [
      'boot --instructions 0.5',
      "boot: option '--instructions <n>' argument '0.5' is invalid. expected a whole number from 1.",
    ],
    ...['now', '2006-02-30', '1969-12-31T23:59:59', '2106-02-07T06:28:16', '2006-06-17T25:00'].map(
      (time): [string, string] => [
        `boot --rtc ${time}`,
        `boot: option '--rtc <time>' argument '${time}' is invalid. expected utc, virtual, or a time from 1970 to 2106 such as 2006-06-17T16:01:21 or 2006-06-17.`,
      ],
    ),
    [
      'boot --until (',
      "boot: option '--until <regex>' argument '(' is invalid. Invalid regular expression: /(/: Unterminated group.",
    ],
    [
      'boot --trace mmu,foo',
      "boot: option '--trace <list>' argument 'mmu,foo' is invalid. 'foo' is not one of exceptions, mmu, psci, interrupts, devices.",
    ],
    ['boot --load x --smp 1', 'boot: --smp does not go with --load'],
    [
      'boot --load x --instructions-per-second 2000000',
      'boot: --instructions-per-second does not go with --load',
    ],
    ...['999999', '10000000001', '1e9', '2.5', '-1'].map((rate): [string, string] => [
      `zircon --instructions-per-second=${rate}`,
      `zircon: option '--instructions-per-second <n>' argument '${rate}' is invalid. expected a whole number from 1000000 to 10000000000.`,
    ]),
    ['boot --load x --kernel y', 'boot: --kernel does not go with --load'],
    [
      'zircon -m 16M',
      'RAM is too small: 16 MiB, the boot image of 200 KiB at 0x40800000 and 8 MiB behind it do not fit; give the machine at least 17 MiB',
    ],
    ['zircon --add bin/x', "zircon: --add 'bin/x': expected PATH=FILE, such as bin/mine=./mine"],
    ['zircon --load /text', "/text: at offset 0x0: expected a snapshot's magic FLSNAP"],
  ])('firstlight %s', async (line, expected) => {
    expect((await refused(...(line === '' ? [] : words(line)))).replace(/image of \d+/, 'image of 200')).toBe(
      expected,
    );
  });

  it('is told what to give it, and that is enough', async () => {
    expect(await refused('zircon', '-m', '16M')).toContain('at least 17 MiB');
    expect((await run('zircon', '-m', '17M', '--instructions', '1')).status).toBe(0);
  });
});

describe('help', () => {
  it.each(['', 'zbi', 'bootfs', 'rodso', ...leaves.map(([command]) => command)])(
    'of firstlight %s: two ways to it, with examples, and no defaults that nobody would write',
    async (command) => {
      const name = command.split(' ').filter((word) => word !== '');
      const { status, out, error } = await run(...name, '--help');
      expect({ status, error }).toEqual({ status: 0, error: '' });
      expect(out).toMatch(/^Usage: firstlight /);
      expect(out).toMatch(/\nExamples:\n {2}firstlight /);
      expect(out).not.toMatch(/default: (\[|\{|undefined|null)/);
      expect((await run('help', ...name)).out).toBe(out);
      if (name.length === 2) expect((await run(name[0], 'help', name[1])).out).toBe(out);
    },
  );
});
