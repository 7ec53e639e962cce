/** QEMU's human monitor: commands, a line each, and what they answer. */
import { printable } from '../../../images/index.js';
import { packageVersion } from '../../package.js';
import type { User } from '../endpoints/multiplexer.js';
import { monitorRows, rowOf, type Context } from './commands.js';
import { MonitorError } from './error.js';
import { Formats } from './formats.js';
import type { MonitorHost } from './host.js';
import { LineEditor } from './line-editor.js';
import { Reader } from './reader.js';

const PROMPT = '(qemu) ';

export class Monitor implements User {
  private readonly editor: LineEditor;
  private readonly context: Context;
  private isFocused = false;
  private hasBegun = false;

  constructor(
    private readonly host: MonitorHost,
    private readonly write: (text: string) => void,
  ) {
    this.editor = new LineEditor(
      (text) => this.write(text),
      (line) => this.entered(line),
    );
    const tell = (line: string): void => this.tell(line);
    this.context = { host, formats: new Formats(), core: 0, history: this.editor.history, tell };
  }

  met(): void {
    this.hasBegun = false;
  }

  focus(isFocused: boolean): void {
    this.isFocused = isFocused;
    if (!isFocused) return;
    if (!this.hasBegun) this.say(`firstlight ${packageVersion()} monitor - type 'help' for more information`);
    this.hasBegun = true;
    this.write(PROMPT);
  }

  sendBreak(): void {}

  receive(bytes: Uint8Array): void {
    this.editor.receive(bytes);
  }

  private entered(line: string): void {
    this.perform(line);
    if (this.isFocused) this.write(PROMPT);
  }

  private perform(line: string): void {
    const [, name, rest] = /^\s*([^\s/]*)(.*)$/s.exec(line) ?? [];
    if (name === '' && rest.trim() === '') return;
    try {
      const found = rowOf(monitorRows, name);
      if (found === undefined) throw new MonitorError(`unknown command: '${printable(name)}'`);
      const reader = new Reader(rest, (register) => this.register(register));
      for (const text of found.row.run(this.context, reader, found.names) ?? []) this.say(text);
    } catch (error) {
      if (!(error instanceof MonitorError)) throw error;
      this.say(printable(error.message));
      const help = name === 'info' ? `info ${rest.trim().split(/\s/)[0]}` : name;
      if (error.isSyntax) this.say(`Try "help ${printable(help)}" for more information`);
    }
  }

  private tell(line: string): void {
    this.say(`\r\n${printable(line)}`);
    if (this.isFocused) this.write(PROMPT);
  }

  private say(line: string): void {
    this.write(`${line}\r\n`);
  }

  private register(name: string): bigint | undefined {
    const registers = this.host.machine.core(this.context.core);
    if (name === 'pc' || name === 'sp') return registers[name];
    const [, number] = /^x([12]?\d|30)$/.exec(name) ?? [];
    if (number !== undefined) return registers.x(Number(number));
    return this.host.machine.systemRegister(this.context.core, name.toUpperCase());
  }
}
