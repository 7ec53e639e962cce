/**
 * Standard output and standard error of this process. What they are given arrives whole and in order, or the process
 * ends with a status that says so: like other tools with that of SIGPIPE where the reader of a pipe has gone
 * (`firstlight fdt F | head`), with 2 and one line where there is no space left.
 */
import { fstatSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { Output } from './command.js';
import { exitStatus, signalStatus } from './exit-status.js';
import { reasonOf } from './files/index.js';

type WriteStream = NodeJS.WriteStream & { readonly fd: number };

/** One of the two. */
class Stream {
  private broken = false;
  private draining: Promise<void> | undefined;
  private readonly isFile: boolean;

  constructor(
    private readonly stream: WriteStream,
    private readonly onBroken: (error: NodeJS.ErrnoException) => void,
  ) {
    stream.on('error', (error: NodeJS.ErrnoException) => this.break(error));
    const status = fstatSync(stream.fd);
    this.isFile = !isatty(stream.fd) && !status.isFIFO() && !status.isSocket();
  }

  write(data: string | Uint8Array): void {
    if (this.broken) return;
    if (this.isFile) this.writeFile(typeof data === 'string' ? Buffer.from(data) : data);
    else this.stream.write(data);
  }

  /** Resolves once a pipe has taken enough for more to be written; undefined if it has. */
  backlog(): Promise<void> | undefined {
    const { stream } = this;
    if (this.broken || !stream.writableNeedDrain) return undefined;
    this.draining ??= new Promise((resolve) => {
      const done = (): void => {
        stream.off('drain', done).off('error', done);
        this.draining = undefined;
        resolve();
      };
      stream.on('drain', done).on('error', done);
    });
    return this.draining;
  }

  /** Node does not write on where a disk takes only a part. */
  private writeFile(data: Uint8Array): void {
    try {
      for (let at = 0; at < data.length;) at += writeSync(this.stream.fd, data, at);
    } catch (error) {
      this.break(error as NodeJS.ErrnoException);
    }
  }

  private break(error: NodeJS.ErrnoException): void {
    if (this.broken) return;
    this.broken = true;
    this.onBroken(error);
  }
}

function isSameFile(one: number, other: number): boolean {
  const [a, b] = [fstatSync(one), fstatSync(other)];
  return a.dev === b.dev && a.ino === b.ino;
}

export class Streams implements Output {
  /** By what the process ends if an output has broken. */
  private failure: number | undefined;
  private ender: (() => void) | undefined;
  private readonly standardOutput = new Stream(process.stdout, (error) => {
    if (this.fail(error)) this.error(`firstlight: standard output: ${reasonOf(error)}\n`);
    this.end();
  });
  private readonly standardError = new Stream(process.stderr, (error) => {
    this.fail(error);
    this.end();
  });

  readonly isOne = isSameFile(process.stdout.fd, process.stderr.fd);
  out = (data: string | Uint8Array): void => this.standardOutput.write(data);
  error = (text: string): void => this.standardError.write(text);
  backlog = (): Promise<void> | undefined => this.standardOutput.backlog() ?? this.standardError.backlog();
  onBroken = (end: (() => void) | undefined): void => {
    this.ender = end;
    if (this.failure !== undefined) end?.();
  };

  /** The process's exit status where the command's own is `status`. */
  statusAfter(status: number): number {
    return this.failure ?? status;
  }

  /** Notes why the process ends. Whether that is to be told: not where just nobody reads any more. */
  private fail({ code }: NodeJS.ErrnoException): boolean {
    const quiet: Readonly<Record<string, number>> = {
      EPIPE: signalStatus('SIGPIPE'),
      // A terminal that has been closed.
      EIO: signalStatus('SIGHUP'),
    };
    this.failure ??= quiet[code ?? ''] ?? exitStatus.wrong;
    return code === undefined || !Object.hasOwn(quiet, code);
  }

  private end(): void {
    if (this.ender !== undefined) this.ender();
    else process.exit(this.failure);
  }
}
