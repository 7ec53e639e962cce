/** A `gdb-multiarch` that is told one command after another. */
import { spawn, type ChildProcess } from 'node:child_process';

/** Milliseconds that one command may take. */
const PATIENCE = 60_000;

export class GdbProcess {
  private readonly child: ChildProcess;
  private output = '';
  private heard: () => void = () => undefined;
  private count = 0;

  constructor() {
    // One stream, so that errors stand where they belong.
    this.child = spawn('sh', ['-c', 'exec gdb-multiarch -nx -q 2>&1'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.child.stdout?.on('data', (data: Buffer) => {
      this.output += data.toString();
      this.heard();
    });
  }

  /** What a command says. `interruptAfter`: Ctrl-C comes so many ms later. @throws Error if it takes too long */
  async tell(command: string, interruptAfter?: number): Promise<string> {
    const end = `@@ ${(this.count += 1)} @@`;
    this.output = '';
    this.child.stdin?.write(`${command}\necho \\n${end}\\n\n`);
    const timer =
      interruptAfter === undefined ? undefined : setTimeout(() => this.child.kill('SIGINT'), interruptAfter);
    await this.hear(end, command);
    clearTimeout(timer);
    return this.output.slice(0, this.output.indexOf(end)).replaceAll('(gdb) ', '').trim();
  }

  private hear(end: string, command: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`GDB does not come back from '${command}': ${this.output}`)),
        PATIENCE,
      );
      this.heard = () => {
        if (!this.output.includes(end)) return;
        clearTimeout(timer);
        resolve();
      };
      this.heard();
    });
  }

  close(): void {
    this.child.kill('SIGKILL');
  }
}
