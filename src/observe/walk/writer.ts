/** What writes a walk in some format. */
import { printable, type SourceLine } from '../../images/index.js';
import type { Step, WalkItem } from './step.js';

export interface WalkWriter {
  /** The text for the next item. */
  write(item: WalkItem): string;
  /** The text that is left to be written at the end. */
  end(): string;
}

type Located = Pick<Step, 'core' | 'level' | 'depth' | 'place'>;

/** Notices when a walk comes to another function, or another core, level or call. */
export class Whereabouts {
  private last: string | undefined;
  private line: string | undefined;

  /** Whether the item is somewhere else than the one before. */
  moved({ core, level, depth, place }: Located): boolean {
    const here = `${core} ${level} ${depth} ${place?.name ?? ''}`;
    const isMoved = here !== this.last;
    this.last = here;
    if (isMoved) this.line = undefined;
    return isMoved;
  }

  /** The source line, where it is another than before. */
  source({ place }: Located): string | undefined {
    const line = place?.source && sourceText(place.source);
    if (line === this.line) return undefined;
    this.line = line;
    return line;
  }
}

/** `arch/arm64/kernel/head.S:88`. */
export const sourceText = ({ file, line }: SourceLine): string => `${printable(file)}:${line}`;

/** Deeper calls are not indented further. */
const DEEPEST = 12;

export const indentOf = (depth: number): string => '  '.repeat(Math.min(depth, DEEPEST));
