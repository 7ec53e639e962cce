/**
 * What ends a run from outside before its time, and still lets it write what `--save` and `--stats` ask for: a signal,
 * or that the output takes nothing any more. After the first signal the next does what it does to any program.
 */
import type { Shell } from '../command.js';
import { signalStatus } from '../exit-status.js';

const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
type Signal = (typeof signals)[number];

export class Interruption {
  /** The exit status by which the run ends; undefined as long as nothing has interrupted it. */
  status: number | undefined;

  /** Calls `end` at the first interruption. */
  constructor(
    private readonly shell: Shell,
    private readonly end: () => void,
  ) {
    for (const signal of signals) process.on(signal, this.hear);
    shell.onBroken?.(end);
  }

  /** Hears no more. */
  stop(): void {
    for (const signal of signals) process.off(signal, this.hear);
    this.shell.onBroken?.(undefined);
  }

  private readonly hear = (signal: Signal): void => {
    for (const each of signals) process.off(each, this.hear);
    this.status = signalStatus(signal);
    this.end();
  };
}
