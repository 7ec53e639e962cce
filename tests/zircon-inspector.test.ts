/** A debugger and crash analyser as a program of the system: what it hears and sees of other programs. */
import { describe, expect, it } from 'vitest';
import { decodeBase64 } from '../src/zircon/images/image.js';
import { programs } from './programs/zircon/index.js';
import { Shell } from './programs/zircon-shell.js';

const files = new Map(['inspector', 'crasher'].map((name) => [`bin/${name}`, decodeBase64(programs[name])]));

/** What a program prints under the inspector. */
const inspect = (path: string, cores: number): string[] =>
  new Shell(files, { cores }).run(`run bin/inspector ${path}`);

describe('the inspector', () => {
  it.each([1, 2])('stops a program when all of it is mapped, and has it go on, on %s cores', (cores) => {
    const lines = inspect('bin/hello-dynamic', cores);
    const order = [
      'debugger: exception 0x8308, address 0x0', // ZX_EXCP_PROCESS_STARTING
      '  in lib/ld.so.1',
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
    const output = inspect('bin/crasher', 1).join('\n');
    expect(output).toContain('crash: exception 0x108, address 0x123450\n  in bin/crasher\n');
    expect(output).toMatch(/ended with -1$/);
  });
});
