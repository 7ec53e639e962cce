/** Standard input and output. The terminal's own keys keep their meaning unless Ctrl-A x quits. */
import type { Output } from '../../command.js';
import { RawTerminal } from '../../run/raw-terminal.js';
import { StandardIo } from '../../run/standard-io.js';
import type { Endpoint, EndpointEvents } from './endpoint.js';

/** Keys that a terminal makes signals of. */
const signals: Readonly<Record<number, NodeJS.Signals>> = {
  0x03: 'SIGINT',
  0x1a: 'SIGTSTP',
  0x1c: 'SIGQUIT',
};

export class TerminalEndpoint implements Endpoint {
  readonly name = 'stdio';
  private readonly io: StandardIo;
  private hear: (bytes: Uint8Array) => void = () => undefined;

  constructor(
    output: Output,
    lineByLine: boolean,
    /** Whether every key is for whoever is connected, as where another key quits. */
    private readonly takesSignals: boolean,
  ) {
    this.io = new StandardIo((data) => this.typed(data), output, lineByLine);
  }

  open({ met, hear }: EndpointEvents): Promise<void> {
    this.hear = hear;
    this.io.start();
    met();
    return Promise.resolve();
  }

  private typed(data: Uint8Array): void {
    const signal =
      RawTerminal.present && !this.takesSignals ? data.find((byte) => byte in signals) : undefined;
    if (signal !== undefined) process.kill(process.pid, signals[signal]);
    else this.hear(data);
  }

  write(bytes: Uint8Array): void {
    for (const byte of bytes) this.io.transmit(byte);
  }
  get isOpen(): boolean {
    return this.io.open;
  }
  want(isWanted: boolean): void {
    this.io.wantInput(isWanted);
  }
  /** Those of the process's own streams are looked after for all commands. */
  backlog(): undefined {
    return undefined;
  }
  flush(): void {
    this.io.flush();
  }
  beside(text: string): void {
    this.io.beside(text);
  }
  release(): void {
    this.io.release();
  }
  close(): void {
    this.io.stop();
  }
}
