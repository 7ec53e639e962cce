/**
 * Emits a region as one function of the type of a handler.
 *
 * Nothing in it calls the host but to fill the TLB: before an instruction that needs the host for more it leaves, and the
 * interpreter executes the instruction. So nothing that is in locals can change meanwhile.
 */
import { accessFlags } from '../access-flags.js';
import type { Code } from '../wasm/code.js';
import { Emitter } from '../wasm/emit.js';
import type { Access, Context, Control, Operands, Site, Subroutines } from '../wasm/site.js';
import type { Instruction } from './instruction.js';
import { RegionEnds } from './region-ends.js';
import { isSame, type Known } from './region-flags.js';
import { RegionFlow } from './region-flow.js';
import { RegionFrame, type Surroundings } from './region-frame.js';
import type { RegionState } from './region-state.js';
import type { BasicBlock, Region } from './region.js';

export function emitRegion(region: Region, surroundings: Surroundings): Code {
  return new RegionCode(region, surroundings).emit();
}

class RegionCode implements Site, Context, Control {
  readonly operands = noOperands;
  readonly state: RegionState;
  private readonly code: Code;
  private readonly frame: RegionFrame;
  private readonly ends: RegionEnds;
  private readonly flow: RegionFlow;
  private readonly subroutines: Subroutines;
  /** What is known of the flags behind the blocks that are emitted. */
  private readonly flagsAfter = new Map<number, Known>();
  /** The block that is being emitted, and which of its instructions. */
  private block: BasicBlock;
  private position = 0;

  constructor(
    private readonly region: Region,
    surroundings: Surroundings,
  ) {
    this.frame = new RegionFrame(region, surroundings);
    this.ends = new RegionEnds(this.frame, surroundings.counts);
    this.flow = new RegionFlow(this.frame, this.ends);
    this.code = this.frame.code;
    this.state = this.frame.state;
    this.subroutines = surroundings.subroutines;
    this.block = region.blocks[0];
    const { flags } = this.state;
    if (flags !== undefined) flags.emitter = (block) => this.emitter().emit(block);
  }
  get context(): Context {
    return this;
  }
  get control(): Control {
    return this;
  }
  private emitter(): Emitter {
    return new Emitter(this.code, this.subroutines, this);
  }

  emit(): Code {
    this.ends.around(() => this.flow.emit((number) => this.emitBlock(number)));
    return this.code;
  }

  private emitBlock(number: number): void {
    const { code, frame } = this;
    const { flags } = this.state;
    this.block = this.region.blocks[number];
    const { start, instructions } = this.block;
    if (flags !== undefined) flags.known = this.flagsBefore(number);
    code.get(frame.budget);
    code.i32(instructions.length);
    code.op('i32.sub');
    code.set(frame.budget);
    for (const [position, instruction] of instructions.entries()) {
      this.position = position;
      this.emitInstruction(instruction);
    }
    if (flags !== undefined) this.flagsAfter.set(number, flags.known);
    const { flow } = instructions.at(-1)!;
    if (flow.kind === 'next' || (flow.kind === 'direct' && flow.isConditional)) {
      this.flow.goTo(start + instructions.length);
    }
  }
  /** What is known of the flags where a block begins: what all that come there agree on. */
  private flagsBefore(number: number): Known {
    const { blocks, targets } = this.region;
    if (targets.includes(number)) return 'unknown';
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
    this.emitter().emit(block, [], { conditions, comparison, movable });
    if (writesFlags && comparison === undefined) flags?.settle();
    this.code.releaseTemporaries();
  }

  /** Place of the instruction that is being emitted. */
  private get place(): number {
    return this.block.start + this.position;
  }

  // What an instruction needs.

  pushPc(): void {
    this.frame.pushAddress(this.place);
  }
  pushTlb(): void {
    this.code.get(this.frame.tlb);
  }

  readonly fillTlb = ({ bytes, options }: Access, address: number, kind: 'read' | 'write'): void => {
    const { code, frame } = this;
    const place = code.temporary('i32');
    code.get(address);
    code.i32(accessFlags(bytes, options));
    code.call(frame.calls.fill[kind]);
    code.tee(place);
    code.op('i32.eqz');
    code.expect(false);
    code.if(() => this.service());
    code.get(place);
  };
  slowLoad(): never {
    throw new Error('an access is not made otherwise than through the TLB');
  }
  slowStore(): never {
    throw new Error('an access is not made otherwise than through the TLB');
  }
  /** The interpreter executes the instruction, from its start. */
  service(): void {
    this.ends.leaveToOriginal(this.place, this.block.instructions.length - this.position);
  }

  branch(target: number): void {
    this.ends.aimFor(target);
    const { flow } = this.block.instructions.at(-1)!;
    this.flow.dispatchTo(target, flow.kind === 'indirect' && flow.returns);
    this.ends.leaveForTarget();
  }
  branchRelative(): void {
    throw new Error('an open branch in a bound recording');
  }
  branchFixed(offset: number): void {
    this.flow.goTo(this.place + offset / 4);
  }
}

const noOperands: Operands = {
  pushRegister() {
    throw new Error('an open register in a bound recording');
  },
  pushImmediate() {
    throw new Error('an open immediate in a bound recording');
  },
};
