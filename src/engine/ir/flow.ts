/** Where control goes behind a recording. */
import { hostServices, type Block, type Immediate } from './nodes.js';

/** The distance, in bytes, of the direct branch in a block; undefined if there is none. */
export function directBranch(block: Block): Immediate | undefined {
  for (const statement of block) {
    if (statement.kind === 'branchRelative') return statement.offset;
    if (statement.kind !== 'if') continue;
    const nested = directBranch(statement.then) ?? directBranch(statement.else);
    if (nested !== undefined) return nested;
  }
  return undefined;
}

/** Whether control comes to the instruction behind only by a branch to it. */
export function endsStraightLine(block: Block): boolean {
  const last = block.at(-1);
  switch (last?.kind) {
    case 'branch':
    case 'branchRelative':
      return last.condition === undefined;
    case 'host':
      return !hostServices[last.name].comesBack;
    default:
      return false;
  }
}
