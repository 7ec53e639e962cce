/**
 * How the blocks of a region nest. They are laid out in the order of their places; each interval from the target of a
 * backward branch to its furthest origin is a loop, intervals that overlap are made to contain each other. Where control
 * also comes into the middle of a loop, its head dispatches by the number of the block that is meant.
 */
import type { BasicBlock } from './region.js';

/** Blocks `first` to `last`: a loop, or at the root all of them. */
export interface Nest {
  readonly first: number;
  readonly last: number;
  /** The numbers of blocks and the loops that it consists of, in order. */
  readonly items: readonly (number | Nest)[];
  /** Whether it is entered elsewhere than at its first block. */
  readonly dispatches: boolean;
}

type MutableNest = { first: number; last: number; items: (number | MutableNest)[]; dispatches: boolean };

export function contains(item: number | Nest, block: number): boolean {
  return typeof item === 'number' ? item === block : block >= item.first && block <= item.last;
}

/** Nests blocks that are also come to otherwise than from each other, at `entries`. */
export function nest(blocks: readonly BasicBlock[], entries: readonly number[]): Nest {
  const root = build(0, blocks.length - 1, loopsOf(blocks));
  root.dispatches = entries.length > 1 || entries[0] !== 0;
  for (const entry of entries) markEntered(root, undefined, entry);
  for (const [from, { successors }] of blocks.entries())
    for (const to of successors) markEntered(root, from, to);
  return root;
}

/** For each target of backward branches the last block of its loop. */
function loopsOf(blocks: readonly BasicBlock[]): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  for (const [from, { successors }] of blocks.entries()) {
    for (const to of successors) if (to <= from) ends.set(to, Math.max(ends.get(to) ?? 0, from));
  }
  const heads = [...ends.keys()].sort((a, b) => a - b);
  for (let changed = true; changed;) {
    changed = false;
    for (const outer of heads) {
      for (const inner of heads) {
        const [outerEnd, innerEnd] = [ends.get(outer)!, ends.get(inner)!];
        if (inner <= outer || inner > outerEnd || innerEnd <= outerEnd) continue;
        ends.set(outer, innerEnd);
        changed = true;
      }
    }
  }
  return ends;
}

function build(first: number, last: number, loops: ReadonlyMap<number, number>, head?: number): MutableNest {
  const items: (number | MutableNest)[] = [];
  for (let at = first; at <= last;) {
    const end = at === head ? undefined : loops.get(at);
    if (end === undefined) items.push(at);
    else items.push(build(at, end, loops, at));
    at = (end ?? at) + 1;
  }
  return { first, last, items, dispatches: false };
}

/** Marks the loops that control comes into elsewhere than at the head, on its way from a block or from outside. */
function markEntered({ items }: MutableNest, from: number | undefined, to: number): void {
  for (const item of items) {
    if (typeof item === 'number' || !contains(item, to)) continue;
    const isInside = from !== undefined && contains(item, from);
    if (!isInside && to !== item.first) item.dispatches = true;
    markEntered(item, from, to);
  }
}
