/** Threads as packets name them: `p1.2`, hexadecimal, `-1` for all and `0` for any ("multiprocess extensions"). */
import type { ThreadId } from '../target.js';

export const threadName = ({ inferior, thread }: ThreadId): string =>
  `p${inferior.toString(16)}.${thread.toString(16)}`;

/** A thread or several: `all` and `any` of an inferior, or of all of them. */
export interface ThreadPattern {
  readonly inferior: number | 'all' | 'any';
  readonly thread: number | 'all' | 'any';
}

/** Undefined if it is no thread's name. Without an inferior's number it is one of the first. */
export function parseThread(text: string): ThreadPattern | undefined {
  const match = /^(?:p(-1|[0-9a-f]{1,12})(?:\.|$))?(-1|[0-9a-f]{1,12})?$/i.exec(text);
  if (match === null || text === '') return undefined;
  const number = (digits: string): number | 'all' | 'any' => {
    if (digits === '-1') return 'all';
    const value = parseInt(digits, 16);
    return value === 0 ? 'any' : value;
  };
  const [, inferior, thread] = match;
  return {
    inferior: inferior === undefined ? 'any' : number(inferior),
    thread: thread === undefined ? 'all' : number(thread),
  };
}

export function matches({ inferior, thread }: ThreadPattern, id: ThreadId): boolean {
  const isOne = (wanted: number | 'all' | 'any', number: number) =>
    typeof wanted === 'string' || wanted === number;
  return isOne(inferior, id.inferior) && isOne(thread, id.thread);
}
