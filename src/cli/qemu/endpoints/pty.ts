/**
 * A pseudo-terminal that another program opens (`screen /dev/pts/3`). Node cannot make one, but `script` of util-linux can,
 * which every Linux has: it is given a command that keeps the terminal open, and copies what goes through.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { QemuError } from '../error.js';
import type { Endpoint, EndpointEvents } from './endpoint.js';

/** Tells its name in the first line, and then is silent for ever. */
const COMMAND = 'stty raw -echo && tty && exec sleep infinity';

/** Milliseconds that handing on the last bytes may take. */
const LAST_WORDS = 200;

export class PtyEndpoint implements Endpoint {
  private child: ChildProcess | undefined;
  isOpen = false;
  name = 'pty';

  constructor(
    /** Says which it is. */
    private readonly note: (text: string) => void,
  ) {}

  open({ met, hear }: EndpointEvents): Promise<void> {
    const child = spawn('script', ['--quiet', '--command', COMMAND, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      // Ctrl-C at this terminal is not for it.
      detached: true,
    });
    this.child = child;
    return new Promise((resolve, reject) => {
      const failed = (): void =>
        reject(new QemuError('Failed to create PTY', "the command 'script' is needed"));
      child.on('error', failed);
      child.on('exit', () => {
        this.isOpen = false;
        failed();
      });
      child.stdin?.on('error', () => undefined);
      let name = '';
      const begin = (data: Buffer): void => {
        name += data.toString('latin1');
        const end = name.indexOf('\n');
        if (end < 0) return;
        child.stdout?.off('data', begin).on('data', hear);
        const terminal = name.slice(0, end).trim();
        this.name = `pty:${terminal}`;
        this.note(`a terminal is at ${terminal}`);
        this.isOpen = true;
        met();
        resolve();
      };
      child.stdout?.on('data', begin);
    });
  }

  /** What nobody has read is kept by the terminal, as far as it has room. */
  write(bytes: Uint8Array): void {
    const stdin = this.child?.stdin;
    if (this.isOpen && stdin?.writableNeedDrain === false) stdin.write(bytes);
  }
  want(isWanted: boolean): void {
    if (isWanted) this.child?.stdout?.resume();
    else this.child?.stdout?.pause();
  }
  backlog(): undefined {
    return undefined;
  }
  close(): void {
    const { child } = this;
    this.isOpen = false;
    child?.removeAllListeners('exit');
    // Once it has handed on what it was given; the end of its input would reach the other side as Ctrl-D.
    setTimeout(() => child?.kill('SIGTERM'), LAST_WORDS);
  }
}
