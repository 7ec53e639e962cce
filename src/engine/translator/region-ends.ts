/**
 * How a region's function begins and ends. It gets the decoded entry where it is entered, LIMIT and PC_BASE being those of
 * that place. There are three ways out, each with the state brought to memory: the interpreter executes one instruction
 * (`original`); it goes on at an entry of the page, or another region does (`near`); or at an address (`far`).
 */
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
import type { Label } from '../wasm/code.js';
import type { RegionFrame } from './region-frame.js';
import { PAGE_WORDS } from './region.js';

/** For the number of instructions of a block, beside that of a decoded entry, which are fewer than 2^22. */
const LEFT_BITS = 10;

export class RegionEnds {
  /** Where it is left for: a decoded entry, or an address. */
  private readonly place: number;
  private readonly target: number;
  /** The budget at the entry, if it is counted how much of it is used. */
  private readonly entered: number | undefined;
  private labels: Readonly<Record<'original' | 'near' | 'far', Label>> | undefined;

  constructor(
    private readonly frame: RegionFrame,
    counts: boolean,
  ) {
    const { code } = frame;
    this.place = code.local('i32');
    this.target = code.local('i64');
    if (counts) this.entered = code.local('i32');
  }

  /** Emits the whole function, whose middle `body` emits. */
  around(body: () => void): void {
    const { code } = this.frame;
    this.begin();
    const original = code.openBlock();
    const near = code.openBlock();
    const far = code.openBlock();
    this.labels = { original, near, far };
    body();
    code.unreachable();
    code.close();
    this.endFar();
    code.close();
    this.endNear();
    code.close();
    this.endWithOriginal();
  }

  // Ways out, for the body.

  /** Leaves before the instruction at a place, which is not the region's or comes when the budget is short. */
  leaveAt(place: number): void {
    const { frame } = this;
    const { code } = frame;
    if (place >= 0 && place < PAGE_WORDS) {
      code.i32(frame.entryOf(place));
      code.set(this.place);
      this.leave('near');
    } else {
      frame.pushAddress(place);
      code.set(this.target);
      this.leave('far');
    }
  }
  /** Sets the address, that in a local, for which it may be left. */
  aimFor(target: number): void {
    const { code } = this.frame;
    code.get(target);
    code.set(this.target);
  }
  leaveForTarget(): void {
    this.leave('far');
  }
  /** Has the interpreter execute the instruction at a place; so many are counted that are still to be executed. */
  leaveToOriginal(place: number, left: number): void {
    const { frame } = this;
    const entry = (frame.entryOf(place) - DECODED_BASE) / DECODED_ENTRY_SIZE;
    frame.code.i32((entry << LEFT_BITS) | left);
    frame.code.set(this.place);
    this.leave('original');
  }
  private leave(exit: 'original' | 'near' | 'far'): void {
    if (this.labels === undefined) throw new Error('a region is left before it is entered');
    this.frame.code.br(this.labels[exit]);
  }

  // Beginning and ends.

  private begin(): void {
    const { frame } = this;
    const { code } = frame;
    code.loadFrom('i32', LIMIT.address);
    code.get(frame.entry);
    code.op('i32.sub');
    toInstructions(code);
    code.set(frame.budget);
    frame.pushIsShort();
    code.expect(false);
    code.if(() => this.refuse());
    if (this.entered !== undefined) {
      code.get(frame.budget);
      code.set(this.entered);
    }
    code.loadFrom('i64', PC_BASE.address);
    code.set(frame.pcBase);
    if (frame.second !== undefined) this.checkSecond(frame.second);
    code.loadFrom('i32', TLB.address);
    code.set(frame.tlb);
    frame.state.load();
  }
  /** Has the interpreter execute what stands where the region is entered. */
  private refuse(): void {
    const { code, entry, calls } = this.frame;
    code.get(entry);
    code.returnCall(calls.original);
  }
  /** Refuses if what is mapped behind the page is not the page of which the region has code. */
  private checkSecond(second: number): void {
    const { frame, target } = this;
    const { code } = frame;
    const lookup = code.temporary('i32');
    frame.pushAddress(PAGE_WORDS);
    code.set(target);
    lookUpFetch(code, target, lookup);
    code.get(lookup);
    code.access('i32.load', EXEC_TLB_PAGE);
    code.i32(second);
    code.op('i32.ne');
    code.op('i32.or');
    code.expect(false);
    code.if(() => this.refuse());
    code.releaseTemporaries();
  }

  private endFar(): void {
    const { frame } = this;
    const { code } = frame;
    this.count('far');
    frame.state.store();
    code.get(this.target);
    code.get(frame.budget);
    code.returnCall(frame.calls.enter);
  }
  private endNear(): void {
    const { frame } = this;
    const { code } = frame;
    this.count('near');
    frame.state.store();
    code.get(frame.budget);
    code.i32(RUN_MINIMUM);
    code.op('i32.lt_s');
    code.expect(false);
    code.if(() => {
      code.storeTo('i64', PC.address, () => {
        code.get(frame.pcBase);
        code.get(this.place);
        code.i32(ENTRY_SHIFT - 2);
        code.op('i32.shr_u');
        code.op('i64.extend_i32_u');
        code.op('i64.add');
      });
      code.storeTo('i32', BUDGET.address, () => code.get(frame.budget));
      code.i32(0);
      code.return();
    });
    this.storeLimit();
    code.get(this.place);
    code.returnCall(frame.calls.resume);
  }
  private endWithOriginal(): void {
    const { frame } = this;
    const { code } = frame;
    code.get(frame.budget);
    code.get(this.place);
    code.i32(2 ** LEFT_BITS - 1);
    code.op('i32.and');
    code.op('i32.add');
    code.set(frame.budget);
    code.get(this.place);
    code.i32(LEFT_BITS);
    code.op('i32.shr_u');
    code.i32(ENTRY_SHIFT);
    code.op('i32.shl');
    code.i32(DECODED_BASE);
    code.op('i32.add');
    code.set(this.place);
    this.count('original');
    if (frame.second !== undefined) this.placeOnSecond(frame.second);
    frame.state.store();
    this.storeLimit();
    code.get(this.place);
    code.returnCall(frame.calls.original);
  }

  /** Makes PC_BASE that of the second page if `place` is in that. */
  private placeOnSecond(second: number): void {
    const { frame } = this;
    const { code } = frame;
    code.get(this.place);
    code.i32(second);
    code.op('i32.sub');
    code.i32(DECODED_PAGE_SIZE);
    code.op('i32.lt_u');
    code.if(() =>
      code.storeTo('i64', PC_BASE.address, () => {
        frame.pushAddress(PAGE_WORDS);
        code.i64(BigInt(second / (DECODED_ENTRY_SIZE / 4)));
        code.op('i64.sub');
      }),
    );
  }
  private storeLimit(): void {
    const { code, budget } = this.frame;
    code.storeTo('i32', LIMIT.address, () => {
      code.get(budget);
      code.i32(ENTRY_SHIFT);
      code.op('i32.shl');
      code.get(this.place);
      code.op('i32.add');
    });
  }
  /** Counts a way out, and the instructions executed. */
  private count(exit: 'original' | 'near' | 'far'): void {
    const { entered } = this;
    const { code, budget } = this.frame;
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
      code.get(budget);
      code.op('i32.sub');
      code.op('i64.extend_i32_s');
    });
  }
}
