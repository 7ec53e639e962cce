/**
 * Emits a region as one function of the type of a handler: it gets the decoded entry where it is entered, LIMIT and
 * PC_BASE being those of that place, and returns a decoded entry at which the interpreter goes on, or 0 with PC and BUDGET
 * set.
 *
 * Nothing in it calls the host but to fill the TLB: before an instruction that needs the host for more it leaves, and the
 * interpreter executes the instruction. So nothing that is in locals can change meanwhile.
 */
import { accessFlags } from '../access-flags.js';
import { handlerType } from '../interpreter/called-handler.js';
import { lookUpFetch } from '../interpreter/fetch.js';
import { ENTRY_SHIFT, RUN_MINIMUM, toInstructions } from '../interpreter/position.js';
import {
  BUDGET,
  DECODED_BASE,
  DECODED_ENTRY_SIZE,
  DECODED_PAGE_SIZE,
  EXEC_TLB_PAGE,
  LIMIT,
  PC,
  PC_BASE,
  TALLY,
  TLB,
} from '../layout.js';
import { Code, type Label } from '../wasm/code.js';
import { Emitter } from '../wasm/emit.js';
import type { Access, Context, Control, Operands, Site, Subroutines } from '../wasm/site.js';
import type { Instruction } from './instruction.js';
import { contains, nest, type Nest } from './nesting.js';
import { mayReturn, PAGE_WORDS, type Region } from './region.js';
import { isSame, type Known } from './region-flags.js';
import { RegionState } from './region-state.js';

/** Function indices of what a region calls. */
export interface RegionCalls {
  readonly original: number;
  readonly resume: number;
  readonly enter: number;
  /** (address, access): has the TLB allow the access; its byte address in memory, or 0. */
  readonly fill: Readonly<Record<'read' | 'write', number>>;
}

/** More places to return to are not looked for. */
const RETURNS_MOST = 8;

const ENTRY = 0;

/** For the number of instructions of a block, beside that of a decoded entry, which are fewer than 2^22. */
const LEFT_BITS = 10;

/** What a region stands in. */
export interface Surroundings {
  /** Byte address of the decoded page that it is of, and of that of the page behind if it has code of it, too. */
  readonly page: number;
  readonly second?: number | undefined;
  readonly calls: RegionCalls;
  readonly subroutines: Subroutines;
  /** Whether it counts what it does, in `TALLY`. */
  readonly counts: boolean;
}

export function emitRegion(region: Region, surroundings: Surroundings): Code {
  return new RegionCode(region, surroundings).emit();
}

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

class RegionCode implements Site, Context, Control {
  readonly operands = noOperands;
  readonly state: RegionState;
  private readonly code = new Code(handlerType.parameters);
  private readonly budget = this.code.local('i32');
  private readonly tlb = this.code.local('i32');
  private readonly pcBase = this.code.local('i64');
  /** Number of the block that a dispatch is to go to. */
  private readonly wanted = this.code.local('i32');
  /** Where the region is left for: a decoded entry, or an address. */
  private readonly place = this.code.local('i32');
  private readonly target = this.code.local('i64');
  private readonly numbers: ReadonlyMap<number, number>;
  private readonly page: number;
  private readonly second: number | undefined;
  private readonly calls: RegionCalls;
  private readonly subroutines: Subroutines;
  /** The budget at the entry, if it is counted how much of it is used. */
  private readonly entered: number | undefined;
  private readonly flagsAfter = new Map<number, Known>();
  private readonly open: OpenNest[] = [];
  /** The block that is being emitted, and which of its instructions. */
  private block = 0;
  private position = 0;
  /** Ends of the function: the interpreter is to execute the instruction at `place`, to go on there, or at `target`. */
  private exits!: { readonly original: Label; readonly near: Label; readonly far: Label };

  constructor(
    private readonly region: Region,
    { page, second, calls, subroutines, counts }: Surroundings,
  ) {
    this.page = page;
    this.second = region.isOnTwoPages ? second : undefined;
    this.calls = calls;
    this.subroutines = subroutines;
    if (counts) this.entered = this.code.local('i32');
    this.state = new RegionState(this.code, region);
    const { flags } = this.state;
    if (flags !== undefined) flags.emitter = (block) => new Emitter(this.code, subroutines, this).emit(block);
    this.numbers = new Map(region.blocks.map(({ start }, number) => [start, number]));
  }
  get context(): Context {
    return this;
  }
  get control(): Control {
    return this;
  }

