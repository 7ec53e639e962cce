/**
 * Folds loops: a pass of a loop is shown once for each way through it, and what follows on ways that have been shown is
 * counted. Loops in loops are folded by one folder behind another: what the first leaves of an inner loop, its first
 * pass and a count, is part of a pass of the outer one.
 *
 * A pass is told by its instructions' addresses. It begins where a backward branch leads to, and is held back until it
 * is known to have been shown before, or not.
 */
import type { Call, Loop, Step, Take, WalkItem } from './step.js';
import { Gathering } from './summary.js';

/** Items that a pass may have, and that are remembered of what has been shown. */
const LONGEST_PASS = 2048;
/** Loops of which the ways are remembered, and ways of each. */
const MOST_LOOPS = 64;
const MOST_WAYS = 16;
/** Loops in loops that are folded. */
const NESTED = 3;

/** An instruction or a call as it counts when passes are compared: its address, and what has happened beside it. */
interface Mark {
  readonly virtual: bigint;
  readonly depth: number;
  readonly key: string | number;
}

function markOf(item: Step | Call): Mark {
  const { kind, virtual, depth, interrupts, events } = item;
  // What two regimes have at the same lower 48 bits are never parts of one loop.
  const place = Number(BigInt.asUintN(48, virtual));
  if (kind === 'step' && interrupts.length === 0 && events.length === 0)
    return { virtual, depth, key: place };
  const key = [kind, place, ...[...interrupts, ...events].map(({ type }) => type)].join(' ');
  return { virtual, depth, key };
}

/** Where a step leads back to, if it ends a pass of a loop. */
function headOf(item: WalkItem): bigint | undefined {
  if (item.kind !== 'step' || item.flow.kind !== 'branch') return undefined;
  const { virtual, flow } = item;
  return flow.to <= virtual && virtual - flow.to < BigInt(4 * LONGEST_PASS) ? flow.to : undefined;
}

type Shown = Step | Call | Loop;

/** What has been shown of a loop. */
interface Known {
  /** Ways through it. */
  readonly ways: Set<string>;
  /** The lowest and the highest address that they come by, calls aside. */
  lowest: bigint;
  highest: bigint;
}

/** A loop that is being folded. */
interface Folding {
  readonly head: bigint;
  readonly back: Step;
  readonly known: Known;
}

/** Folds the innermost of the loops that it is given. */
class Folder {
  /** What has been shown lately. */
  private shown: Mark[] = [];
  /** By where they begin: the loops that have been shown. */
  private readonly known = new Map<bigint, Known>();
  private loop: Folding | undefined;
  private passes = 0;
  private instructions = 0;
  private gathered = new Gathering();
  /** The pass that has begun. */
  private pass: Shown[] = [];

  constructor(private readonly next: (item: Shown) => void) {}

  push(item: Shown): void {
    if (this.loop === undefined) this.show(item);
    else this.hold(item, this.loop);
  }

  /** Shows what has been held back. */
  flush(): void {
    const { pass } = this;
    this.endLoop();
    for (const item of pass) this.show(item, false);
  }

  private show(item: Shown, mayBegin = true): void {
    this.next(item);
    if (item.kind === 'loop') return;
    this.shown.push(markOf(item));
    if (this.shown.length > 2 * LONGEST_PASS) this.shown = this.shown.slice(-LONGEST_PASS);
    const head = headOf(item);
    if (item.kind !== 'step' || head === undefined || !mayBegin) return;
    const from = this.shown.findLastIndex(({ virtual }) => virtual === head);
    if (from < 0) return;
    this.loop = { head, back: item, known: this.remember(head, this.shown.slice(from)) };
  }

  private remember(head: bigint, pass: readonly Mark[]): Known {
    const known = this.known.get(head) ?? { ways: new Set(), lowest: head, highest: head };
    this.known.delete(head);
    this.known.set(head, known);
    if (known.ways.size < MOST_WAYS) known.ways.add(wayOf(pass));
    const depth = pass.at(-1)?.depth;
    for (const mark of pass) {
      if (mark.depth !== depth) continue;
      if (mark.virtual < known.lowest) known.lowest = mark.virtual;
      if (mark.virtual > known.highest) known.highest = mark.virtual;
    }
    const oldest = this.known.size > MOST_LOOPS ? this.known.keys().next().value : undefined;
    if (oldest !== undefined) this.known.delete(oldest);
    return known;
  }

  /** A pass is complete where it leads back to the head, or where it has come as far as one that has been shown. */
  private hold(item: Shown, loop: Folding): void {
    const { pass } = this;
    pass.push(item);
    const isBack = headOf(item) === loop.head;
    if (item.kind === 'step' && (isBack || item.virtual === loop.back.virtual)) {
      if (!loop.known.ways.has(wayOf(marksOf(pass)))) return this.release();
      this.fold(pass);
      if (!isBack) this.endLoop();
    } else if (pass.length >= LONGEST_PASS || !isWithin(item, loop)) this.release();
  }

  private fold(pass: readonly Shown[]): void {
    this.passes++;
    for (const item of pass) {
      this.instructions += item.kind === 'step' ? 1 : item.instructions;
      if (item.kind === 'step') this.gathered.add(item);
      else this.gathered.join(item.summary);
    }
    this.pass = [];
  }

  /** The pass that was held back is another than those that have been shown. */
  private release(): void {
    const { pass } = this;
    this.endLoop();
    for (const item of pass) this.push(item);
  }

  private endLoop(): void {
    const { loop, passes, instructions, gathered } = this;
    this.loop = undefined;
    this.pass = [];
    if (loop === undefined || passes === 0) return;
    [this.passes, this.instructions, this.gathered] = [0, 0, new Gathering()];
    const { core, depth, place, virtual: back } = loop.back;
    const { summary } = gathered;
    this.next({ kind: 'loop', core, depth, head: loop.head, back, place, passes, instructions, summary });
  }
}

/** Whether a pass may still be one of the loop's: it is among its instructions, or in calls from there. */
function isWithin(item: Shown, { head, back, known }: Folding): boolean {
  if (item.depth !== back.depth) return item.depth > back.depth;
  // What another folder has made of this very loop ends it here.
  if (item.kind === 'loop')
    return item.head !== head && item.head >= known.lowest && item.back <= known.highest;
  return item.virtual >= known.lowest && item.virtual <= known.highest;
}

/** Inner loops may go round as often as they like. */
function marksOf(items: readonly Shown[]): Mark[] {
  return items.flatMap((item) => (item.kind === 'loop' ? [] : [markOf(item)]));
}

const wayOf = (marks: readonly Mark[]): string => marks.map(({ key }) => key).join();

/** Folds the loops of what it is given, of each core by itself, and gives all of it on in order. */
export class LoopFolder {
  private readonly folders: readonly Folder[];
  private core: number | undefined;

  constructor(private readonly take: Take) {
    const folders: Folder[] = [];
    let next: (item: Shown) => void = take;
    for (let level = 0; level < NESTED; level++) {
      const folder = new Folder(next);
      folders.unshift(folder);
      next = (item) => folder.push(item);
    }
    this.folders = folders;
  }

  push(item: WalkItem): void {
    if (item.kind === 'step' || item.kind === 'call') {
      if (item.core !== this.core) this.flush();
      this.core = item.core;
      this.folders[0].push(item);
    } else {
      this.flush();
      this.take(item);
    }
  }

  /** Gives on what has been held back. */
  flush(): void {
    for (const folder of this.folders) folder.flush();
  }
}
