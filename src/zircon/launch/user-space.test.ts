/** The built-in programs on the running kernel: core tests, the shell, the dynamic linker's complaints. */
import { describe, expect, it } from 'vitest';
import { readBootfs, readZbi, writeBootfs, writeZbi, zbiContent, zbiType } from '../../images/index.js';
import type { Machine } from '../../machine/index.js';
import { builtInBootImage } from './boot-image.js';
import { bootZircon } from '../boot.js';

const PROMPT = '$ ';

/** A system, and what is on its console. */
class Session {
  private readonly machine: Machine;
  console = '';

  constructor(append: string, image = builtInBootImage(), cores = 1) {
    this.machine = bootZircon(image, { append, cores, ramSize: 512 * 2 ** 20 }).machine;
    this.machine.onTransmit = (byte) => (this.console += String.fromCharCode(byte));
  }

  /** Runs until the machine is off or waits for input, and returns why it stopped. */
  run(): string {
    return this.machine.run({ instructions: 4_000_000_000 });
  }
  /** Types keys, and returns what the console shows for them up to where it waits again. */
  type(keys: string): string {
    const before = this.console.length;
    this.machine.receive(new TextEncoder().encode(keys));
    this.run();
    return this.console.slice(before).replaceAll('\r', '');
  }
}

/** The built-in boot image without one file. */
function without(name: string): Uint8Array {
  const [item] = readZbi(builtInBootImage()).items;
  const files = readBootfs(zbiContent(item)).filter((file) => file.name !== name);
  return writeZbi([{ type: zbiType.STORAGE_BOOTFS, payload: writeBootfs(files), compress: true }]);
}

describe('core tests', () => {
  it.each([
    ['on one core', '', 1],
    ['on four cores', '', 4],
    ['without address space randomization', ' aslr.disable', 1],
  ])('all pass %s', (_, more, cores) => {
    const append = `userboot.next=bin/core-tests userboot.shutdown${more}`;
    const session = new Session(append, builtInBootImage(), cores);
    expect(session.run()).toBe('powered off');
    expect(session.console).toMatch(/\n\d{3} passed, 0 failed\r\n/);
  });
});

describe('the dynamic linker', () => {
  it('says which library is missing', () => {
    const session = new Session(
      'userboot.next=bin/hello-dynamic userboot.shutdown',
      without('lib/libgreeting.so'),
    );
    expect(session.run()).toBe('powered off');
    expect(session.console).toContain(
      'ld.so.1: program: needs libgreeting.so, which the loader service did not give, status -25',
    );
    expect(session.console).toContain('bin/hello-dynamic exited with -1');
  });

  it('says which file it cannot load', () => {
    const image = builtInBootImage(new Map([['lib/libgreeting.so', new Uint8Array(4096)]]));
    const session = new Session('userboot.next=bin/hello-dynamic userboot.shutdown', image);
    session.run();
    expect(session.console).toContain('ld.so.1: libgreeting.so: expected an ELF file');
  });

  it('says which symbol is missing', () => {
    const [item] = readZbi(builtInBootImage()).items;
    const files = readBootfs(zbiContent(item));
    const other = files.find(({ name }) => name === 'lib/libfirst.so');
    const image = builtInBootImage(new Map([['lib/libgreeting.so', other?.data ?? new Uint8Array()]]));
    const session = new Session('userboot.next=bin/hello-dynamic userboot.shutdown', image);
    session.run();
    expect(session.console).toMatch(
      /ld\.so\.1: program: symbol greet\w* is defined by none of the loaded files/,
    );
  });
});