  emit(): Code {
    const { code, region } = this;
    this.enter();
    const original = code.openBlock();
    const near = code.openBlock();
    const far = code.openBlock();
    this.exits = { original, near, far };
    this.emitNest(nest(region.blocks, region.entries));
    code.unreachable();
    code.close();
    this.leaveFar();
    code.close();
    this.leaveNear();
    code.close();
    this.leaveToOriginal();
    return code;
  }

  private enter(): void {
    const { code } = this;
    code.loadFrom('i32', LIMIT.address);
    code.get(ENTRY);
    code.op('i32.sub');
    toInstructions(code);
    code.tee(this.budget);
    code.i32(this.region.size);
    code.op('i32.lt_s');
    code.if(() => {
      code.get(ENTRY);
      code.returnCall(this.calls.original);
    });
    if (this.entered !== undefined) {
      code.get(this.budget);
      code.set(this.entered);
    }
    code.loadFrom('i64', PC_BASE.address);
    code.set(this.pcBase);
    if (this.second !== undefined) this.checkSecond(this.second);
    code.loadFrom('i32', TLB.address);
    code.set(this.tlb);
    this.state.load();
  }

  /** Has the interpreter go on if what lies behind the page is not the page of which the region has code. */
  private checkSecond(second: number): void {
    const { code } = this;
    const lookup = code.temporary('i32');
    this.pushAddress(PAGE_WORDS);
    code.set(this.target);
    lookUpFetch(code, this.target, lookup);
    code.get(lookup);
    code.access('i32.load', EXEC_TLB_PAGE);
    code.i32(second);
    code.op('i32.ne');
    code.op('i32.or');
    code.if(() => {
      code.get(ENTRY);
      code.returnCall(this.calls.original);
    });
    code.releaseTemporaries();
  }

  /** Counts a way out, and the instructions executed. */
  private count(exit: 'original' | 'near' | 'far'): void {
    const { code, entered } = this;
    if (entered === undefined) return;
    const add = (address: number, push: () => void): void =>
      code.storeTo('i64', address, () => {
        code.loadFrom('i64', address);
        push();
        code.op('i64.add');
      });
    add(TALLY[exit], () => code.i64(1n));
    add(TALLY.executed, () => {
      code.get(entered);
      code.get(this.budget);
      code.op('i32.sub');
      code.op('i64.extend_i32_s');
    });
  }

  private leaveFar(): void {
    const { code } = this;
    this.count('far');
    this.state.store();
    code.get(this.target);
    code.get(this.budget);
    code.returnCall(this.calls.enter);
  }
  private leaveNear(): void {
    const { code } = this;
    this.count('near');
    this.state.store();
    code.get(this.budget);
    code.i32(RUN_MINIMUM);
    code.op('i32.lt_s');
    code.if(() => {
      code.storeTo('i64', PC.address, () => {
        code.get(this.pcBase);
        code.get(this.place);
        code.i32(ENTRY_SHIFT - 2);
        code.op('i32.shr_u');
        code.op('i64.extend_i32_u');
        code.op('i64.add');
      });
      code.storeTo('i32', BUDGET.address, () => code.get(this.budget));
      code.i32(0);
      code.return();
    });
    this.storeLimit();
    code.get(this.place);
    code.returnCall(this.calls.resume);
  }
  /** In `place` is the entry, and how many instructions were counted that are still to be executed. */
  private leaveToOriginal(): void {
    const { code } = this;
    code.get(this.budget);
    code.get(this.place);
    code.i32(2 ** LEFT_BITS - 1);
    code.op('i32.and');
    code.op('i32.add');
    code.set(this.budget);
    code.get(this.place);
    code.i32(LEFT_BITS);
    code.op('i32.shr_u');
    code.i32(ENTRY_SHIFT);
    code.op('i32.shl');
    code.i32(DECODED_BASE);
    code.op('i32.add');
    code.set(this.place);
    this.count('original');
    if (this.second !== undefined) this.placeOnSecond(this.second);
    this.state.store();
    this.storeLimit();
    code.get(this.place);
    code.returnCall(this.calls.original);
  }
  /** Makes PC_BASE that of the second page if `place` is in that. */
  private placeOnSecond(second: number): void {
    const { code } = this;
    code.get(this.place);
    code.i32(second);
    code.op('i32.sub');
    code.i32(DECODED_PAGE_SIZE);
    code.op('i32.lt_u');
    code.if(() =>
      code.storeTo('i64', PC_BASE.address, () => {
        this.pushAddress(PAGE_WORDS);
        code.i64(BigInt(second / (DECODED_ENTRY_SIZE / 4)));
        code.op('i64.sub');
      }),
    );
  }
  private storeLimit(): void {
    const { code } = this;
    code.storeTo('i32', LIMIT.address, () => {
      code.get(this.budget);
      code.i32(ENTRY_SHIFT);
      code.op('i32.shl');
      code.get(this.place);
      code.op('i32.add');
    });
  }

