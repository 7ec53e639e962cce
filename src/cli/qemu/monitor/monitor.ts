/** QEMU's human monitor: commands, a line each, and what they answer. */
import { printable } from '../../../images/index.js';
import { packageVersion } from '../../package.js';
import type { User } from '../endpoints/multiplexer.js';
import type { Context } from './commands.js';
import { Formats } from './formats.js';
import type { MonitorHost } from './host.js';
import { LineEditor } from './line-editor.js';
import { perform } from './perform.js';

const PROMPT = '(qemu) ';

export class Monitor implements User {
  private readonly editor: LineEditor;
  private readonly context: Context;
  private isFocused = false;
  private hasBegun = false;

  constructor(
    host: MonitorHost,
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
    perform(this.context, line, (text) => this.say(text));
    if (this.isFocused) this.write(PROMPT);
  }

  private tell(line: string): void {
    this.say(`\r\n${printable(line)}`);
    if (this.isFocused) this.write(PROMPT);
  }

  private say(line: string): void {
    this.write(`${line}\r\n`);
  }
}
