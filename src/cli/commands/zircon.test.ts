/** `firstlight zircon` as its user sees it: exit status, output, and one line for wrong input. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram } from '../test-process.js';
import { run } from '../test-run.js';

const directory = mkdtempSync(join(tmpdir(), 'firstlight-zircon-'));
const file = (name: string) => join(directory, name);

let firstlight: string;

beforeAll(async () => {
  firstlight = await buildProgram(file('package'));
  writeFileSync(file('text'), 'no boot image\n');
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('what firstlight zircon refuses', () => {
  it.each([
    ['a boot image that is not there', ['--zbi', file('none')], `${file('none')}: no such file or directory`],
    ['an added file that is not there', ['--add', `bin/x=${file('none')}`], `${file('none')}: no such file`],
    ['an added file without a path', ['--add', '=x'], "--add '=x': expected PATH=FILE"],
    ['an added file without a file', ['--add', 'bin/x'], "--add 'bin/x': expected PATH=FILE"],
    ['an added path that is none', ['--add', `bin//x=${file('text')}`], 'expected a path of names'],
    ['an added path that leads up', ['--add', `../x=${file('text')}`], 'expected a path of names'],
    [
      'a path added twice',
      ['--add', `x=${file('text')}`, '--add', `/x=${file('text')}`],
      'x is added already',
    ],
    ['an item of no type', ['--item', 'nosuch'], "expected an item type's name or number, found 'nosuch'"],
    ['an item that holds items', ['--item', 'container'], "expected an item's type, found 'container'"],
    ['an item of another form', ['--item', 'nvram:x'], "expected TYPE[:EXTRA][=FILE], found 'nvram:x'"],
    ['an item that is not there', ['--item', `nvram=${file('none')}`], `${file('none')}: no such file`],
    [
      'an item beside a snapshot',
      ['--load', file('text'), '--item', 'nvram'],
      '--item does not go with --load',
    ],
    ['an empty boot image', ['--zbi', '/dev/null'], 'the boot image is empty'],
    ['too little memory', ['-m', '1M'], 'RAM is too small'],
    ['figures to a directory', ['--stats', directory], `${directory}: is a directory`],
    ['no snapshot', ['--load', file('text')], `${file('text')}: at offset 0x0: expected a snapshot's magic`],
    ['a boot image beside a snapshot', ['--load', file('text'), '--append', 'x'], '--append'],
    ['categories that are none', ['--trace', 'syscall'], "'syscall'"],
  ])('%s: one line, and status 2', async (_what, args, line) => {
    const { status, out, error } = await run('zircon', ...args);
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(error).toMatch(/^[^\n]+\n$/);
    expect(error).toContain(line);
  });
});

describe('a run of firstlight zircon', () => {
  /** Both output streams go to one file. */
  const zircon = (...args: string[]): { status: number | null; lines: string[] } => {
    const command = [process.execPath, firstlight, 'zircon', ...args].map((word) => `'${word}'`);
    const { status } = spawnSync('sh', ['-c', `${command.join(' ')} >${file('both')} 2>&1 </dev/null`]);
    return { status, lines: readFileSync(file('both'), 'utf8').split(/\r?\n/) };
  };

  it('ends with status 0 when the guest shuts down, its events before the lines they lead to', () => {
    const append = 'userboot.next=bin/hello+one userboot.shutdown';
    const { status, lines } = zircon('--append', append, '--trace', 'vm,syscalls', '--stats', file('stats'));
    expect(status).toBe(0);
    const story = [
      /userboot-initial-stack': page 63 committed at 0x\w+ by page fault$/,
      /> userboot: bootstrap message of /,
      /userboot-bootfs': pages 0 to \d+ committed at 0x\w+ by commit$/,
      /> userboot: loading bin\/hello$/,
      /^hello from bin\/hello one$/,
      /> userboot: bin\/hello exited with 0$/,
      /system_powerctl\(/,
    ].map((pattern) => lines.findIndex((line) => pattern.test(line)));
    expect(story.every((at) => at >= 0)).toBe(true);
    expect(story).toEqual([...story].sort((a, b) => a - b));
    expect(JSON.parse(readFileSync(file('stats'), 'utf8'))).toMatchObject({ exit: 'powered off' });
  });

  it('ends with status 1 and one line that says why when the boot image is none', () => {
    const { status, lines } = zircon('--zbi', file('text'));
    expect(status).toBe(1);
    expect(lines[0]).toContain('> userboot: bootstrap message of ');
    expect(lines[1]).toMatch(/> userboot: boot image: .* is not a ZBI/);
    expect(lines.slice(2)).toEqual(['']);
  });

  it('goes on from a snapshot', () => {
    const append = 'userboot.next=bin/hello userboot.shutdown';
    const saved = zircon('--append', append, '--until', 'loading', '--save', file('snapshot'));
    expect(saved.status).toBe(0);
    const { status, lines } = zircon('--load', file('snapshot'));
    expect(status).toBe(0);
    expect(lines).toContain('hello from bin/hello');
  });
});
