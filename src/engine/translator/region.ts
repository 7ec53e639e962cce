/**
 * A region: code that belongs together, from a place to which branches came often. It is what control reaches from there
 * by direct branches within the page and, where that is known, the one behind it; callees and what follows calls included;
 * of what was never executed nothing, nor what is reached from where another region begins unless that is called. If there
 * are indirect branches in it other than returns, it is also what is reached from other places to which branches come often:
 * the cases of a `switch`, the operations of an interpreter.
 */
import type { Instruction } from './instruction.js';

/** Instructions behind each other, of which only the first is branched to and only the last branches. */
export interface BasicBlock {
  /** Place of the first instruction, in words from the start of the page. */
  readonly start: number;
  readonly instructions: readonly Instruction[];
  /** Numbers of the blocks that control may go on to by direct branches, by going on, and by indirect branches forward. */
  readonly successors: readonly number[];
}

/** Whether a block ends by going to an address, which may be in the region. */
export function isIndirect({ instructions }: BasicBlock): boolean {
  return instructions.at(-1)?.flow.kind === 'indirect';
}

export interface Region {
  /** In the order of their places. */
  readonly blocks: readonly BasicBlock[];
  /** Numbers of the blocks at which the region may be entered: the first is where it was found hot. */
  readonly entries: readonly number[];
  /** Those, and others of the second page: where returns, and indirect branches backward, may go. */
  readonly targets: readonly number[];
  /** Those of them that stand behind calls. */
  readonly returns: readonly number[];
  /** Instructions in all. */
  readonly size: number;
  /** Whether some are of the second page. */
  readonly isOnTwoPages: boolean;
}

/** Instructions by their places, in words from the start of a page. */
export interface PageCode {
  /** How many there are: those of the page, or also those of the one behind it. */
  readonly words: number;
  /** The instruction at a place; undefined if it is none of the region's business. */
  at(place: number): Instruction | undefined;
  /** Places to which branches come often, the hottest first. */
  hot(): readonly number[];
  /** Whether another region begins at a place. */
  begins(place: number): boolean;
}

export const PAGE_WORDS = 1024;

/** The region that begins at a place, of at most so many instructions; undefined if there is nothing to translate. */
export function discover(first: number, code: PageCode, most: number): Region | undefined {
  const found = new Map<number, Instruction>();
  const starts = new Set([first]);
  const returns = new Set<number>();
  const own = new Set([first]);
  const open = [first];
  /** Whether it is left to the region that begins there; what is called or comes by indirect branches is taken in. */
  const isOthers = (place: number): boolean => code.begins(place) && !own.has(place);
  const isThere = (place: number): boolean => place >= 0 && place < code.words;
  const start = (place: number): void => {
    if (!isThere(place)) return;
    starts.add(place);
    open.push(place);
  };
  let wantsTargets = false;
  const followAll = (): void => {
    for (let next = open.shift(); next !== undefined; next = open.shift()) follow(next);
  };
  const follow = (next: number): void => {
    for (let place = next; isThere(place) && found.size < most && !found.has(place); place++) {
      const instruction = code.at(place);
      if (instruction === undefined || instruction.flow.kind === 'host' || isOthers(place)) break;
      found.set(place, instruction);
      const { flow } = instruction;
      if (flow.kind === 'next') continue;
      if (flow.kind === 'direct' && !flow.links) {
        start(place + flow.distance);
        if (!flow.isConditional) break;
        starts.add(place + 1);
        continue;
      }
      if (flow.kind === 'indirect' && !flow.returns) wantsTargets = true;
      if (flow.links) {
        returns.add(place + 1);
        start(place + 1);
        if (flow.kind === 'direct') {
          own.add(place + flow.distance);
          start(place + flow.distance);
        }
      }
      break;
    }
  };
  followAll();
  if (!found.has(first)) return undefined;
  const hot = wantsTargets ? code.hot() : [];
  const elsewhere = new Set<number>();
  for (const place of hot) {
    if (found.has(place)) continue;
    elsewhere.add(place);
    own.add(place);
    start(place);
    followAll();
  }
  return regionOf(found, starts, { first, returns, hot, elsewhere });
}

/** Places to which control may come otherwise than by direct branches. */
interface Arrivals {
  readonly first: number;
  readonly returns: ReadonlySet<number>;
  /** To which branches come often, if there are indirect ones; and those that only they lead to. */
  readonly hot: readonly number[];
  readonly elsewhere: ReadonlySet<number>;
}

function regionOf(
  found: ReadonlyMap<number, Instruction>,
  starts: ReadonlySet<number>,
  { first, returns, hot, elsewhere }: Arrivals,
): Region {
  const blocks: { start: number; instructions: Instruction[]; successors: number[] }[] = [];
  for (const place of [...found.keys()].sort((a, b) => a - b)) {
    const instruction = found.get(place)!;
    const last = blocks.at(-1);
    const follows =
      last !== undefined &&
      last.start + last.instructions.length === place &&
      last.instructions.at(-1)?.flow.kind === 'next';
    if (follows && !starts.has(place)) last.instructions.push(instruction);
    else blocks.push({ start: place, instructions: [instruction], successors: [] });
  }
  const numbers = new Map(blocks.map(({ start }, number) => [start, number]));
  const numbersOf = (places: Iterable<number>): readonly number[] =>
    [...places].flatMap((place) => numbers.get(place) ?? []);
  const hotNumbers = numbersOf(hot);
  let lastIndirect = -1;
  for (const [number, block] of blocks.entries()) {
    block.successors.push(...successorsOf(block, numbers));
    const { flow } = block.instructions.at(-1)!;
    if (flow.kind !== 'indirect' || flow.returns) continue;
    block.successors.push(...hotNumbers.filter((each) => each > number));
    lastIndirect = number;
  }
  const backward = [...elsewhere].filter((place) => (numbers.get(place) ?? Infinity) <= lastIndirect);
  const targets = new Set([first, ...returns, ...backward]);
  const isOnTwoPages = [...found.keys()].some((place) => place >= PAGE_WORDS);
  return {
    blocks,
    // Entered on the second page, PC_BASE would be another.
    entries: numbersOf([...targets].filter((place) => place < PAGE_WORDS)),
    targets: numbersOf(targets),
    returns: numbersOf(returns),
    size: found.size,
    isOnTwoPages,
  };
}

function successorsOf(
  { start, instructions }: Pick<BasicBlock, 'start' | 'instructions'>,
  numbers: ReadonlyMap<number, number>,
): readonly number[] {
  const end = start + instructions.length;
  const flow = instructions.at(-1)!.flow;
  const at = (place: number): readonly number[] => {
    const number = numbers.get(place);
    return number === undefined ? [] : [number];
  };
  switch (flow.kind) {
    case 'next':
      return at(end);
    case 'direct':
      return [...at(end - 1 + flow.distance), ...(flow.isConditional ? at(end) : [])];
    case 'indirect':
    case 'host':
      return [];
  }
}
