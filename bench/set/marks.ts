/**
 * What the set says on the console (guest/bench-linux/runtime), and when by the host's clock: the guest's own cannot
 * tell, as it counts instructions.
 */

/** One pass of a program. */
export interface Pass {
  readonly seconds: number;
  readonly checksum: string;
  /** What the program itself wrote. */
  readonly output: readonly string[];
}

/** By program, in their order. */
export type Passes = ReadonlyMap<string, readonly Pass[]>;

export class MarkError extends Error {}

/** Lines of a pass that are kept. */
const MOST_LINES = 100;

/** Takes a console line by line. */
export class MarkReader {
  private readonly found = new Map<string, Pass[]>();
  private begun: { readonly name: string; readonly pass: number; readonly at: number } | undefined;
  private output: string[] = [];
  private isDone = false;
  /** The first thing that was wrong. */
  private problem: string | undefined;

  /** A line, without its end or with it, and when it came, in ms. */
  hear(text: string, at: number): void {
    const line = text.replace(/\r?\n?$/, '');
    const [, what, rest] = /^@(begin|end|failed|done)\b ?(.*)$/.exec(line) ?? [];
    if (what === 'begin') this.begin(rest, at);
    else if (what === 'end') this.end(rest, at);
    else if (what === 'failed') this.problem ??= rest.replace(' ', ': ');
    else if (what === 'done') this.isDone = true;
    else if (this.output.length < MOST_LINES) this.output.push(line);
  }

  private begin(rest: string, at: number): void {
    const [, name, pass] = /^(\S+) (\d+)$/.exec(rest) ?? [];
    if (name === undefined || this.begun !== undefined) {
      this.problem ??= `'@begin ${rest}' begins no pass, or within another`;
      return;
    }
    this.begun = { name, pass: Number(pass), at };
    this.output = [];
  }

  private end(rest: string, at: number): void {
    const [, name, pass, checksum] = /^(\S+) (\d+) ([0-9a-f]{16})$/.exec(rest) ?? [];
    const { begun } = this;
    if (begun === undefined || begun.name !== name || begun.pass !== Number(pass)) {
      this.problem ??= `'@end ${rest}' ends no pass that has begun`;
      return;
    }
    this.begun = undefined;
    const passes = this.found.get(name) ?? [];
    passes.push({ seconds: (at - begun.at) / 1000, checksum, output: this.output });
    this.found.set(name, passes);
  }

  /** All passes of a machine that has run to its end. @throws MarkError if anything was wrong */
  finish(): Passes {
    if (this.problem === undefined && this.begun !== undefined)
      this.problem = `${this.begun.name} did not end pass ${this.begun.pass}`;
    if (this.problem === undefined && !this.isDone)
      this.problem = `ended without @done, and said last: ${this.output.at(-1) ?? 'nothing'}`;
    if (this.problem !== undefined) throw new MarkError(this.problem);
    return this.found;
  }
}