describe('the shell', () => {
  const session = new Session('');
  session.run();

  it('greets, and userboot is gone by then', () => {
    expect(session.console).toContain('userboot: done');
    expect(session.console.endsWith(PROMPT)).toBe(true);
  });

  it('lists and shows the files of the boot image', () => {
    expect(session.type('ls\n')).toMatch(/ bin\/\n.* lib\/\n.* kernel\/\n\$ $/s);
    expect(session.type('ls bin\n')).toMatch(/\d+ component_manager\n/);
    expect(session.type('ls /boot/kernel/crashlog\n')).toContain('0 /boot/kernel/crashlog\n');
    expect(session.type('hexdump bin/hello 0 16\n')).toContain(
      '00000000  7f 45 4c 46 02 01 01 00 00 00 00 00 00 00 00 00  |.ELF............|\n',
    );
    expect(session.type('cat bin/nothing\n')).toContain('bin/nothing: ZX_ERR_NOT_FOUND\n');
  });

  it('runs programs, with arguments and quotes', () => {
    expect(session.type('run bin/hello "a b" c\n')).toContain('hello from bin/hello a b c\n');
    expect(session.type('hello-dynamic\n')).toContain("own 42, greetings 2, the thread's own 42\n");
    expect(session.type('bin/nothing\n')).toContain('bin/nothing: no such command or program; ');
    expect(session.type('time hello\n')).toMatch(/hello from hello\n0\.\d{6} s\n/);
    expect(session.type('core-tests event_ vdso_\n')).toMatch(/\n\d+ passed, 0 failed\n/);
  });

  it('lists jobs, processes, threads, handles and mappings', () => {
    const processes = session.type('ps\n');
    expect(processes).toMatch(
      /job \d+.*\n {2}process \d+ bin\/component_manager, running, \d+ KiB private\n/,
    );
    const [, koid] = /process (\d+) bin\/sh/.exec(processes) ?? [];
    expect(session.type(`threads ${koid}\n`)).toMatch(/ main, running, ran \d+ us\n/);
    expect(session.type(`handles ${koid}\n`)).toMatch(/\d+ socket\n.*\d+ in all\n/s);
    // A process may not ask for its own mappings.
    const [, manager] = /process (\d+) bin\/component_manager/.exec(processes) ?? [];
    expect(session.type(`vmaps ${manager}\n`)).toMatch(/ r-x +\d+ pages of VMO \d+ \+ 0x\w+ /);
    expect(session.type('vmaps 1\n')).toContain('expected the koid of a process or job, found 1\n');
  });

  it('shows the log', () => {
    expect(session.type('dmesg\n')).toMatch(/> userboot: loading bin\/component_manager\n/);
  });

  it('edits lines and remembers them', () => {
    const left = '\x1b[D';
    expect(session.type(`run bin/helo x${left.repeat(3)}l\n`)).toContain('hello from bin/hello x\n');
    expect(session.type('\x1b[A\n')).toContain('hello from bin/hello x\n');
    expect(session.type('rubbish\x15hello y\n')).toContain('hello from hello y\n');
    expect(session.type('ello z\x01h\n')).toContain('hello from hello z\n');
    expect(session.type('nothing\x03')).toMatch(/\^C\n\$ $/);
    expect(session.type('hello one two\x17three\n')).toContain('hello from hello one three\n');
  });

  it('shows the part of a long line around the cursor', () => {
    const long = `hello ${'x'.repeat(200)}`;
    const shown = session.type(long);
    expect(shown.slice(-78)).not.toMatch(/[^x\x1b[K]/);
    expect(session.type('y\x7f\n')).toContain(`hello from ${long}\n`);
  });

  it('completes words: commands, programs, paths', () => {
    expect(session.type('hel\t\t')).toMatch(/\nhelp {2}hello {2}hello-dynamic {2}\n/);
    expect(session.type('lo z\n')).toContain('hello from hello z\n');
    expect(session.type('ls /boot/ker\tcr\t\n')).toContain('0 /boot/kernel/crashlog\n');
    expect(session.type('ls b\t\n')).toContain('hello-dynamic\n');
    expect(session.type('nothing-like-it\t\x15hello q\n')).toContain('hello from hello q\n');
  });

  it('keeps what is typed while a program runs', () => {
    expect(session.type('hello\nhello two\nhello three\n')).toMatch(
      /hello from hello\n.*hello from hello two\n.*hello from hello three\n/s,
    );
  });

  it('refuses wrong arguments in one line', () => {
    for (const command of [
      'cat',
      'hexdump',
      'hexdump bin/hello x',
      'threads',
      'kill x',
      'run',
      'time',
      'dm off',
      'exit x',
    ])
      expect(session.type(`${command}\n`)).toMatch(new RegExp(`^[^\\n]*\\nusage: ${command.split(' ')[0]}`));
  });

  it('ends itself and comes again', () => {
    expect(session.type('exit 3\n')).toMatch(/bin\/sh ended with 3, starting another\n.*\$ $/s);
  });

  it('switches the machine off', () => {
    session.type('dm shutdown\n');
    expect(session.run()).toBe('powered off');
  });
});
