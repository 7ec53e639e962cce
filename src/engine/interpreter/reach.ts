/** How the target of a direct branch lies: a branch within its page is done without looking the target up. */
import type { FieldValues } from '../../isa/index.js';
import type { Shape } from '../ir/shapes.js';

export type Reach = 'none' | 'near' | 'far';

/** The reach of a word of a shape at byte `pageOffset` of its 4 KiB page. */
export function reachOf({ directBranch }: Shape, fields: FieldValues, pageOffset: number): Reach {
  if (directBranch === undefined) return 'none';
  const target = pageOffset + Number(directBranch(fields));
  return target >= 0 && target < 4096 ? 'near' : 'far';
}
