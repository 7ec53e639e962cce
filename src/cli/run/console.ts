/**
 * The guest's console on this process's terminal. On a terminal it is raw, and Ctrl-A is the escape key, as in
 * QEMU: Ctrl-A x quits, Ctrl-A h helps, Ctrl-A Ctrl-A sends a Ctrl-A.
 */
import type { Output } from '../command.js';
import { RawTerminal } from './raw-terminal.js';

const CTRL_A = 0x01;
const LINE_FEED = 0x0a;
/** Bytes that are gathered before they are shown, unless a slice ends before. */
const CHUNK = 0x1000;
const HELP = [
  '',
  'Ctrl-A h       this help',
  'Ctrl-A x       quit',
  'Ctrl-A Ctrl-A  send Ctrl-A to the guest',
  '',
].join('\r\n');

export interface ConsoleEvents {
  /** Bytes for the guest. */
  readonly input: (bytes: Uint8Array) => void;
  readonly quit: () => void;
}

export class Console {
  private readonly pending: number[] = [];
  private escaped = false;
  /** Characters on the present line. */
  private column = 0;
  /** Characters of it that have been shown. */
  private shown = 0;
  private readonly terminal = new RawTerminal();
  /** Whether input may still come. */
  open = true;
  /** Whether there is room for input. */
  private isInputWanted = true;

  constructor(
    private readonly events: ConsoleEvents,
    private readonly output: Output,
    /** Whether each line is shown when it ends, since the machine's events are to stand between lines. */
    private readonly lineByLine: boolean,
  ) {}

  start(): void {
    const { stdin } = process;
    this.terminal.take();
    if (!RawTerminal.present && !this.isInputWanted) return;
    stdin.on('data', (data: Buffer) => this.typed(data));
    stdin.on('end', () => (this.open = false));
    stdin.on('error', () => (this.open = false));
  }

  /** A pipe waits while no input is wanted. What is typed meanwhile is lost, as on any terminal, except for Ctrl-A. */
  wantInput(isWanted: boolean): void {
    this.isInputWanted = isWanted;
    if (RawTerminal.present) return;
    if (isWanted) process.stdin.resume();
    else process.stdin.pause();
  }

  /** Gives the terminal back; what the guest sends is still shown. */
  release(): void {
    this.terminal.release();
  }

  stop(): void {
    this.flush();
    if (process.stdout.isTTY) this.endLine();
    this.release();
    const { stdin } = process;
    stdin.removeAllListeners('data');
    stdin.pause();
    stdin.unref?.();
  }

  /** A byte from the guest. */
  transmit(byte: number): void {
    this.pending.push(byte);
    this.column = byte === LINE_FEED ? 0 : this.column + 1;
    if ((byte === LINE_FEED && this.lineByLine) || this.pending.length >= CHUNK) this.flush();
  }

  /** Shows what the guest has sent so far. */
  flush(): void {
    if (this.pending.length === 0) return;
    this.output.out(Uint8Array.from(this.pending));
    this.pending.length = 0;
    this.shown = this.column;
  }

  /** Whole lines on the error stream. Where that is where the console is, they do not begin within a line of it. */
  beside(text: string): void {
    if (this.output.isOne === true) this.endLine();
    this.output.error(text);
  }

  private endLine(): void {
    if (this.shown > 0) this.output.out('\n');
    this.shown = 0;
  }

  private typed(data: Buffer): void {
    if (!RawTerminal.present) {
      this.events.input(data);
      return;
    }
    const bytes: number[] = [];
    for (const byte of data) {
      if (this.escaped) {
        this.escaped = false;
        if (byte === CTRL_A) bytes.push(byte);
        else if (byte === 0x78) this.events.quit();
        else this.output.out(HELP);
      } else if (byte === CTRL_A) this.escaped = true;
      else bytes.push(byte);
    }
    if (bytes.length > 0 && this.isInputWanted) this.events.input(Uint8Array.from(bytes));
  }
}
