/** A debugger and crash analyser as a program of the system: what it hears and sees of other programs. */
import { describe, expect, it } from 'vitest';
import { bootZircon, builtInBootImage } from '../src/zircon/index.js';
import { decodeBase64 } from '../src/zircon/images/image.js';
import { programs } from './programs/zircon/index.js';

const added = ['inspector', 'crasher'].map((name) => [`bin/${name}`, decodeBase64(programs[name])] as const);
const image = builtInBootImage(new Map(added));

/** What a program prints under the inspector. */
function inspect(path: string, cores: number): string {
  const { machine } = bootZircon(image, { cores, ramSize: 128 * 2 ** 20 });
  let console = '';
  machine.onTransmit = (byte) => (console += String.fromCharCode(byte).replace('\r', ''));
  const prompts = (): number => console.split('\n$ ').length - 1;
  const untilPrompt = (count: number): void => {
    for (let slices = 0; slices < 100 && prompts() < count; slices++) {
      machine.run({ instructions: 5_000_000, until: machine.now + 5_000_000 });
    }
  };
  untilPrompt(1);
  machine.receive(new TextEncoder().encode(`run bin/inspector ${path}\n`));
  untilPrompt(2);
  return console.slice(console.indexOf('inspector'));
}

describe('the inspector', () => {
  it.each([1, 2])('stops a program when all of it is mapped, and has it go on, on %s cores', (cores) => {
    const output = inspect('bin/hello-dynamic', cores);
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
    const lines = output.split('\n');
    expect(lines.filter((line) => order.includes(line))).toEqual(order);
  });

  it('hears of a crash, which ends the program unless somebody helps it', () => {
    const output = inspect('bin/crasher', 1);
    expect(output).toContain('crash: exception 0x108, address 0x123450\n  in bin/crasher\n');
    expect(output).toContain('ended with -1\n');
  });
});
