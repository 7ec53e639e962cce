/** The built-in system's shell on a machine of its own: what is typed, and what the console shows of it. */
import { bootZircon, builtInBootImage, type ZirconOptions } from '../../src/zircon/index.js';

const PROMPT = '\n$ ';
const SLICE = 50_000_000;

export class Shell {
  private readonly machine;
  private console = '';

  /** With further files in the boot image. */
  constructor(files: ReadonlyMap<string, Uint8Array> = new Map(), options: ZirconOptions = {}) {
    this.machine = bootZircon(builtInBootImage(files), { ramSize: 128 * 2 ** 20, ...options }).machine;
    this.machine.onTransmit = (byte) => (this.console += String.fromCharCode(byte).replace('\r', ''));
    this.until(() => this.prompts === 1, 'the prompt');
  }

  private get prompts(): number {
    return this.console.split(PROMPT).length - 1;
  }

  /** Types keys, and nothing else. */
  type(keys: string): void {
    this.machine.receive(new TextEncoder().encode(keys));
  }

  /** Lets the machine run until the console shows something. @throws if it never does */
  private until(isThere: () => boolean, what: string): void {
    for (let slices = 0; !isThere(); slices++) {
      if (slices === 600) throw new Error(`expected ${what}, found\n${this.console}`);
      this.machine.run({ instructions: SLICE, until: this.machine.now + SLICE });
    }
  }

  /** Types keys and returns what the console shows from then on until `text` is in it. */
  typeUntil(keys: string, text: string): string {
    const before = this.console.length;
    this.type(keys);
    this.until(() => this.console.indexOf(text, before) >= 0, `'${text}'`);
    return this.console.slice(before);
  }

  /** Types a line and returns the lines up to the next prompt, without the one that was typed. */
  run(line: string): string[] {
    const before = this.console.length;
    const { prompts } = this;
    this.type(`${line}\n`);
    this.until(() => this.prompts > prompts, 'another prompt');
    return this.console.slice(before, this.console.lastIndexOf(PROMPT)).split('\n').slice(1);
  }
}
