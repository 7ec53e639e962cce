/** Which registers a region may read before it writes them. */
import type { Touched } from './instruction.js';
import { isIndirect, type Region } from './region.js';

/** Sets of bits, as in `Touched`. */
export interface Registers {
  readonly x: number;
  readonly v: number;
}

/** The registers whose values at an entry matter. */
export function neededAtEntries(region: Region): Registers {
  return {
    x: needed(region, ({ readsX, writesX }) => [readsX, writesX]),
    v: needed(region, ({ readsV, writesV }) => [readsV, writesV]),
  };
}

/** Backward through the blocks until nothing changes. */
function needed(
  { blocks, targets }: Region,
  of: (touched: Touched) => readonly [reads: number, writes: number],
): number {
  const own = blocks.map(({ instructions }) => {
    let [reads, writes] = [0, 0];
    for (const { touched } of instructions) {
      const [read, written] = of(touched);
      reads |= read & ~writes;
      writes |= written;
    }
    return { reads, writes };
  });
  const live = own.map(({ reads }) => reads);
  for (let changed = true; changed;) {
    changed = false;
    for (let number = blocks.length - 1; number >= 0; number--) {
      const successors = isIndirect(blocks[number])
        ? [...targets, ...blocks[number].successors]
        : blocks[number].successors;
      const after = successors.reduce((all, successor) => all | live[successor], 0);
      const before = own[number].reads | (after & ~own[number].writes);
      if (before === live[number]) continue;
      live[number] = before;
      changed = true;
    }
  }
  return targets.reduce((all, target) => all | live[target], 0);
}
