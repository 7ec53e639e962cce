/** How control flows between the blocks of a region: loops and blocks of WebAssembly, as `nesting.ts` says. */
import type { Label } from '../wasm/code.js';
import { contains, nest, type Nest } from './nesting.js';
import type { RegionEnds } from './region-ends.js';
import type { RegionFrame } from './region-frame.js';

/** More places to return to are not looked for. */
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
  private readonly open: OpenNest[] = [];
  /** The block that is being emitted. */
  private block = 0;

  constructor(
    private readonly frame: RegionFrame,
    private readonly ends: RegionEnds,
  ) {
    this.numbers = new Map(frame.region.blocks.map(({ start }, number) => [start, number]));
  }

  /** Emits all blocks in their order, each by `emitBlock`. */
  emit(emitBlock: (number: number) => void): void {
    const { code, region } = this.frame;
    const root = nest(region.blocks, region.entries);
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
    if (dispatches) this.dispatch(open);
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

  /** Sets `wanted` from the decoded entry where the region is entered. */
  private wantEntered(): void {
    const { frame } = this;
    const { code, region } = frame;
    const [first, ...others] = region.entries;
    this.want(first);
    for (const number of others) {
      code.get(frame.entry);
      code.i32(frame.entryOf(region.blocks[number].start));
      code.op('i32.eq');
      code.if(() => this.want(number));
    }
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
      const next = nested.items.findIndex((item) =>
        typeof item === 'number' ? item === number : contains(item, number),
      );
      if (next <= at) continue;
      const item = nested.items[next];
      if (typeof item !== 'number' && dispatchesFor(item, number)) this.want(number);
      frame.code.br(labels[next]!);
      return;
    }
    throw new Error('a block cannot be reached');
  }

  /** Goes on behind a call of the region, if the address in a local is that, and the budget is not short. */
  returnTo(target: number): void {
    const { frame } = this;
    const { code, region } = frame;
    const root = this.open[0].again;
    if (root === undefined) return;
    const elsewhere = code.openBlock();
    frame.pushIsShort();
    code.expect(false);
    code.brIf(elsewhere);
    for (const number of region.entries.slice(0, RETURNS_MOST)) {
      code.get(target);
      frame.pushAddress(region.blocks[number].start);
      code.op('i64.eq');
      code.if(() => {
        this.want(number);
        code.br(root);
      });
    }
    code.close();
  }
}

/** Whether a loop, or one within it, dispatches on the way to a block. */
function dispatchesFor({ dispatches, items }: Nest, number: number): boolean {
  if (dispatches) return true;
  return items.some(
    (item) => typeof item !== 'number' && contains(item, number) && dispatchesFor(item, number),
  );
}