  // Control flow.

  private emitNest(nested: Nest, again?: Label): void {
    const { code } = this;
    const { items, dispatches, first } = nested;
    const isRoot = again === undefined;
    if (isRoot && dispatches) this.wantEntered();
    const start = isRoot && dispatches ? code.openLoop() : again;
    const open: OpenNest = { nest: nested, again: start, labels: [], at: 0 };
    this.open.push(open);
    const begin = dispatches ? 0 : 1;
    for (let i = items.length - 1; i >= begin; i--) open.labels[i] = code.openBlock();
    if (dispatches) {
      const labels = items.flatMap((item, i) =>
        Array.from(
          { length: typeof item === 'number' ? 1 : item.last - item.first + 1 },
          () => open.labels[i]!,
        ),
      );
      code.get(this.wanted);
      code.i32(first);
      code.op('i32.sub');
      code.brTable(labels, open.labels[0]!);
    }
    for (const [i, item] of items.entries()) {
      if (i >= begin) code.close();
      open.at = i;
      if (typeof item === 'number') this.emitBlock(item);
      else {
        const label = code.openLoop();
        this.emitNest(item, label);
        code.close();
      }
    }
    this.open.pop();
    if (isRoot && dispatches) code.close();
  }

  /** Sets `wanted` from the decoded entry where the region is entered. */
  private wantEntered(): void {
    const { code } = this;
    const [first, ...others] = this.region.entries;
    code.i32(first);
    code.set(this.wanted);
    for (const number of others) {
      code.get(ENTRY);
      code.i32(this.entryOf(this.region.blocks[number].start));
      code.op('i32.eq');
      code.if(() => {
        code.i32(number);
        code.set(this.wanted);
      });
    }
  }

  private entryOf(place: number): number {
    if (place < PAGE_WORDS) return this.page + place * DECODED_ENTRY_SIZE;
    if (this.second === undefined) throw new Error('an instruction of no page');
    return this.second + (place - PAGE_WORDS) * DECODED_ENTRY_SIZE;
  }

  /** Goes on at a place of the page, or out of it. */
  private goTo(place: number): void {
    const number = this.numbers.get(place);
    if (number === undefined) this.leaveAt(place);
    else this.goToBlock(number);
  }

  private goToBlock(number: number): void {
    const { code } = this;
    const isBackward = number <= this.block;
    if (isBackward) {
      code.get(this.budget);
      code.i32(this.region.size);
      code.op('i32.lt_s');
      code.if(() => this.leaveAt(this.region.blocks[number].start));
    }
    for (let i = this.open.length - 1; i >= 0; i--) {
      const { nest: nested, again, labels, at } = this.open[i];
      if (!contains(nested, number)) continue;
      if (isBackward && again !== undefined && number === nested.first && i > 0) {
        if (nested.dispatches) this.want(number);
        code.br(again);
        return;
      }
      const next = nested.items.findIndex((item) =>
        typeof item === 'number' ? item === number : contains(item, number),
      );
      if (next <= at) continue;
      const item = nested.items[next];
      if (typeof item !== 'number' && dispatchesFor(item, number)) this.want(number);
      code.br(labels[next]!);
      return;
    }
    throw new Error('a block cannot be reached');
  }
  private want(number: number): void {
    this.code.i32(number);
    this.code.set(this.wanted);
  }

  /** Leaves before the instruction at a place of the page, or around it. */
  private leaveAt(place: number): void {
    const { code } = this;
    if (place >= 0 && place < PAGE_WORDS) {
      code.i32(this.entryOf(place));
      code.set(this.place);
      code.br(this.exits.near);
      return;
    }
    this.pushAddress(place);
    code.set(this.target);
    code.br(this.exits.far);
  }
  /** Has the interpreter execute the instruction that is being emitted, from its start. */
  private leaveForInstruction(): void {
    const { code } = this;
    const { start, instructions } = this.region.blocks[this.block];
    const left = instructions.length - this.position;
    const entry = (this.entryOf(start + this.position) - DECODED_BASE) / DECODED_ENTRY_SIZE;
    code.i32((entry << LEFT_BITS) | left);
    code.set(this.place);
    code.br(this.exits.original);
  }

