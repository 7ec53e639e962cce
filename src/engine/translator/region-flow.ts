/** How control flows between the blocks of a region: loops and blocks of WebAssembly, as `nesting.ts` says. */
import { ENTRY_SHIFT } from '../interpreter/position.js';
import type { Label } from '../wasm/code.js';
import { contains, nest, type Nest } from './nesting.js';
import type { RegionEnds } from './region-ends.js';
import type { RegionFrame } from './region-frame.js';

/** Of more calls than this it is looked up in a table behind which of them a return goes. */
const RETURNS_MOST = 8;

/** A loop or the root while it is emitted. */
interface OpenNest {
  readonly nest: Nest;
  /** Where it starts again; the root has that only if it dispatches. */
  readonly again: Label | undefined;
  /** The beginnings of its items, of those that are still to come. */
  readonly labels: (Label | undefined)[];
  /** The item that is being emitted. */
  at: number;
}

export class RegionFlow {
  private readonly numbers: ReadonlyMap<number, number>;
  /** The first place to which indirect branches may go, and how many there are from that to the last. */
  private readonly firstTarget: number;
  private readonly span: number;
  private readonly open: OpenNest[] = [];
  /** The block that is being emitted. */
  private block = 0;

  constructor(
    private readonly frame: RegionFrame,
    private readonly ends: RegionEnds,
  ) {
    const { blocks, targets } = frame.region;
    this.numbers = new Map(blocks.map(({ start }, number) => [start, number]));
    const places = targets.map((number) => blocks[number].start);
    [this.firstTarget, this.span] = rangeOf(places);
  }

  /** Emits all blocks in their order, each by `emitBlock`. */
  emit(emitBlock: (number: number) => void): void {
    const { code, region } = this.frame;
    const root = nest(region.blocks, region.targets);
    if (root.dispatches) this.wantEntered();
    this.emitNest(root, root.dispatches ? code.openLoop() : undefined, emitBlock);
    if (root.dispatches) code.close();
  }

  private emitNest(nested: Nest, again: Label | undefined, emitBlock: (number: number) => void): void {
    const { code } = this.frame;
    const { items, dispatches } = nested;
    const open: OpenNest = { nest: nested, again, labels: [], at: 0 };
    this.open.push(open);
    const begin = dispatches ? 0 : 1;
    for (let i = items.length - 1; i >= begin; i--) open.labels[i] = code.openBlock();
    if (dispatches && this.open.length === 1) this.dispatchRoot(open);
    else if (dispatches) this.dispatch(open);
    for (const [i, item] of items.entries()) {
      if (i >= begin) code.close();
      open.at = i;
      if (typeof item === 'number') {
        this.block = item;
        emitBlock(item);
      } else {
        this.emitNest(item, code.openLoop(), emitBlock);
        code.close();
      }
    }
    this.open.pop();
  }
  private dispatch({ nest: { items, first }, labels }: OpenNest): void {
    const { code, wanted } = this.frame;
    const targets = items.flatMap((item, i) => {
      const blocks = typeof item === 'number' ? 1 : item.last - item.first + 1;
      return Array.from({ length: blocks }, () => labels[i]!);
    });
    code.get(wanted);
    code.i32(first);
    code.op('i32.sub');
    code.brTable(targets, labels[0]!);
  }

  /** By the place that is wanted, as a distance from the first: to where a target begins; else the region is left. */
  private dispatchRoot({ nest: { items }, labels }: OpenNest): void {
    const { code, wanted, region } = this.frame;
    const ways = region.targets.map((number) => {
      const at = items.findIndex((item) => contains(item, number));
      const isWithin = dispatchesFor(items[at], number);
      return { number, item: labels[at]!, within: isWithin ? code.openBlock() : undefined };
    });
    const elsewhere = code.openBlock();
    const table = new Array<Label>(this.span).fill(elsewhere);
    for (const { number, item, within } of ways) {
      table[region.blocks[number].start - this.firstTarget] = within ?? item;
    }
    code.get(wanted);
    code.brTable(table, elsewhere);
    code.close();
    this.ends.leaveForTarget();
    for (const { number, item, within } of ways.reverse()) {
      if (within === undefined) continue;
      code.close();
      this.want(number);
      code.br(item);
    }
  }

  /** Sets `wanted` from the decoded entry where the region is entered. */
  private wantEntered(): void {
    const { frame } = this;
    const { code } = frame;
    code.get(frame.entry);
    code.i32(frame.entryOf(this.firstTarget));
    code.op('i32.sub');
    code.i32(ENTRY_SHIFT);
    code.op('i32.shr_u');
    code.set(frame.wanted);
  }
  private want(number: number): void {
    this.frame.code.i32(number);
    this.frame.code.set(this.frame.wanted);
  }

