/** How the target of a direct branch lies: a branch within its page is done without looking the target up. */
import type { FieldValues } from '../../isa/index.js';
import type { Shape } from '../ir/shapes.js';

export type Reach = 'none' | 'near' | 'far';

/** Whether a branch at byte `pageOffset` of its 4 KiB page, over a distance in bytes, is within the page. */
export function isNear(pageOffset: number, distance: number): boolean {
  const target = pageOffset + distance;
  return target >= 0 && target < 4096;
}

/** The reach of a word of a shape at byte `pageOffset` of its page. */
export function reachOf({ directBranch }: Shape, fields: FieldValues, pageOffset: number): Reach {
  if (directBranch === undefined) return 'none';
  return isNear(pageOffset, Number(directBranch(fields))) ? 'near' : 'far';
}
