/** What every command is made of. */
import type { Command } from 'commander';

/** Where what a command says goes. */
export interface Output {
  readonly out: (data: string | Uint8Array) => void;
  readonly error: (text: string) => void;
  /** Whether both go to the same terminal, file or pipe. */
  readonly isOne?: boolean;
  /** Resolves when more can be written without piling up; undefined if it can now. */
  readonly backlog?: () => Promise<void> | undefined;
  /** Has `end` called when one of the two can no longer be written. While there is none, the process ends there. */
  readonly onBroken?: (end: (() => void) | undefined) => void;
}

/** What a command's action may use. */
export interface Shell extends Output {
  /** Sets the program's exit status, which is 0 unless it is set. */
  readonly exit: (status: number) => void;
}

/** Adds a command to the program. */
export type AddCommand = (program: Command, shell: Shell) => void;

/** Wrong use of the command line: one line for the user, exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Text for the end of a command's `--help`. */
export function examples(...lines: readonly string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n');
}
