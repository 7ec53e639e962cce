/** Programs that take all there is of something, run from the shell, which lives on and can kill them. */
import { describe, expect, it } from 'vitest';
import { bootZircon, builtInBootImage } from '../src/zircon/index.js';
import { decodeBase64 } from '../src/zircon/images/image.js';
import { programs } from './programs/zircon/index.js';

const PROMPT = '\n$ ';
const image = builtInBootImage(new Map([['bin/glutton', decodeBase64(programs.glutton)]]));

class Shell {
  console = '';
  private readonly machine;

  constructor(cores: number) {
    this.machine = bootZircon(image, { cores, ramSize: 128 * 2 ** 20 }).machine;
    this.machine.onTransmit = (byte) => (this.console += String.fromCharCode(byte).replace('\r', ''));
    this.until(0, PROMPT);
  }
  /** Types a line; what the console shows up to the text. */
  type(line: string, text = PROMPT): string {
    const from = this.console.length;
    this.machine.receive(new TextEncoder().encode(`${line}\n`));
    return this.until(from, text);
  }
  /** Runs until a text stands on the console behind `from`; never more than so many instructions. */
  private until(from: number, text: string): string {
    for (let slices = 0; slices < 200 && !this.console.includes(text, from); slices++) {
      this.machine.run({ instructions: 5_000_000, until: this.machine.now + 5_000_000 });
    }
    return this.console.slice(from);
  }
}

describe('a program that has taken all', () => {
  it.each([
    ['threads', 1, /65\d{3} threads, then -4/],
    ['handles', 1, /19\d{4} handles, then -4/],
    ['messages', 2, /20\d\d messages, then -4/],
    ['time', 1, /\[\d+\]/],
  ])('%s can be killed from the shell', (what, cores, taken) => {
    const shell = new Shell(cores);
    let output = shell.type(`run bin/glutton ${what} &`);
    const [, koid] = /\[(\d+)\]/.exec(output) ?? [];
    if (what !== 'time') output += shell.type('', 'then -4');
    expect(output).toMatch(taken);
    expect(shell.type('ps')).toContain('bin/glutton, running');
    shell.type(`kill ${koid}`);
    expect(shell.type('run bin/hello x')).toContain('hello from bin/hello x');
    expect(shell.type('ps')).not.toContain('glutton');
  });

  it.each(['memory', 'processes'])(
    'memory, in the shape of %s, is killed, and the shell lives on',
    (what) => {
      const shell = new Shell(1);
      expect(shell.type(`run bin/glutton ${what}`)).toMatch(/\*KILL\* job \d+ 'bin\/glutton'/);
      expect(shell.type('run bin/hello x')).toContain('hello from bin/hello x');
      expect(shell.type('ps')).not.toContain('glutton');
    },
  );
});
