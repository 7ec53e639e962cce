/** `--semihosting`: what a program gets by it, and what it does not. Its conformance with QEMU is compared elsewhere. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CODE, program } from '../../tests/programs/program.js';
import { Session } from '../host/index.js';
import { answered, Errno, Machine, type FileRequest } from '../machine/index.js';
import { loadSnapshot, saveSnapshot } from '../observe/index.js';
import { DirectoryFiles } from './run/semihosting-files.js';
import { run } from './test-run.js';

const directory = mkdtempSync(join(tmpdir(), 'firstlight-semihosting-'));
afterAll(() => rmSync(directory, { recursive: true }));
const path = (name: string): string => join(directory, name);
const shared = path('shared');
mkdirSync(join(shared, 'sub'), { recursive: true });
writeFileSync(path('secret'), 'secret');
symlinkSync('../secret', join(shared, 'link'));

/** Text as words of a program, with zeros behind. */
const text = (content: string): string => {
  const bytes = new Uint8Array(Math.ceil((content.length + 1) / 4) * 4);
  bytes.set(new TextEncoder().encode(content));
  return Array.from(new Uint32Array(bytes.buffer), (word) => `.word ${word}`).join('\n');
};
const call = (operation: number): string => `mov w0, #${operation}\nhlt #0xf000`;
const exit = (status: number): string => `
    adr x1, reason
    mov x2, #${status}
    str x2, [x1, #8]
    ${call(0x18)}
  `;
const data = `
  .align 8
  reason:
    .quad 0x20026
    .quad 0
`;
/** Writes `hello` into a file of that name, and leaves with the handle that it had. */
const writer = program(`
    adr x1, opening
    ${call(0x01)}
    mov x19, x0
    adr x1, writing
    str x0, [x1]
    ${call(0x05)}
    adr x1, name
    ${call(0x04)}
    adr x1, reason
    str x19, [x1, #8]
    ${call(0x18)}
  name:
    ${text('hello')}
  ${data}
  opening:
    .quad name
    .quad 4
    .quad 5
  writing:
    .quad 0
    .quad name
    .quad 5
`);
const file = (name: string, content: Uint8Array): string => {
  writeFileSync(path(name), content);
  return path(name);
};
const kernel = file('writer.bin', writer);
const boot = ['boot', '-q', '-m', '16M', '--clock', 'virtual', '--kernel', kernel];

describe('--semihosting', () => {
  it('writes to a file, to the console, and leaves with a status', async () => {
    expect(await run(...boot, '--semihosting', '--semihosting-files', shared)).toEqual({
      status: 1,
      out: 'hello',
      error: '',
    });
    expect(readFileSync(join(shared, 'hello'), 'utf8')).toBe('hello');
  });

  it('gives no files unless told which', async () => {
    const { status, error } = await run(...boot.filter((word) => word !== '-q'), '--semihosting');
    expect(status).toBe(255);
    expect(error).toContain('the guest asks for a file of the host, of which it may have none');
  });

  it('is undefined without', async () => {
    expect((await run(...boot, '--instructions', '1000')).status).toBe(0);
  });

  it.each([
    [['--semihosting-files', shared], '--semihosting-files goes with --semihosting'],
    [
      ['--semihosting', '--semihosting-files', path('missing')],
      `--semihosting-files ${path('missing')}: no such file or directory`,
    ],
    [
      ['--semihosting', '--semihosting-files', path('secret')],
      `--semihosting-files ${path('secret')}: expected a directory`,
    ],
  ])('refuses %s', async (words, message) => {
    expect(await run(...boot, ...words)).toMatchObject({
      status: 2,
      error: `firstlight: boot: ${message}\n`,
    });
  });

  it('is recorded, and replayed without the directory', async () => {
    const recording = path('recording');
    const words = ['--semihosting', '--semihosting-files', shared, '--record', recording, '--embed'];
    await run(...boot, ...words);
    rmSync(join(shared, 'hello'));
    expect(await run('replay', '-q', recording)).toEqual({ status: 0, out: 'hello', error: '' });
  });

  it('is QEMU’s -semihosting', async () => {
    const words = ['-M', 'virt', '-display', 'none', '-serial', 'null', '-semihosting', '-kernel', kernel];
    const own = ['--clock', 'virtual', '--semihosting-files', shared, '--quiet'];
    expect(await run('qemu', ...words, ...own)).toEqual({ status: 1, out: 'hello', error: '' });
  });
});

