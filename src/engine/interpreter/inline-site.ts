/**
 * The site of a shape that stands in line in `run`. Where it needs the host, it has its called handler do the
 * instruction from its start. That is sound since nothing but stores to memory comes before what may need the host (a
 * rule of recordings), and these are done again with the same values.
 */
import type { Code, Label } from '../wasm/code.js';
import type { Context, Control, Site } from '../wasm/site.js';
import { StateInMemory } from '../wasm/state-in-memory.js';
import type { Hotness } from './heat.js';
import { DecodedOperands, type EntryOperands } from './entry-operands.js';
import type { LoopPosition } from './loop-position.js';
import type { Reach } from './reach.js';

/** Where the loop goes on. */
export interface LoopLabels {
  /** At the position's target. */
  readonly jump: Label;
  /** At the position's entry. */
  readonly dispatch: Label;
  /** At the position's entry, by its called handler. */
  readonly called: Label;
}

export class InlineSite implements Site, Context, Control {
  readonly operands: DecodedOperands;
  readonly state: StateInMemory;

  constructor(
    private readonly code: Code,
    private readonly position: LoopPosition,
    places: EntryOperands,
    private readonly reach: Reach,
    private readonly labels: LoopLabels,
    private readonly hotness?: Hotness,
  ) {
    this.operands = new DecodedOperands(code, position.entry, places);
    this.state = new StateInMemory(code);
  }
  get context(): Context {
    return this;
  }
  get control(): Control {
    return this;
  }

  pushPc(): void {
    this.position.pushPc();
  }
  pushTlb(): void {
    this.code.get(this.position.tlb);
  }

  slowLoad(): void {
    this.code.br(this.labels.called);
  }
  slowStore(): void {
    this.code.br(this.labels.called);
  }
  service(): void {
    this.code.br(this.labels.called);
  }

  branch(target: number): void {
    this.code.get(target);
    this.position.jump();
    this.code.br(this.labels.jump);
  }
  branchRelative(push: () => void): void {
    const { code, position } = this;
    if (this.reach === 'near') {
      push();
      position.jumpWithinPage(this.labels.dispatch, this.hotness);
      return;
    }
    position.pushPc();
    push();
    code.op('i64.extend_i32_s');
    code.op('i64.add');
    position.jump();
    code.br(this.labels.jump);
  }
  branchFixed(offset: number): void {
    this.branchRelative(() => this.code.i32(offset));
  }
}
