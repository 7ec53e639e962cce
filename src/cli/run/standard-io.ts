/**
 * Standard input and output of this process, as what a guest is connected to. A terminal is raw, so that each key comes
 * as it is typed.
 */
import type { Output } from '../command.js';
import { RawTerminal } from './raw-terminal.js';

const LINE_FEED = 0x0a;
/** Bytes that are gathered before they are shown, unless a slice ends before. */
const CHUNK = 0x1000;
/** Lines of a slice that are shown as they end, so that whoever waits for one gets it then; more of them go together. */
const SHOWN_AT_ONCE = 8;

export class StandardIo {
  private readonly pending: number[] = [];
  /** Characters on the present line. */
  private column = 0;
  /** Characters of it that have been shown. */
  private shown = 0;
  /** Lines that have ended in this slice. */
  private lines = 0;
  private readonly terminal = new RawTerminal();
  /** Whether input may still come. */
  open = true;
  /** Whether there is room for input. */
  isInputWanted = true;

  constructor(
    private readonly hear: (bytes: Uint8Array) => void,
    private readonly output: Output,
    /** Whether each line is shown when it ends, since the machine's events are to stand between lines. */
    private readonly lineByLine: boolean,
  ) {}

  start(): void {
    const { stdin } = process;
    this.terminal.take();
    if (!RawTerminal.present && !this.isInputWanted) return;
    stdin.on('data', (data: Buffer) => this.hear(data));
    stdin.on('end', () => (this.open = false));
    stdin.on('error', () => (this.open = false));
  }

  /** A pipe waits while no input is wanted. */
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

  transmit(byte: number): void {
    this.pending.push(byte);
    this.column = byte === LINE_FEED ? 0 : this.column + 1;
    if (byte === LINE_FEED) this.lines += 1;
    const isLineShown = byte === LINE_FEED && (this.lineByLine || this.lines <= SHOWN_AT_ONCE);
    if (isLineShown || this.pending.length >= CHUNK) this.show();
  }

  /** A slice has ended: shows what has been sent so far. */
  flush(): void {
    this.lines = 0;
    this.show();
  }

  private show(): void {
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
}
