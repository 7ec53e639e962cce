/**
 * The reference executor: runs instructions one at a time by evaluating their recorded meanings with bigints on
 * the same state, memory and system part as the interpreter. It says whether a wrong answer comes from a meaning
 * or from generated code.
 */
import { decode, type Encoding, type FieldValues } from '../../isa/index.js';
import { codePageOf, type CodePages } from '../code-pages.js';
import type { Core } from '../core.js';
import type { Executor } from '../executor.js';
import type { DecodedPages } from '../interpreter/decoded-pages.js';
import { EncodingShapes } from '../interpreter/shapes.js';
import { slotOffset } from '../interpreter/slots.js';
import type { Effect, Node } from '../ir/nodes.js';
import {
  BUDGET,
  DECODED_ENTRY_SIZE,
  LIMIT,
  PC,
  PC_BASE,
  SCRATCH,
  STOP,
  V_BASE,
  X_BASE,
  type Cell,
} from '../layout.js';
import { semanticsOf } from '../semantics/index.js';
import type { CoreState } from '../state.js';
import { accessFlags } from '../access-flags.js';
import { Evaluation, type Cells, type InstructionContext, type Outcome } from './values.js';

/** What the evaluator needs of the cluster whose cores execute by it. */
export interface EvaluatorHost {
  readonly activeCore: Core;
  readonly state: CoreState;
  readonly code: CodePages;
  readonly pages: DecodedPages;
}

export class Evaluator implements Executor, Cells, InstructionContext {
  private readonly view: DataView;
  private readonly shapes = new Map<Encoding, EncodingShapes>();
  private fields: FieldValues = {};
  private entry = 0;

  constructor(private readonly host: EvaluatorHost) {
    this.view = new DataView(host.state.memory.buffer);
  }
  private get core(): Core {
    return this.host.activeCore;
  }

  run(): void {
    this.runExact();
  }
  runExact(): void {
    const { state } = this.host;
    while (state.low(BUDGET) > 0 && state.low(STOP) === 0) this.step();
  }

  private step(): void {
    const word = this.fetch();
    if (word === undefined) return;
    const { state } = this.host;
    const pc = state.pc;
    const encoding = decode(word);
    const semantics = encoding === undefined ? undefined : semanticsOf(encoding.name);
    if (encoding === undefined || semantics === undefined) {
      this.core.imports.service('undefined', this.entry, 0, 0);
      return;
    }
    let shapes = this.shapes.get(encoding);
    if (shapes === undefined) {
      shapes = new EncodingShapes(encoding, semantics);
      this.shapes.set(encoding, shapes);
    }
    const { shape, fields } = shapes.of(word, Number(pc & 0xfffn));
    this.fields = fields;
    if (new Evaluation(this, this).run(shape.block) === 'left') return;
    this.finish(pc + 4n);
  }

  private finish(pc: bigint): void {
    const { state } = this.host;
    state.pc = pc;
    state.setLow(BUDGET, state.low(BUDGET) - 1);
  }

  /** The word at PC, or undefined if its fetch took an exception. Sets up the position for host calls. */
  private fetch(): number | undefined {
    const { state, code, pages } = this.host;
    this.core.system.untagPC();
    const low = state.low(PC);
    const high = state.high(PC);
    const translation =
      (low & 3) === 0 ? this.core.system.translate(low, high, 'execute', this.core.level) : undefined;
    const physical = translation === undefined || translation.fault ? -1 : translation.physical;
    const memory = code.memoryAt(physical);
    if (memory === undefined) {
      this.core.imports.fetch();
      return undefined;
    }
    this.entry = pages.addressOf(codePageOf(physical)) + ((low & 0xfff) >> 2) * DECODED_ENTRY_SIZE;
    state.put64(PC_BASE, state.pc - BigInt(this.entry >>> 2));
    state.setLow(LIMIT, this.entry + state.low(BUDGET) * DECODED_ENTRY_SIZE);
    return memory.instruction(physical);
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

  immediate(node: Node & { kind: 'immediate' }): bigint {
    return BigInt.asUintN(node.type === 'i32' ? 32 : 64, BigInt(node.compute(this.fields)));
  }
  pc(): bigint {
    return this.host.state.pc;
  }
  readX(node: Node & { kind: 'readX' }): bigint {
    const at = X_BASE + slotOffset(this.fields, node.operand.field, node.use, 0);
    return node.type === 'i32' ? BigInt(this.view.getUint32(at, true)) : this.view.getBigUint64(at, true);
  }
  readFixedX(slot: number): bigint {
    return this.view.getBigUint64(X_BASE + slot * 8, true);
  }
  readV(node: Node & { kind: 'readV' }): bigint {
    return this.readBytes(this.vectorAddress(node), node.bytes);
  }
  private vectorAddress(node: {
    operand: { field: string };
    plus: number;
    index: number;
    bytes: number;
  }): number {
    return (
      V_BASE + slotOffset(this.fields, node.operand.field, 'vector', node.plus) + node.index * node.bytes
    );
  }

  load(node: Node & { kind: 'load' }, address: bigint): bigint | undefined {
    if (this.core.imports.load(this.entry, ...halves(address), accessFlags(node.bytes, node.options)) === 0)
      return undefined;
    return this.readBytes(SCRATCH, node.bytes);
  }

  effect(effect: Effect, value: (node: Node) => bigint): Outcome {
    switch (effect.kind) {
      case 'writeX':
        this.view.setBigUint64(
          X_BASE + slotOffset(this.fields, effect.operand.field, effect.use, 0),
          value(effect.value),
          true,
        );
        return 'end';
      case 'writeFixedX':
        this.view.setBigUint64(X_BASE + effect.slot * 8, value(effect.value), true);
        return 'end';
      case 'writeV':
        this.writeBytes(this.vectorAddress(effect), effect.bytes, value(effect.value));
        return 'end';
      case 'store': {
        const at = halves(value(effect.address));
        this.writeBytes(SCRATCH, effect.bytes, value(effect.value));
        const done = this.core.imports.store(this.entry, ...at, accessFlags(effect.bytes, effect.options));
        return done === 0 ? 'left' : 'end';
      }
      case 'host': {
        const at = effect.args.length === 0 ? ([0, 0] as const) : halves(value(effect.args[0]));
        return this.core.imports.service(effect.name, this.entry, ...at) === 0 ? 'left' : 'end';
      }
      case 'branch':
        if (effect.condition !== undefined && value(effect.condition) === 0n) return 'end';
        this.finish(value(effect.target));
        return 'left';
      case 'branchRelative':
        if (effect.condition !== undefined && value(effect.condition) === 0n) return 'end';
        this.finish(this.pc() + BigInt(effect.offset(this.fields)));
        return 'left';
      default:
        throw new Error(`${effect.kind} is not an instruction's effect`);
    }
  }

  private readBytes(at: number, bytes: number): bigint {
    let value = 0n;
    for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.view.getUint8(at + i));
    return value;
  }
  private writeBytes(at: number, bytes: number, value: bigint): void {
    for (let i = 0; i < bytes; i++) this.view.setUint8(at + i, Number((value >> BigInt(8 * i)) & 0xffn));
  }
}

function halves(address: bigint): readonly [number, number] {
  return [Number(BigInt.asIntN(32, address)), Number(BigInt.asIntN(32, address >> 32n))];
}
