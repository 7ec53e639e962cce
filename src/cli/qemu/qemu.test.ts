/** `firstlight qemu`: what it refuses, in QEMU 7.2's words as far as QEMU has any, and small programs. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble } from '../../isa/index.js';
import { run } from '../test-run.js';

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
  it.each<[string, string]>([
    ['', 'No machine specified, and there is no default (Use -machine help to list supported machines)'],
    ['-foo', '-foo: invalid option'],
    ['--kernel', '--kernel: requires an argument'],
    ['-M foo', 'unsupported machine type (Use -machine help to list supported machines)'],
    ['-M virt,foo=on', "Property 'virt-7.2-machine.foo' not found"],
    ['-M raspi3b,secure=on', "Property 'raspi3b-machine.secure' not found"],
    ['-M virt,secure=maybe', "Parameter 'secure' expects 'on' or 'off'"],
    ['-M virt,gic-version=7', 'Invalid gic-version value (Valid values are 3, 2, host, max.)'],
    ['-M virt,secure', "-M virt,secure: Expected '=' after parameter 'secure'"],
    ['-M virt,accel=kvm', 'invalid accelerator kvm'],
    ['-M virt -accel foo', '-accel foo: invalid accelerator foo'],
    ['-M virt -cpu foo', "unable to find CPU model 'foo'"],
    [
      '-M virt -cpu cortex-a53,foo=on',
      "can't apply global cortex-a53-arm-cpu.foo=on: Property 'cortex-a53-arm-cpu.foo' not found",
    ],
    ['-M raspi3b -m 512M', 'Invalid RAM size, should be 1 GiB'],
    ['-M virt -m size=1G,slots=2', 'slots specified but no max-size'],
    ['-M raspi3b -smp 2', "Invalid SMP CPUs 2. The min CPUs supported by machine 'raspi3b' is 4"],
    [
      '-M virt -smp 9',
      "Number of SMP CPUs requested (9) exceeds max CPUs supported by machine 'mach-virt' (8)",
    ],
    ['-M virt -kernel nope', "could not load kernel 'nope' (No such file or directory)"],
    ['-M virt -kernel @hello -initrd nope', "could not load initrd 'nope' (No such file or directory)"],
    ['-M virt -kernel @hello -dtb nope', "Couldn't open dtb file nope (No such file or directory)"],
    ['-M virt -bios nope', "Could not find ROM image 'nope' (No such file or directory)"],
    ['-M raspi3b -bios nope', 'Failed to load firmware from nope (No such file or directory)'],
    ['-M virt -append a', '-append only allowed with -kernel option'],
    ['-M virt -device foo', "-device foo: 'foo' is not a valid device model name"],
    ['-M virt -device usb-kbd', "-device usb-kbd: No 'usb-bus' bus found for device 'usb-kbd'"],
    ['-M virt -device loader', '-device loader: please include valid arguments'],
    [
      '-M virt -device loader,addr=1,data=1',
      '-device loader,addr=1,data=1: Both data and data-len must be specified',
    ],
    ['-M virt -device loader,addr=x', "-device loader,addr=x: Parameter 'addr' expects integer"],
    ['-M virt -drive file=nope', "-drive file=nope: Could not open 'nope': No such file or directory"],
    ['-M raspi3b -drive if=foo,file=@disk', "-drive if=foo,file=/disk: unsupported bus type 'foo'"],
    [
      '-M virt -drive if=sd,file=@disk,format=raw',
      '-drive if=sd,file=/disk,format=raw: machine type does not support if=sd,bus=0,unit=0',
    ],
    ['-M virt -serial foo', "-serial foo: 'foo' is not a valid char driver"],
    ['-M virt -serial stdio -serial stdio', '-serial stdio: cannot use stdio by multiple character devices'],
    ['-M virt -serial stdio -monitor stdio', '-serial stdio: cannot use stdio by multiple character devices'],
    [
      '-M virt -serial file:/nope/x -kernel @hello --quiet',
      "-serial file:/nope/x: Could not open '/nope/x': No such file or directory",
    ],
    ['-M virt -chardev stdio', '-chardev stdio: chardev: no id specified'],
    ['-M virt -chardev foo,id=a', "-chardev foo,id=a: 'foo' is not a valid char driver name"],
    [
      '-M virt -rtc base=foo',
      "invalid datetime format (valid formats: '2006-06-17T16:01:21' or '2006-06-17')",
    ],
    ['-M virt -rtc foo=1', "-rtc foo=1: Invalid parameter 'foo'"],
    ['-M virt -icount shift=99', '-icount shift=99: icount: Invalid shift value'],
    ['-M virt -seed foo', '-seed foo: Invalid seed number: foo'],
    ['-M virt -display foo', "-display foo: Parameter 'type' does not accept value 'foo'"],
    ['-M virt -netdev user', "-netdev user: Parameter 'id' is missing"],
    ['-M virt -gdb foo', "-gdb foo: 'foo' is not a valid char driver"],
  ])('%s', async (line, message) => {
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
    ['-M virt', 'expected -kernel FILE or -bios FILE'],
    ['-M virt -cpu cortex-a72', '-cpu cortex-a72: expected cortex-a53'],
    ['-M virt,gic-version=3', '-machine gic-version=3: expected 2, which the board has'],
    [
      '-M raspi3b -device usb-kbd',
      '-device usb-kbd: USB devices come with a later version (--lenient leaves it out)',
    ],
    ['-M virt -d int', '-d int: --trace and firstlight trace show what happens (--lenient leaves it out)'],
    ['-M virt -serial tcp:example.org:80', 'tcp:example.org:80: expected this host, as in tcp:localhost:80'],
    [
      '-M virt -serial udp:localhost:80',
      "'udp:localhost:80': expected stdio, null, file:FILE, pty or tcp:HOST:PORT",
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

describe('a program', () => {
  it('has its serial port in a file, and powers off', async () => {
    const line = '-M virt -cpu cortex-a53 -display none -serial file:@out -kernel @hello --quiet';
    expect(await run('qemu', ...words(line))).toEqual({ status: 0, out: '', error: '' });
    expect(readFileSync(file('out'), 'latin1')).toBe('H\n');
  });
  it('runs without what is left out, which is said', async () => {
    const line = '--lenient -M virt -nodefaults -kernel @hello -netdev user,id=a -usb --quiet';
    const reason = (text: string, why: string) => `firstlight: qemu: left out: ${text}: ${why}\n`;
    expect(await run('qemu', ...words(line))).toEqual({
      status: 0,
      out: '',
      error:
        reason('-usb', 'USB devices come with a later version') +
        reason('-netdev user,id=a', 'network devices come with a later version'),
    });
  });
  it('ends with -no-reboot where it asks for a reset', async () => {
    const line =
      '-M virt -display none -serial chardev:a -chardev file,id=a,path=@log -no-reboot -kernel @resets --quiet';
    expect(await run('qemu', ...words(line))).toEqual({ status: 0, out: '', error: '' });
    expect(readFileSync(file('log'), 'latin1')).toBe('R');
  });
  it('goes on through resets otherwise', async () => {
    const line =
      '-M virt -display none -serial file:@log -append a --instructions 100 -kernel @resets -icount 2 --quiet';
    expect(await run('qemu', ...words(line))).toMatchObject({ status: 0, error: '' });
    expect(readFileSync(file('log'), 'latin1')).toMatch(/^R{5,}$/);
  });
});
