/** QEMU's log: what `-d` asks for, in the file of `-D` or on the error stream. */
import type { Machine } from '../../../machine/index.js';
import { openOutput, type GrowingOutput } from '../../files/index.js';
import { logInterrupts } from './interrupts.js';
import type { LogItem } from './items.js';

/** Characters that are gathered before they are written, since a boot has millions of lines. */
const CHUNK = 0x4000;

export class QemuLog {
  /** Where it goes without a file. */
  beside: (text: string) => void = () => undefined;
  private gathered = '';
  private readonly file: GrowingOutput | undefined;

  /** Throws FileError for a file that cannot be written. */
  constructor(machine: Machine, items: readonly LogItem[], path: string | undefined) {
    this.file = path === undefined ? undefined : openOutput(path, new Uint8Array());
    if (items.includes('int')) logInterrupts(machine, (text) => this.write(text));
    if (this.file !== undefined && (items.includes('unimp') || items.includes('guest_errors')))
      machine.logged.add((message) => this.write(`${message}\n`));
  }

  private write(text: string): void {
    this.gathered += text;
    if (this.gathered.length >= CHUNK) this.flush();
  }

  /** Writes what has been gathered. */
  flush(): void {
    const { gathered, file } = this;
    if (gathered === '') return;
    this.gathered = '';
    if (file === undefined) this.beside(gathered);
    else file.write(new TextEncoder().encode(gathered));
  }
  close(): void {
    this.flush();
    this.file?.close();
  }
}
