/** The position of a loop, in locals: at a decoded entry, or on the way to a target. */
import { BUDGET, DECODED_ENTRY_SIZE, LIMIT, PC, PC_BASE, STOP, TLB } from '../layout.js';
import type { Code, Label } from '../wasm/code.js';
import { emitHeat, type Hotness } from './heat.js';
import { lookUpFetch, pushFetchedEntry } from './fetch.js';
import { ENTRY_SHIFT, pushAddress, toInstructions } from './position.js';

export class LoopPosition {
  readonly entry: number;
  readonly limit: number;
  readonly tlb: number;
  private readonly pcBase: number;
  /** Where to jump, and the budget left there in bytes of decoded entries. */
  private readonly target: number;
  private readonly rest: number;
  private readonly lookup: number;

  /** `minimum`: instructions in the budget without which the loop is left at a jump. */
  constructor(
    private readonly code: Code,
    private readonly minimum: number,
  ) {
    this.entry = code.local('i32');
    this.limit = code.local('i32');
    this.tlb = code.local('i32');
    this.pcBase = code.local('i64');
    this.target = code.local('i64');
    this.rest = code.local('i32');
    this.lookup = code.local('i32');
  }

  /** From PC and BUDGET to the way to a target; returns if the host asks to stop. */
  load(): void {
    const { code } = this;
    code.loadFrom('i32', STOP.address);
    code.expect(false);
    code.if(() => code.return());
    code.loadFrom('i64', PC.address);
    code.set(this.target);
    code.loadFrom('i32', BUDGET.address);
    code.i32(ENTRY_SHIFT);
    code.op('i32.shl');
    code.set(this.rest);
    code.loadFrom('i32', TLB.address);
    code.set(this.tlb);
  }

  /**
   * From the way to a target to its entry, or returns with too small a budget. If the execution TLB does not have the
   * target's page, asks the host and starts `again`.
   */
  enterTarget(fetch: number, again: Label): void {
    const { code, entry, target, rest, lookup } = this;
    code.get(rest);
    code.i32(this.minimum * DECODED_ENTRY_SIZE);
    code.op('i32.lt_s');
    code.expect(false);
    code.if(() => {
      this.leaveAtTarget();
      code.return();
    });
    lookUpFetch(code, target, lookup);
    code.expect(false);
    code.if(() => {
      this.leaveAtTarget();
      code.call(fetch);
      code.br(again);
    });
    pushFetchedEntry(code, target, lookup);
    code.tee(entry);
    code.get(rest);
    code.op('i32.add');
    code.set(this.limit);
    code.get(target);
    code.get(entry);
    code.i32(ENTRY_SHIFT - 2);
    code.op('i32.shr_u');
    code.op('i64.extend_i32_u');
    code.op('i64.sub');
    code.set(this.pcBase);
    code.storeTo('i64', PC_BASE.address, () => code.get(this.pcBase));
  }

  /** What a region has changed. */
  reload(): void {
    const { code } = this;
    code.loadFrom('i32', LIMIT.address);
    code.set(this.limit);
    code.loadFrom('i64', PC_BASE.address);
    code.set(this.pcBase);
  }

  /** To the entry behind. */
  next(): void {
    const { code, entry } = this;
    code.get(entry);
    code.i32(DECODED_ENTRY_SIZE);
    code.op('i32.add');
    code.set(entry);
  }

  /** Sets the target to what is on the stack; the instruction at the entry is done. */
  jump(): void {
    const { code } = this;
    code.set(this.target);
    this.pushRest();
    code.i32(DECODED_ENTRY_SIZE);
    code.op('i32.sub');
    code.set(this.rest);
  }
  /** Sets the target from the entry behind a page's last. */
  jumpBehindPage(): void {
    const { code } = this;
    this.pushPc();
    code.set(this.target);
    this.pushRest();
    code.set(this.rest);
  }

  /**
   * To an entry of the same page, away by the bytes of code on the stack; the instruction at the entry is done. Returns
   * if too little is left of the budget, else branches to `dispatch`. Jumps backward are counted.
   */
  jumpWithinPage(dispatch: Label, hotness: Hotness | undefined): void {
    const { code, entry, limit } = this;
    // The limit moves by the same offset, less the one instruction.
    const delta = code.temporary('i32');
    code.i32(ENTRY_SHIFT - 2);
    code.op('i32.shl');
    code.tee(delta);
    code.get(entry);
    code.op('i32.add');
    code.set(entry);
    code.get(limit);
    code.get(delta);
    code.op('i32.add');
    code.i32(DECODED_ENTRY_SIZE);
    code.op('i32.sub');
    code.set(limit);
    if (hotness !== undefined) {
      code.get(delta);
      code.i32(0);
      code.op('i32.lt_s');
      code.if(() => emitHeat(code, entry, hotness));
    }
    this.pushRest();
    code.i32(this.minimum * DECODED_ENTRY_SIZE);
    code.op('i32.ge_s');
    code.expect(true);
    code.brIf(dispatch);
    this.leaveAtEntry();
    code.return();
  }

  /** PC and BUDGET from the entry. */
  leaveAtEntry(): void {
    const { code } = this;
    code.storeTo('i64', PC.address, () => this.pushPc());
    code.storeTo('i32', BUDGET.address, () => {
      this.pushRest();
      toInstructions(code);
    });
  }
  /** PC and BUDGET from the target. */
  private leaveAtTarget(): void {
    const { code } = this;
    code.storeTo('i64', PC.address, () => code.get(this.target));
    code.storeTo('i32', BUDGET.address, () => {
      code.get(this.rest);
      toInstructions(code);
    });
  }

  /** Pushes the address of the instruction at the entry. */
  pushPc(): void {
    pushAddress(this.code, this.entry, () => this.code.get(this.pcBase));
  }
  /** Pushes what is left of the budget at the entry, in bytes of decoded entries. */
  pushRest(): void {
    const { code } = this;
    code.get(this.limit);
    code.get(this.entry);
    code.op('i32.sub');
  }
}
