/**
 * The terminal of standard input in raw mode: each key comes as it is typed, Ctrl-C and Ctrl-Z as well. Whoever stops
 * this process (`kill -TSTP`) finds the terminal as it was, and the process takes it again when it goes on.
 */
export class RawTerminal {
  /** Whether there is one: somebody types here. */
  static get present(): boolean {
    return process.stdin.isTTY === true;
  }

  take(): void {
    if (!RawTerminal.present) return;
    process.stdin.setRawMode(true);
    process.on('SIGTSTP', this.suspend);
    process.on('SIGCONT', this.resume);
  }

  release(): void {
    if (!RawTerminal.present) return;
    process.off('SIGTSTP', this.suspend);
    process.off('SIGCONT', this.resume);
    process.stdin.setRawMode(false);
  }

  private readonly suspend = (): void => {
    process.stdin.setRawMode(false);
    process.kill(process.pid, 'SIGSTOP');
  };

  /** The shell may have set modes of its own meanwhile: Node sets them only where its own notion changes. */
  private readonly resume = (): void => {
    process.stdin.setRawMode(false);
    process.stdin.setRawMode(true);
  };
}