/** A machine about to execute a program at EL1, or at EL0 from there. */
function machineWith(source: string, userspace = false): Machine {
  const machine = new Machine({
    ramSize: 2 ** 24,
    semihosting: { userspace, commandLine: '', files: true },
  });
  const segments = [{ address: CODE, bytes: program(source) }];
  machine.powerUp({ segments, cores: [{ powered: true, pc: CODE, el: 1, x0: 0 }] });
  return machine;
}
const toUser = `
    adr x9, user
    msr elr_el1, x9
    mov x9, #0
    msr spsr_el1, x9
    eret
  user:
`;

describe('a call', () => {
  it('waits for input, across a snapshot', () => {
    const machine = machineWith(`
        ${call(0x07)}
        adr x1, reason
        str x0, [x1, #8]
        ${call(0x18)}
      ${data}`);
    expect(machine.run()).toBe('idle');
    const later = loadSnapshot(saveSnapshot(machine));
    expect(later.wakesOnInputAt('semihosting')).toBe(true);
    later.receive([42], 'semihosting');
    expect(later.run()).toBe('exited');
    expect(later.semihosting?.exitStatus).toBe(42);
  });

  it('is one at EL0 only where that is allowed', () => {
    const allowed = machineWith(`${toUser} ${exit(7)} ${data}`, true);
    expect(allowed.run()).toBe('exited');
    expect(allowed.semihosting?.exitStatus).toBe(7);
    const refused = machineWith(`${toUser} ${exit(7)} ${data}`);
    expect(refused.run({ instructions: 1000 })).toBe('limit');
  });

  it('is answered before anything else happens, and but once', () => {
    const machine = machineWith(`
        adr x1, closing
        ${call(0x0e)}
        mov x19, x0
        ${exit(0)}
      ${data}
      closing:
        .quad reason
        .quad 3`);
    expect(machine.run()).toBe('stopped');
    const request = machine.semihosting?.request as FileRequest;
    expect(request).toMatchObject({ core: 0, what: 'remove' });
    machine.answerSemihosting(0, answered());
    expect(() => machine.answerSemihosting(0, answered())).toThrow(RangeError);
    expect(machine.run()).toBe('exited');
    expect(machine.core(0).x(19)).toBe(0n);
  });

  it('of a machine that nobody has files for is refused', async () => {
    const machine = machineWith(`
        adr x1, naming
        ${call(0x0e)}
        ${call(0x13)}
        adr x1, reason
        str x0, [x1, #8]
        ${call(0x18)}
      ${data}
      naming:
        .quad reason
        .quad 3`);
    expect(await new Session(machine).run()).toEqual({ kind: 'exited', status: Errno.EACCES });
  });
});

describe('a directory of files', () => {
  const files = new DirectoryFiles(shared);
  const bytes = (name: string) => new TextEncoder().encode(name);
  const open = (name: string, mode = 0) =>
    files.perform({ core: 0, what: 'open', handle: 1, name: bytes(name), mode });
  const remove = (name: string) => files.perform({ core: 0, what: 'remove', name: bytes(name) });
  const rename = (name: string, to: string) =>
    files.perform({ core: 0, what: 'rename', name: bytes(name), to: bytes(to) });

  it.each(['..', '../secret', 'sub/../../secret', 'link', '.', '/', '/..', 'sub/../..', 'sub'])(
    'gives nothing for %s',
    (name) => {
      expect(open(name).error).toBe(Errno.EACCES);
      expect(open(name, 4).error).not.toBe(0);
      expect(readFileSync(path('secret'), 'utf8')).toBe('secret');
    },
  );
  it('has its own root', () => {
    writeFileSync(join(shared, 'inside'), 'abc');
    expect(open('/inside')).toEqual(answered());
    expect(files.perform({ core: 0, what: 'length', handle: 1 }).value).toBe(3);
    files.perform({ core: 0, what: 'close', handle: 1 });
    expect(files.perform({ core: 0, what: 'length', handle: 1 }).error).toBe(Errno.EBADF);
  });
  it('keeps what is outside of it', () => {
    expect(remove('../secret').error).toBe(Errno.EACCES);
    expect(rename('../secret', 'mine').error).toBe(Errno.EACCES);
    expect(rename('inside', '../theirs').error).toBe(Errno.EACCES);
    expect(remove('nothing').error).toBe(Errno.ENOENT);
  });
  it('appends where that is asked for', () => {
    expect(open('inside', 8).error).toBe(0);
    files.perform({ core: 0, what: 'write', handle: 1, bytes: bytes('def') });
    files.perform({ core: 0, what: 'close', handle: 1 });
    expect(readFileSync(join(shared, 'inside'), 'utf8')).toBe('abcdef');
  });
});
