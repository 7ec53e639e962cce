/** What the decoded entries of one shape have in common. */
import type { HandlerTraits } from './handler-code.js';
import { isNear } from './reach.js';

export interface Kind extends HandlerTraits {
  /** Numbers of handlers; that of a direct branch out of its page is another. */
  readonly near: number;
  readonly far: number;
}

/** The handler of an entry in memory that is at byte `pageOffset` of its page, by its operands. */
export function handlerOf(kind: Kind, memory: Int32Array, entry: number, pageOffset: number): number {
  const { near, far, distanceAt } = kind;
  if (distanceAt === undefined) return near;
  return isNear(pageOffset, memory[(entry + distanceAt) >> 2]) ? near : far;
}
