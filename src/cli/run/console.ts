/**
 * The guest's console on this process's terminal. On a terminal it is raw, and Ctrl-A is the escape key, as in
 * QEMU: Ctrl-A x quits, Ctrl-A h helps, Ctrl-A Ctrl-A sends a Ctrl-A.
 */
const CTRL_A = 0x01;
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
  /** Whether input may still come. */
  open = true;

  constructor(private readonly events: ConsoleEvents) {}

  /** Whether a person types here. */
  static get interactive(): boolean {
    return process.stdin.isTTY === true;
  }

  start(): void {
    const { stdin } = process;
    if (stdin.isTTY) stdin.setRawMode(true);
    stdin.on('data', (data: Buffer) => this.typed(data));
    stdin.on('end', () => (this.open = false));
    stdin.on('error', () => (this.open = false));
  }

  stop(): void {
    this.flush();
    if (this.column > 0 && process.stdout.isTTY) process.stdout.write('\r\n');
    const { stdin } = process;
    if (stdin.isTTY) stdin.setRawMode(false);
    stdin.removeAllListeners('data');
    stdin.pause();
    stdin.unref?.();
  }

  /** A byte from the guest. */
  transmit(byte: number): void {
    this.pending.push(byte);
    this.column = byte === 0x0a ? 0 : this.column + 1;
    if (byte === 0x0a || this.pending.length >= 256) this.flush();
  }

  /** Shows what the guest has sent so far. */
  flush(): void {
    if (this.pending.length === 0) return;
    process.stdout.write(Uint8Array.from(this.pending));
    this.pending.length = 0;
  }

  private typed(data: Buffer): void {
    if (!process.stdin.isTTY) {
      this.events.input(data);
      return;
    }
    const bytes: number[] = [];
    for (const byte of data) {
      if (this.escaped) {
        this.escaped = false;
        if (byte === CTRL_A) bytes.push(byte);
        else if (byte === 0x78) this.events.quit();
        else process.stdout.write(HELP);
      } else if (byte === CTRL_A) this.escaped = true;
      else bytes.push(byte);
    }
    if (bytes.length > 0) this.events.input(Uint8Array.from(bytes));
  }
}
