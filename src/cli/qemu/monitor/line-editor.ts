/** A line as it is typed, echoed, with what was typed before. */

const MOST_HISTORY = 64;
/** A line that is longer is cut off. */
const LONGEST = 4095;
const BACKSPACE = [0x08, 0x7f];
const [CTRL_C, CTRL_D, CTRL_U, ESCAPE] = [0x03, 0x04, 0x15, 0x1b];

export class LineEditor {
  private line = '';
  readonly history: string[] = [];
  /** How far back in it the present line is. */
  private back = 0;
  /** What of an escape sequence has come. */
  private sequence = '';

  constructor(
    private readonly echo: (text: string) => void,
    /** Hears each line that is whole. */
    private readonly entered: (line: string) => void,
  ) {}

  /** Hears what is typed. */
  receive(bytes: Uint8Array): void {
    for (const byte of bytes) this.key(byte);
  }

  private key(byte: number): void {
    if (this.sequence !== '') this.continueSequence(String.fromCharCode(byte));
    else if (byte === 0x0d || byte === 0x0a) this.enter();
    else if (BACKSPACE.includes(byte)) this.erase(1);
    else if (byte === CTRL_U || byte === CTRL_C || byte === CTRL_D) this.erase(this.line.length);
    else if (byte === ESCAPE) this.sequence = '\x1b';
    else if (byte >= 0x20 && this.line.length < LONGEST) this.add(String.fromCharCode(byte));
  }

  /** The arrows up and down: ESC [ A, ESC [ B. */
  private continueSequence(character: string): void {
    this.sequence += character;
    if (this.sequence === '\x1b[' || this.sequence === '\x1bO') return;
    const step = { A: 1, B: -1 }[character];
    this.sequence = '';
    if (step === undefined) return;
    const back = this.back + step;
    if (back < 0 || back > this.history.length) return;
    this.erase(this.line.length);
    this.back = back;
    this.add(back === 0 ? '' : this.history[this.history.length - back]);
  }

  private add(text: string): void {
    this.line += text;
    this.echo(text);
  }
  private erase(count: number): void {
    const gone = Math.min(count, this.line.length);
    this.line = this.line.slice(0, this.line.length - gone);
    this.echo('\b \b'.repeat(gone));
  }

  private enter(): void {
    const { line, history } = this;
    this.line = '';
    this.back = 0;
    this.echo('\r\n');
    if (line !== '' && history.at(-1) !== line) history.push(line);
    if (history.length > MOST_HISTORY) history.shift();
    this.entered(line);
  }
}
