/** Tables of headers, some of which may be damaged. */
import { ImageError } from '../error.js';

/** A table of headers: where it starts, how many entries it has, and their distance. */
export interface Table {
  readonly offset: number;
  readonly count: number;
  readonly entrySize: number;
}

/** Does something; what is wrong in it is noted, and `otherwise` stands in its place. */
export function attempt<T>(problems: ImageError[], act: () => T, otherwise: T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    problems.push(error);
    return otherwise;
  }
}
