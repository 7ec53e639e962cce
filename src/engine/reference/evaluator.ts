/**
 * The reference tier: runs instructions one at a time by evaluating their recordings with bigints on the same state,
 * memory and system part as the others. It says whether a wrong answer comes from a meaning or from generated code.
 */
import type { FieldValues } from '../../isa/index.js';
import { accessFlags } from '../access-flags.js';
import { codePageOf } from '../code-pages.js';
import { hostNames, type Effect, type Node } from '../ir/nodes.js';
import { BUDGET, CODE_PAGE, SCRATCH, STOP, V_BASE, X_BASE, type Cell } from '../layout.js';
import { shapeOf } from '../semantics/index.js';
import type { Tier, TierHost } from '../tier.js';
import { Answer } from '../wasm/host-calls.js';
import { Operands } from './operands.js';
import { Evaluation, type Cells, type InstructionContext, type Outcome } from './values.js';

export class Evaluator extends Operands implements Tier, Cells, InstructionContext {
  private readonly view: DataView;
  protected fields: FieldValues = {};

  constructor(private readonly host: TierHost) {
    super();
    this.view = new DataView(host.memory.buffer);
  }

  run(): void {
    const { state } = this.host;
    while (state.low(BUDGET) > 0 && state.low(STOP) === 0) this.step();
  }

  private step(): void {
    const word = this.fetch();
    if (word === undefined) return;
    const { shape, fields } = shapeOf(word);
    this.fields = fields;
    const outcome = new Evaluation(this, this).run(shape.block);
    if (outcome === 'end') this.finish(this.host.state.pc + 4n);
  }

  private finish(pc: bigint): void {
    const { state } = this.host;
    state.pc = pc;
    state.setLow(BUDGET, state.low(BUDGET) - 1);
  }

  /** The word at PC, or undefined if its fetch took an exception or it is not to be executed now. */
  private fetch(): number | undefined {
    const { state, code, executing, marks } = this.host;
    const physical = executing.fetch()?.physical;
    if (physical === undefined) return undefined;
    state.setLow(CODE_PAGE, codePageOf(physical));
    if (marks.has(physical)) {
      executing.marked();
      state.setLow(STOP, 1);
      return undefined;
    }
    return code.memoryAt(physical)?.instruction(physical);
  }

  // Cells.

  getCell(cell: Cell): bigint {
    return cell.type === 'i32'
      ? BigInt(this.view.getUint32(cell.address, true))
      : this.view.getBigUint64(cell.address, true);
  }
  setCell(cell: Cell, value: bigint): void {
    if (cell.type === 'i32') this.view.setUint32(cell.address, Number(value), true);
    else this.view.setBigUint64(cell.address, value, true);
  }

  // The instruction's context.

  pc(): bigint {
    return this.host.state.pc;
  }
  protected general(slot: number): bigint {
    return this.host.state.x(slot);
  }
  protected vector(register: number): bigint {
    return this.host.state.v(register);
  }
  private writeSlot(slot: number, value: bigint): Outcome {
    this.view.setBigUint64(X_BASE + slot * 8, value, true);
    return 'end';
  }

  load(node: Node & { kind: 'load' }, address: bigint): bigint | undefined {
    const { executing } = this.host;
    const answer = executing.slowLoad(...halves(address), accessFlags(node.bytes, node.options));
    if (answer === Answer.Left) return undefined;
    return this.readBytes(SCRATCH, node.bytes);
  }

  effect(effect: Effect, value: (node: Node) => bigint): Outcome {
    const { executing } = this.host;
    switch (effect.kind) {
      case 'writeX':
        return this.writeSlot(this.slotOf(effect), value(effect.value));
      case 'writeFixedX':
        return this.writeSlot(effect.slot, value(effect.value));
      case 'writeV':
        return this.writeBytes(elementAt(this.vectorOf(effect), effect), effect.bytes, value(effect.value));
      case 'writeFixedV':
        return this.writeBytes(elementAt(effect.register, effect), effect.bytes, value(effect.value));
      case 'store':
        this.writeBytes(SCRATCH, effect.bytes, value(effect.value));
        return this.outcome(
          executing.slowStore(...halves(value(effect.address)), accessFlags(effect.bytes, effect.options)),
        );
      case 'host': {
        const argument = effect.args.length === 0 ? 0n : value(effect.args[0]);
        return this.outcome(executing.service(hostNames.indexOf(effect.name), ...halves(argument)));
      }
      case 'branch':
        return this.branch(effect.condition, value, () => value(effect.target));
      case 'branchRelative':
        return this.branch(effect.condition, value, () => this.pc() + BigInt(effect.offset(this.fields)));
      case 'branchFixed':
        return this.branch(effect.condition, value, () => this.pc() + BigInt(effect.offset));
      default:
        throw new Error(`${effect.kind} is not an instruction's effect`);
    }
  }

  /** What stops execution is looked at behind the instruction. */
  private outcome(answer: Answer): Outcome {
    return answer === Answer.Left ? 'left' : 'end';
  }
  private branch(condition: Node | undefined, value: (node: Node) => bigint, target: () => bigint): Outcome {
    if (condition !== undefined && value(condition) === 0n) return 'end';
    this.finish(target());
    return 'left';
  }

  private readBytes(at: number, bytes: number): bigint {
    let value = 0n;
    for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.view.getUint8(at + i));
    return value;
  }
  private writeBytes(at: number, bytes: number, value: bigint): Outcome {
    for (let i = 0; i < bytes; i++) this.view.setUint8(at + i, Number((value >> BigInt(8 * i)) & 0xffn));
    return 'end';
  }
}

/** Byte offset of an element of a V register. */
function elementAt(register: number, { index, bytes }: { index: number; bytes: number }): number {
  return V_BASE + register * 16 + index * bytes;
}

function halves(address: bigint): readonly [number, number] {
  return [Number(BigInt.asIntN(32, address)), Number(BigInt.asIntN(32, address >> 32n))];
}
