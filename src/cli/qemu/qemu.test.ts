/** `firstlight qemu`: what it refuses, in QEMU 7.2's words as far as QEMU has any, and small programs. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble } from '../../isa/index.js';
import { run } from '../test-run.js';
import { refusals } from './test-refusals.js';

const directory = mkdtempSync(join(tmpdir(), 'firstlight-qemu-'));
const file = (name: string) => join(directory, name);
const program = (name: string, ...lines: string[]): void =>
  writeFileSync(file(name), new Uint8Array(Uint32Array.from(lines, (line) => assemble(line)).buffer));

beforeAll(() => {
  const off = ['movz w0, #0x8400, lsl #16', 'movk w0, #8', 'hvc #0'];
  program(
    'hello',
    'movz x1, #0x900, lsl #16',
    'mov w2, #72',
    'str w2, [x1]',
    'mov w2, #10',
    'str w2, [x1]',
    ...off,
  );
  program(
    'resets',
    'movz x1, #0x900, lsl #16',
    'mov w2, #82',
    'str w2, [x1]',
    'movz w0, #0x8400, lsl #16',
    'movk w0, #9',
    'hvc #0',
  );
  writeFileSync(file('disk'), new Uint8Array(512));
});
afterAll(() => rmSync(directory, { recursive: true }));

const words = (text: string): string[] =>
  text === '' ? [] : text.split(' ').map((word) => word.replace(/(^|=|:)@/, `$1${directory}/`));

describe('what QEMU refuses as well', () => {
  it.each(refusals)('%s', async (line, message) => {
    const { status, out, error } = await run('qemu', ...words(line));
    expect({ status, out, error: error.replaceAll(directory, '') }).toEqual({
      status: 1,
      out: '',
      error: `firstlight: qemu: ${message}\n`,
    });
  });
});

describe('what only firstlight refuses', () => {
  it.each<[string, string]>([
    ['-M virt', 'expected -kernel FILE, -bios FILE or -device loader,...'],
    ['-M virt -cpu cortex-a72', '-cpu cortex-a72: expected cortex-a53'],
    ['-M virt,gic-version=3', '-machine gic-version=3: expected 2, which the board has'],
    [
      '-M raspi3b -device usb-audio',
      '-device usb-audio: such USB devices come with a later version (--lenient leaves it out)',
    ],
    [
      '-M virt -device qemu-xhci -device usb-kbd',
      '-device qemu-xhci: nothing can be plugged into the PCI bus (--lenient leaves it out)',
    ],
    ['-M virt,dumpdtb=a.dtb', '-machine dumpdtb=a.dtb: the devicetree is only in the memory of the machine'],
    ['-M virt,smp.cpus=2', '-machine smp.cpus=2: use -smp'],
    [
      '-M virt -drive if=pflash,file=@disk,format=raw',
      `-drive if=pflash,file=${directory}/disk,format=raw: use -bios, which goes into the flash (--lenient leaves it out)`,
    ],
    ['-M virt -audiodev none,id=a', '-audiodev none,id=a: there is no sound (--lenient leaves it out)'],
    [
      '-M virt -dfilter 0..1',
      '-dfilter 0..1: --trace and firstlight trace show what happens (--lenient leaves it out)',
    ],
    ['-M virt -serial tcp:example.org:80', 'tcp:example.org:80: expected this host, as in tcp:localhost:80'],
    [
      '-M virt -serial udp:localhost:80',
      "'udp:localhost:80': expected stdio, null, file:FILE, pty, tcp:HOST:PORT or unix:PATH",
    ],
    [
      '-M virt --until (',
      "option '--until <regex>' argument '(' is invalid. Invalid regular expression: /(/: Unterminated group.",
    ],
  ])('%s', async (line, message) => {
    const { status, out, error } = await run('qemu', ...words(line));
    expect({ status, out, error }).toEqual({ status: 2, out: '', error: `firstlight: qemu: ${message}\n` });
  });
});

describe('help', () => {
  it.each([['-h'], ['--help'], ['-help']])("%s lists the options, QEMU's and others", async (option) => {
    const { status, out, error } = await run('qemu', option);
    expect({ status, error }).toEqual({ status: 0, error: '' });
    for (const name of [
      '-machine NAME',
      '-serial DEV',
      '--lenient',
      '--until <regex>',
      '--screenshot <file>',
    ])
      expect(out).toContain(`  ${name}`);
    expect((await run('help', 'qemu')).out).toBe(out);
  });
  it.each([
    ['-M help', '\nraspi3b '],
    ['-cpu ?', '  cortex-a53'],
    ['-d help', '\nint             show interrupts'],
    ['-device help', 'Input devices:\nname "usb-kbd", bus usb-bus\n'],
    ['-device usb-hub,help', '  port-power=<bool>      -  (default: false)\n  port=<str>\n'],
  ])('%s lists what there is', async (line, text) => {
    const { status, out, error } = await run('qemu', ...words(line));
    expect({ status, error }).toEqual({ status: 0, error: '' });
    expect(out).toContain(text);
  });
});

describe('a program', () => {
  it('has its serial port in a file, and powers off', async () => {
    const line = '-M virt -cpu cortex-a53 -display none -serial file:@out -kernel @hello --quiet';
    expect(await run('qemu', ...words(line))).toEqual({ status: 0, out: '', error: '' });
    expect(readFileSync(file('out'), 'latin1')).toBe('H\n');
  });
  it('has its firmware calls logged, as QEMU does', async () => {
    const line = '-M virt -display none -serial null -kernel @hello -d int,nochain -D @log --quiet';
    expect(await run('qemu', ...words(line))).toEqual({ status: 0, out: '', error: '' });
    expect(readFileSync(file('log'), 'latin1')).toBe(
      [
        'Taking exception 11 [Hypervisor Call] on CPU 0',
        '...from EL1 to EL2',
        '...with ESR 0x16/0x5a000000',
        '...handled as PSCI call',
        '',
      ].join('\n'),
    );
  });
  it('is not logged in ways that there are not', async () => {
    const refused = async (item: string) =>
      (await run('qemu', ...words(`-M virt -kernel @hello -d ${item}`))).error;
    expect(await refused('in_asm')).toContain('-d in_asm: firstlight trace shows');
    expect(await refused('int,foo')).toContain("expected items of -d help, separated by commas, found 'foo'");
  });
  it('runs without what is left out, which is said', async () => {
    const line = '--lenient -M virt -nodefaults -kernel @hello -nic user -usb --quiet';
    const reason = (text: string, why: string) => `firstlight: qemu: left out: ${text}: ${why}\n`;
    expect(await run('qemu', ...words(line))).toEqual({
      status: 0,
      out: '',
      error: reason(
        '-nic user',
        'the board has no network card of its own: use -netdev user,id=ID -device usb-net,netdev=ID',
      ),
    });
  });
  it('ends with -no-reboot where it asks for a reset', async () => {
    const line =
      '-M virt -display none -serial chardev:a -chardev file,id=a,path=@log -no-reboot -kernel @resets --quiet';
    expect(await run('qemu', ...words(line))).toEqual({ status: 0, out: '', error: '' });
    expect(readFileSync(file('log'), 'latin1')).toBe('R');
  });
  it('is recorded, with what an instruction takes and what is loaded beside it', async () => {
    const line =
      '-M virt -display none -icount 2 -kernel @hello -device loader,addr=0x40080004,data=0x52800922,data-len=4';
    expect(await run('qemu', ...words(`${line} --record @recording --quiet`))).toMatchObject({ status: 0 });
    expect(await run('replay', file('recording'), '--quiet')).toEqual({ status: 0, out: 'I\n', error: '' });
  });
  it('has one rate of its time', async () => {
    const line = '-M virt -display none -icount 2 -kernel @hello --instructions-per-second 2000000';
    expect(await run('qemu', ...words(line))).toEqual({
      status: 2,
      out: '',
      error: 'firstlight: qemu: --instructions-per-second does not go with -icount shift=N\n',
    });
  });
  it.each([
    ['at an address, where a core begins', '-device loader,file=@hello,addr=0x40200000,cpu-num=0', 'H\n'],
    [
      'and another begins in it',
      '-device loader,file=@hello,addr=0x40200000 -device loader,addr=0x40200008,cpu-num=0',
      '',
    ],
    [
      'beside a kernel, whose letter is another then',
      '-kernel @hello -device loader,addr=0x40080004,data=0x52800922,data-len=4',
      'I\n',
    ],
    ['as firmware', '-bios @hello', 'H\n'],
  ])('is loaded %s', async (_, line, sent) => {
    const rest = '-M virt -display none -serial file:@out --quiet --instructions 1000';
    expect(await run('qemu', ...words(`${rest} ${line}`))).toEqual({ status: 0, out: '', error: '' });
    expect(readFileSync(file('out'), 'latin1')).toBe(sent);
  });
  it('goes on through resets otherwise', async () => {
    const line =
      '-M virt -display none -serial file:@log -append a --instructions 100 -kernel @resets -icount 2 --quiet';
    expect(await run('qemu', ...words(line))).toMatchObject({ status: 0, error: '' });
    expect(readFileSync(file('log'), 'latin1')).toMatch(/^R{5,}$/);
  });
});