  private emitBlock(number: number): void {
    const { code } = this;
    const { start, instructions } = this.region.blocks[number];
    this.block = number;
    if (this.state.flags !== undefined) this.state.flags.known = this.flagsBefore(number);
    code.get(this.budget);
    code.i32(instructions.length);
    code.op('i32.sub');
    code.set(this.budget);
    for (const [position, instruction] of instructions.entries()) {
      this.position = position;
      this.emitInstruction(instruction);
    }
    if (this.state.flags !== undefined) this.flagsAfter.set(number, this.state.flags.known);
    const { flow } = instructions.at(-1)!;
    if (flow.kind === 'next' || (flow.kind === 'direct' && flow.isConditional)) {
      this.goTo(start + instructions.length);
    }
  }
  /** What is known of the flags where a block begins: what all that come there agree on. */
  private flagsBefore(number: number): Known {
    const { blocks, entries } = this.region;
    if (entries.includes(number)) return 'unknown';
    const before = [...blocks.keys()].filter((each) => blocks[each].successors.includes(number));
    const [first, ...others] = before.map((each) => this.flagsAfter.get(each) ?? 'unknown');
    return first !== undefined && others.every((other) => isSame(first, other)) ? first : 'unknown';
  }
  private emitInstruction({ block, touched, comparison, movable }: Instruction): void {
    const { state } = this;
    const { flags } = state;
    const { readsFlags, conditions: asked, writesFlags, setsFlags } = touched;
    const conditions = !readsFlags && flags !== undefined && asked.every((each) => flags.knows(each));
    if (readsFlags || (asked.length > 0 && !conditions) || (writesFlags && !setsFlags)) flags?.make();
    state.comparison = comparison;
    new Emitter(this.code, this.subroutines, this).emit(block, [], { conditions, comparison, movable });
    if (writesFlags && comparison === undefined) flags?.settle();
    this.code.releaseTemporaries();
  }

  /** Pushes the address of a place of the page, in words from its start. */
  private pushAddress(place: number): void {
    const { code } = this;
    code.get(this.pcBase);
    code.i64(BigInt(this.page / (DECODED_ENTRY_SIZE / 4) + place * 4));
    code.op('i64.add');
  }

  // What an instruction needs.

  pushPc(): void {
    this.pushAddress(this.region.blocks[this.block].start + this.position);
  }
  pushTlb(): void {
    this.code.get(this.tlb);
  }

  slowLoad(): never {
    throw new Error('an access is not made otherwise than through the TLB');
  }
  slowStore(): never {
    throw new Error('an access is not made otherwise than through the TLB');
  }
  readonly fillTlb = ({ bytes, options }: Access, address: number, kind: 'read' | 'write'): void => {
    const { code } = this;
    const place = code.temporary('i32');
    code.get(address);
    code.i32(accessFlags(bytes, options));
    code.call(this.calls.fill[kind]);
    code.tee(place);
    code.op('i32.eqz');
    code.if(() => this.leaveForInstruction());
    code.get(place);
  };
  service(): void {
    this.leaveForInstruction();
  }

  branch(target: number): void {
    const { code } = this;
    if (mayReturn(this.region.blocks[this.block])) this.returnWithin(target);
    code.get(target);
    code.set(this.target);
    code.br(this.exits.far);
  }
  /** Goes on behind a call of the region, if it was one from which this returns. */
  private returnWithin(target: number): void {
    const { code, region } = this;
    const root = this.open[0].again;
    if (root === undefined) return;
    const isEnough = code.openBlock();
    code.get(this.budget);
    code.i32(region.size);
    code.op('i32.lt_s');
    code.brIf(isEnough);
    for (const number of region.entries.slice(0, RETURNS_MOST)) {
      code.get(target);
      this.pushAddress(region.blocks[number].start);
      code.op('i64.eq');
      code.if(() => {
        this.want(number);
        code.br(root);
      });
    }
    code.close();
  }
  branchRelative(): void {
    throw new Error('an open branch in a bound recording');
  }
  branchFixed(offset: number): void {
    this.goTo(this.region.blocks[this.block].start + this.position + offset / 4);
  }
}

/** Whether a loop, or one within it, dispatches on the way to a block. */
function dispatchesFor({ dispatches, items }: Nest, number: number): boolean {
  if (dispatches) return true;
  return items.some(
    (item) => typeof item !== 'number' && contains(item, number) && dispatchesFor(item, number),
  );
}

const noOperands: Operands = {
  pushRegister() {
    throw new Error('an open register in a bound recording');
  },
  pushImmediate() {
    throw new Error('an open immediate in a bound recording');
  },
};
