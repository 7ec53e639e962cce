import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble } from '../../isa/index.js';
import { run } from '../test-run.js';

const sample = 'tests/data/images/lines/dwarf5.elf';

let scratch: string;
beforeAll(() => (scratch = mkdtempSync(join(tmpdir(), 'firstlight-trace-'))));
afterAll(() => rmSync(scratch, { recursive: true }));

describe('firstlight trace', () => {
  it('tells of a program with its symbols and source lines', async () => {
    const { status, out, error } = await run('trace', '--kernel', sample, '--from', 'first', '--count', '3');
    expect([status, error]).toEqual([0, '']);
    expect(out).toContain('\nfirst:  // cpu0 at EL2, 0x40080010\n  // first.c:4\n');
  });

  it('says where it has not come to', async () => {
    const off = join(scratch, 'off.bin');
    const words = ['mov w0, #8', 'movk w0, #33792, lsl #16', 'smc #0'].map((line) => assemble(line));
    writeFileSync(off, new Uint8Array(Uint32Array.from(words).buffer));
    const { status, out, error } = await run('trace', '--kernel', off, '--to', '0x4');
    expect([status, error]).toEqual([
      1,
      'firstlight: --to: 0x4 was not reached: the guest switched the machine off after 9 instructions\n',
    ]);
    expect(out).toMatch(/End: the guest switched the machine off, after 9 instructions\.\n$/);
    const missed = await run('trace', '--kernel', off, '--from', '0x4');
    expect([missed.status, missed.out, missed.error]).toEqual([
      1,
      '',
      'firstlight: --from: 0x4 was not reached: the guest switched the machine off after 9 instructions\n',
    ]);
  });

  it('ends where it is to end', async () => {
    const { status, out } = await run('trace', '--kernel', sample, '--to', '0x40080010');
    expect(status).toBe(0);
    expect(out).toMatch(/bl 0x40080010 <first>.*\n\n\/\/ End: --to 0x40080010, after \d+ instructions\.\n$/);
    expect((await run('trace', '--kernel', sample, '--count', '3')).out).toContain('End: --count, after 3 ');
    expect((await run('trace', '--kernel', sample, '--from', '1', '--to', '3')).out).toContain('after 3 ');
  });

  it('writes a file', async () => {
    const file = join(scratch, 'walk.json');
    const { status, out } = await run(
      'trace',
      '--kernel',
      sample,
      '--count',
      '2',
      '--format',
      'json',
      '--output',
      file,
    );
    expect([status, out]).toEqual([0, '']);
    const kinds = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(kinds).toEqual(['start', 'step', 'step', 'end']);
  });

  it('takes the names of a file', async () => {
    const map = join(scratch, 'System.map');
    writeFileSync(map, '0000000040080000 T begin\n');
    const { status, out, error } = await run(
      'trace',
      '--kernel',
      sample,
      '--symbols',
      map,
      '--from',
      'begin',
      '--count',
      '1',
    );
    expect([status, error]).toEqual([0, '']);
    expect(out).toContain('begin:  // cpu0 at EL2, 0x40080000');
  });

  it('walks through the Zircon system', async () => {
    const { status, out } = await run('trace', '--zircon', '--count', '20', '--by', 'region');
    expect(status).toBe(0);
    expect(out).toContain('cpu0 at EL0');
    expect(out).toContain('TTBR0_EL1 (lower range of EL1 and EL0)');
  });

  it.each([
    [['--kernel', sample, '--from', '0x40080001'], 'expected an address that is a multiple of 4'],
    [['--kernel', sample, '--depth', 'x'], 'expected a whole number from 0'],
    [['--kernel', sample, '--core', '0;1'], 'expected core numbers such as 0,2'],
    [['--kernel', sample, '--core', '1'], 'expected cores below 1, found 1'],
    [['--kernel', sample, '--symbols', 'package.json'], 'expected an ELF file or a System.map'],
    [
      ['--kernel', sample, '--output', sample],
      'expected another file for --output, since --kernel has this one',
    ],
    [['--zbi', sample], '--zbi goes with --zircon'],
    [['--zircon', '--kernel', sample], '--kernel does not go with --zircon'],
    [['--zircon', '-M', 'raspi3b'], '--machine does not go with --zircon'],
    [['--zircon', '--dtb', 'nosuch'], '--dtb does not go with --zircon'],
    [
      ['--kernel', sample, '--from', '100', '--to', '50'],
      '--to: expected 100 instructions or more, as --from, found 50',
    ],
    [[], 'expected --kernel <file>, --bios <file> or --load <file>'],
  ])('says what is wrong with %j', async (args, message) => {
    const { status, out, error } = await run('trace', ...args);
    expect([status, out]).toEqual([2, '']);
    expect(error).toContain(message);
    expect(error.trim().split('\n')).toHaveLength(1);
  });
});