  /** Goes on at a place of the page, or out of it. */
  goTo(place: number): void {
    const number = this.numbers.get(place);
    if (number === undefined) this.ends.leaveAt(place);
    else this.goToBlock(number);
  }
  private goToBlock(number: number): void {
    const { frame } = this;
    const isBackward = number <= this.block;
    if (isBackward) {
      frame.pushIsShort();
      frame.code.expect(false);
      frame.code.if(() => this.ends.leaveAt(frame.region.blocks[number].start));
    }
    for (let i = this.open.length - 1; i >= 0; i--) {
      const { nest: nested, again, labels, at } = this.open[i];
      if (!contains(nested, number)) continue;
      if (isBackward && again !== undefined && number === nested.first && i > 0) {
        if (nested.dispatches) this.want(number);
        frame.code.br(again);
        return;
      }
      const next = nested.items.findIndex((item) => contains(item, number));
      if (next <= at) continue;
      if (dispatchesFor(nested.items[next], number)) this.want(number);
      frame.code.br(labels[next]!);
      return;
    }
    throw new Error('a block cannot be reached');
  }

  /** Goes on at the address in a local if it is a target's and the budget is not short. */
  dispatchTo(target: number, returns: boolean): void {
    const { frame } = this;
    const { code, region } = frame;
    const { successors } = region.blocks[this.block];
    if (successors.length > 0) this.goForwardByTable(target, successors);
    const root = this.open[0].again;
    if (root === undefined) return;
    const elsewhere = code.openBlock();
    frame.pushIsShort();
    code.expect(false);
    code.brIf(elsewhere);
    // Processors foresee branches better than where a table leads.
    const sites = returns ? region.returns.slice(0, RETURNS_MOST) : [];
    for (const number of sites) {
      code.get(target);
      frame.pushAddress(region.blocks[number].start);
      code.op('i64.eq');
      code.if(() => this.goToTarget(number));
    }
    if (region.targets.some((number) => !sites.includes(number))) this.goByTable(target, root);
    code.close();
  }
  /** Goes on at a target: by the innermost loop that dispatches to it, or the root. */
  private goToTarget(number: number): void {
    const { code, wanted, region } = this.frame;
    const loop = this.open.slice(1).findLast(({ nest: each }) => each.dispatches && contains(each, number));
    if (loop?.again !== undefined) {
      this.want(number);
      code.br(loop.again);
      return;
    }
    code.i32(region.blocks[number].start - this.firstTarget);
    code.set(wanted);
    code.br(this.open[0].again!);
  }
  /** Goes on at one of some blocks that come later. */
  private goForwardByTable(target: number, numbers: readonly number[]): void {
    const { code, region } = this.frame;
    const places = numbers.map((number) => region.blocks[number].start);
    const [first, span] = rangeOf(places);
    const elsewhere = code.openBlock();
    const ways = numbers.map((number) => ({ number, label: code.openBlock() }));
    const table = new Array<Label>(span).fill(elsewhere);
    for (const [i, { label }] of ways.entries()) table[places[i] - first] = label;
    const distance = this.pushDistance(target, first);
    code.i64(BigInt(span));
    code.op('i64.ge_u');
    code.brIf(elsewhere);
    code.get(distance);
    code.op('i32.wrap_i64');
    code.brTable(table, elsewhere);
    for (const { number } of ways.reverse()) {
      code.close();
      this.goToBlock(number);
    }
    code.close();
  }
  /** Pushes, and returns the local of, the distance of an address from a place in words; if not aligned, more than any. */
  private pushDistance(target: number, place: number): number {
    const { frame } = this;
    const { code } = frame;
    const distance = code.temporary('i64');
    code.get(target);
    frame.pushAddress(place);
    code.op('i64.sub');
    code.i64(2n);
    code.op('i64.rotr');
    code.tee(distance);
    return distance;
  }
  private goByTable(target: number, root: Label): void {
    const { frame } = this;
    const { code } = frame;
    const distance = this.pushDistance(target, this.firstTarget);
    code.i64(BigInt(this.span));
    code.op('i64.lt_u');
    code.if(() => {
      code.get(distance);
      code.op('i32.wrap_i64');
      code.set(frame.wanted);
      code.br(root);
    });
  }
}

/** The first of some places, and how many there are from that to the last. */
function rangeOf(places: readonly number[]): readonly [first: number, span: number] {
  const first = Math.min(...places);
  return [first, Math.max(...places) - first + 1];
}

/** Whether a loop, or one within it, dispatches on the way to a block. */
function dispatchesFor(item: number | Nest, number: number): boolean {
  if (typeof item === 'number' || !contains(item, number)) return false;
  return item.dispatches || item.items.some((each) => dispatchesFor(each, number));
}
