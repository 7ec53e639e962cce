/**
 * What others hear and see of programs: what the component manager tells of one that crashes, and a debugger and crash
 * analyser as a program of the system. The functions in the backtraces are compared with the
 * symbols of the program's file as src/images reads them, and with the calls in guest/crash/crash.c.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { readElf } from '../src/images/index.js';
import { decodeBase64 } from '../src/zircon/images/image.js';
import { builtInFiles } from '../src/zircon/index.js';
import { programs } from './programs/zircon/index.js';
import { Shell } from './programs/zircon-shell.js';

/** Of `st_info`: gABI, chapter 4, "Symbol Table". */
const STT_FUNC = 2;

const files = new Map(['crasher', 'inspector'].map((name) => [`bin/${name}`, decodeBase64(programs[name])]));

/** On one core and on two. */
let shells: readonly [Shell, Shell];
beforeAll(() => {
  shells = [new Shell(files), new Shell(files, { cores: 2 })];
}, 60_000);

const { symbols } = readElf(builtInFiles().get('bin/crash') ?? new Uint8Array());

interface Frame {
  readonly module: string;
  readonly offset: number;
  readonly name: string;
  readonly distance: number;
}

/** The frames of a report that are in a file. */
function frames(report: readonly string[]): Frame[] {
  const found = report.map((line) =>
    /^bt#\d+: pc 0x\w+ sp 0x\w+ \((.*),(0x\w+)\)(?: (\w+)\+(0x\w+))?$/.exec(line),
  );
  return found
    .filter((match) => match !== null)
    .map(([, module, offset, name = '', distance = '0']) => ({
      module,
      offset: Number(offset),
      name,
      distance: Number(distance),
    }));
}

/** The function of the program that an offset in its file is in. */
const functionAt = (offset: number): string =>
  symbols.find(
    ({ name, type, value, size }) =>
      type === STT_FUNC && name !== '' && offset >= Number(value) && offset < Number(value + size),
  )?.name ?? 'nothing';

/** What each kind goes through, from the place of the crash up to main; what is called last by a function jumps. */
const kinds: readonly [string, RegExp, readonly string[]][] = [
  ['write', /page fault writing 0x10$/, ['write_nowhere', 'crash', 'main']],
  ['read', /page fault reading 0x10$/, ['read_nowhere', 'crash', 'main']],
  ['jump', /page fault executing 0x10$/, ['crash', 'main']],
  ['undefined', /undefined instruction$/, ['undefined', 'crash', 'main']],
  ['abort', /breakpoint or abort\(\), brk #1$/, ['give_up', 'crash', 'main']],
  ['free', /breakpoint or abort\(\), brk #1$/, ['crash', 'main']],
  ['thread', /thread crashing\[\d+\]: page fault writing 0x10$/, ['write_nowhere', 'in_thread']],
  ['callback', /page fault writing 0x10$/, ['write_nowhere', 'compare', 'callback', 'crash', 'main']],
];

describe('the report of a crash', () => {
  it.each(kinds)('tells where, and who called: %s', (kind, what, expected) => {
    const report = shells[0].run(`crash ${kind}`);
    expect(report[0]).toMatch(/^<== crash: process crash\[\d+\] thread \w+\[\d+\]: /);
    expect(report[0]).toMatch(what);
    const own = frames(report).filter(({ module }) => module === 'crash');
    expect(own.map(({ name }) => name)).toEqual(expected);
    own.forEach(({ name, offset, distance }, i) => {
      // But for the first, it is where the call returns to, which may be behind the function's end.
      const at = i === 0 && !['jump', 'abort', 'free'].includes(kind) ? offset : offset - 1;
      expect(functionAt(at)).toBe(name);
      expect(Number(symbols.find((symbol) => symbol.name === name)?.value)).toBe(offset - distance);
    });
    expect(report).toContain('<== end of the report');
    expect(report.at(-1)).toBe('crash: ended with -1');
  });

  it('has the registers, the stack and the files of the process', () => {
    const report = shells[0].run('crash write');
    const text = report.join('\n');
    const pc = Number(/^ {2}pc (0x\w{16}) /m.exec(text)?.[1]);
    const [first] = frames(report);
    const base = Number(/^dso: id=\w{40} base=(0x\w+) name=crash$/m.exec(text)?.[1]);
    expect(pc - base).toBe(first.offset);
    expect(report.filter((line) => line.startsWith('dso: ')).map((line) => line.split('name=')[1])).toEqual([
      'crash',
      'ld.so.1',
      'libzircon.so',
    ]);
    const sp = /sp (0x\w{16})$/m.exec(text)?.[1];
    expect(text).toContain(`stack at 0x${Number(sp).toString(16)}:\n  +000  `);
    expect(text).toMatch(/far 0x0{14}10 esr 0x92000044$/m);
    expect(text).toMatch(/kernel: fatal page fault in process 'crash' \(\d+\) thread 'main'/);
  });

  it('ends somewhere if the stack does not', () => {
    const report = shells[0].run('crash stack');
    const names = frames(report).map(({ name }) => name);
    expect(names).toHaveLength(40);
    expect(new Set(names)).toEqual(new Set(['recurse']));
    expect(report[0]).toMatch(/page fault writing 0x\w+$/);
  });

  it('does without symbols, on any core', () => {
    const report = shells[1].run('run bin/crasher');
    expect(report[0]).toMatch(/process bin\/crasher\[\d+\] thread main\[\d+\]: page fault writing 0x123450$/);
    expect(frames(report)[0]).toMatchObject({ module: 'bin/crasher', name: '' });
    expect(shells[1].run('crash').at(0)).toBe('usage: crash KIND');
  });

  it('comes to its end if the list of files does not, and tells of the next', () => {
    const report = shells[0].run('run bin/crasher spoiled');
    expect(report.filter((line) => /^dso: |\(bin/.test(line))).toEqual([]);
    expect(report).toContain('<== end of the report');
    expect(shells[0].run('crash write')[0]).toMatch(/page fault writing 0x10$/);
  });
});

/** What a program prints under the inspector. */
const inspect = (path: string, shell: Shell): string[] => shell.run(`run bin/inspector ${path}`);

describe('the inspector', () => {
  it.each([1, 2])('stops a program when all of it is mapped, and has it go on, on %s cores', (cores) => {
    const lines = inspect('bin/hello-dynamic', shells[cores - 1]);
    const order = [
      'debugger: exception 0x8308, address 0x0', // ZX_EXCP_PROCESS_STARTING
      'crash: exception 0x308, address 0x0', // ZX_EXCP_SW_BREAKPOINT
      '  in lib/ld.so.1',
      '  module bin/hello-dynamic',
      '  module libgreeting.so',
      '  module ld.so.1',
      '  module libzircon.so',
      'hello, world',
      'goodbye from the library',
      'ended with 0',
    ];
    expect(lines.filter((line) => order.includes(line))).toEqual(order);
  });

  it('hears of a crash, which ends the program unless somebody helps it', () => {
    const output = inspect('bin/crasher', shells[0]).join('\n');
    expect(output).toContain('crash: exception 0x108, address 0x123450\n  in bin/crasher\n');
    expect(output).toMatch(/ended with -1$/);
  });
});
