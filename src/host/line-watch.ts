/** Looks at a console's present line for patterns, each time that a byte is added to it. */
import { TextStream } from '../images/index.js';

/** A line longer than this is matched by its end only. */
const LONGEST_LINE = 4096;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A pattern that nobody else uses: with the flags g and y, it remembers where it is to go on. */
const own = (pattern: RegExp | undefined): RegExp | undefined => pattern && new RegExp(pattern);

export class LineWatch<Kind extends string> {
  private line = '';
  private text = new TextStream();
  private readonly patterns: readonly (readonly [Kind, RegExp])[];

  /** Those that are undefined never match; of several that match, the first one counts. */
  constructor(patterns: Readonly<Record<Kind, RegExp | undefined>>) {
    this.patterns = (Object.entries(patterns) as [Kind, RegExp | undefined][]).flatMap(([kind, pattern]) => {
      const copy = own(pattern);
      return copy === undefined ? [] : [[kind, copy] as const];
    });
  }

  /** The next byte of the console: what matches the line, now that it is there. */
  hear(byte: number): { readonly kind: Kind; readonly text: string } | undefined {
    if (byte === LINE_FEED || byte === CARRIAGE_RETURN) {
      this.line = '';
      this.text = new TextStream();
      return undefined;
    }
    this.line += this.text.push(byte);
    if (this.line.length > LONGEST_LINE) this.line = this.line.slice(-LONGEST_LINE / 2);
    for (const [kind, pattern] of this.patterns) {
      pattern.lastIndex = 0;
      if (pattern.test(this.line)) return { kind, text: this.line };
    }
    return undefined;
  }
}
