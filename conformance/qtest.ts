/**
 * QEMU's board `raspi3b` by its test protocol (QEMU, docs/devel/testing/qtest), which needs no program on the cores.
 * Cores and time stand still.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Longer than anything takes that has an end. */
const TIMEOUT_MS = 300_000;

export class Qtest {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly replies: AsyncIterator<string, undefined>;
  private readonly timer: NodeJS.Timeout;
  /** Rejects when QEMU ends, or cannot be started. */
  private readonly failed: Promise<never>;
  private errors = '';

  /** Starts QEMU, with options beside those that every board has. */
  constructor(options: readonly string[]) {
    const child = spawn('qemu-system-aarch64', [
      ...['-M', 'raspi3b', '-display', 'none', '-serial', 'null', '-S'],
      ...['-qtest', 'stdio', '-qtest-log', 'none', ...options],
    ]);
    this.child = child;
    this.replies = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
    child.stderr.on('data', (text: Buffer) => (this.errors += text.toString()));
    child.stdin.on('error', () => undefined);
    this.failed = new Promise((_, reject) => {
      child.on('error', reject);
      child.on('close', () => reject(new Error(`QEMU ended before all was done: ${this.errors.trim()}`)));
    });
    this.failed.catch(() => undefined);
  }

  /** What each command gives, which may be nothing. Throws if QEMU refuses one. */
  ask(commands: readonly string[]): Promise<string[]> {
    this.child.stdin.write(commands.map((command) => `${command}\n`).join(''));
    return this.whileItRuns(this.results(commands));
  }

  /** Throws if QEMU is missing, or ends before this is done. */
  whileItRuns<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.failed]);
  }

  end(): void {
    clearTimeout(this.timer);
    this.child.kill('SIGKILL');
  }

  private async results(commands: readonly string[]): Promise<string[]> {
    const results: string[] = [];
    for (const command of commands) {
      const { done, value } = await this.replies.next();
      if (done === true) return this.failed;
      const [status, result = ''] = value.split(' ');
      if (status !== 'OK') throw new Error(`QEMU's test protocol says to ${command}: ${value}`);
      results.push(result);
    }
    return results;
  }
}
