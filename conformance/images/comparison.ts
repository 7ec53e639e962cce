/** What one comparison of `src/images` with another program gives. */
import { spawnSync } from 'node:child_process';

export interface ImageComparison {
  /** What is compared, and with which program. */
  readonly what: string;
  readonly compared: number;
  readonly differing: number;
  /** The first few differences, a line each. */
  readonly examples: readonly string[];
}

/** The standard output of a program that must succeed. */
export function outputOf(program: string, args: readonly string[], input?: Uint8Array): Buffer {
  const options = input === undefined ? {} : { input };
  const { status, error, stdout, stderr } = spawnSync(program, args, { maxBuffer: 2 ** 30, ...options });
  if (error !== undefined) throw error;
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with status ${status}: ${String(stderr)}`);
  return stdout;
}

/** Compares two lists of lines, pair by pair. */
export function compareLines(
  what: string,
  theirs: readonly string[],
  ours: readonly string[],
): ImageComparison {
  const compared = Math.max(theirs.length, ours.length);
  const examples: string[] = [];
  let differing = 0;
  for (let i = 0; i < compared; i++) {
    if (theirs[i] === ours[i]) continue;
    differing++;
    if (examples.length < 5) examples.push(`line ${i + 1}: theirs ${theirs[i]}, ours ${ours[i]}`);
  }
  return { what, compared, differing, examples };
}
