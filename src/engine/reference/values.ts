/** Evaluates recorded meanings with bigints: slow, and independent of WebAssembly. */
import type { Block, Effect, Node, Subroutine, Variable } from '../ir/nodes.js';
import { ops } from '../ir/ops/index.js';
import { isEffect } from '../ir/uses.js';
import { CF, NF, VF, ZF, type Cell } from '../layout.js';

/** How a block ended: at its end, or early because the instruction left (exception, branch). */
export type Outcome = 'end' | 'left';

/** What evaluation needs beyond values: registers, memory, the host. Absent inside subroutines. */
export interface InstructionContext {
  immediate(node: Node & { kind: 'immediate' }): bigint;
  pc(): bigint;
  readX(node: Node & { kind: 'readX' }): bigint;
  readFixedX(node: Node & { kind: 'readFixedX' }): bigint;
  readV(node: Node & { kind: 'readV' }): bigint;
  readFixedV(node: Node & { kind: 'readFixedV' }): bigint;
  /** undefined: the access faulted. */
  load(node: Node & { kind: 'load' }, address: bigint): bigint | undefined;
  effect(effect: Effect, value: (node: Node) => bigint): Outcome;
}

export interface Cells {
  getCell(cell: Cell): bigint;
  setCell(cell: Cell, value: bigint): void;
}

/** One evaluation of a block. */
export class Evaluation {
  private readonly values = new Map<Node, bigint>();
  private readonly variables = new Map<Variable, bigint>();

  constructor(
    private readonly cells: Cells,
    private readonly instruction: InstructionContext | undefined,
    private readonly parameters: readonly bigint[] = [],
  ) {}

  run(block: Block): Outcome {
    for (const statement of block) {
      if (isEffect(statement)) {
        if (this.effect(statement) === 'left') return 'left';
      } else {
        const value = this.compute(statement);
        if (value === undefined) return 'left';
        this.values.set(statement, value);
      }
    }
    return 'end';
  }

  value(node: Node): bigint {
    const value = this.values.get(node);
    if (value === undefined) throw new Error(`${node.kind} is used before it is recorded`);
    return value;
  }

  private compute(node: Node): bigint | undefined {
    switch (node.kind) {
      case 'const':
        return node.value;
      case 'op': {
        const args = node.args.map((arg) => this.value(arg));
        return ops[node.op].evaluate(args, node.lane);
      }
      case 'select': {
        const [a, b, condition] = node.args;
        return this.value(this.value(condition) !== 0n ? a : b);
      }
      case 'shuffle':
        return this.shuffle(node);
      case 'parameter':
        return this.parameters[node.index];
      case 'getCell':
        return this.cells.getCell(node.cell);
      case 'getVariable':
        return this.variables.get(node.variable) ?? 0n;
      case 'call':
        return this.call(
          node.subroutine,
          node.args.map((arg) => this.value(arg)),
        );
      default:
        return this.instructionValue(node, this.context());
    }
  }

  private instructionValue(node: Node, context: InstructionContext): bigint | undefined {
    switch (node.kind) {
      case 'immediate':
        return context.immediate(node);
      case 'pc':
        return context.pc();
      case 'readX':
        return context.readX(node);
      case 'readFixedX':
        return context.readFixedX(node);
      case 'readV':
        return context.readV(node);
      case 'readFixedV':
        return context.readFixedV(node);
      case 'load':
        return context.load(node, this.value(node.address));
      default:
        throw new Error(`${node.kind} is not a value`);
    }
  }

  private shuffle(node: Node & { kind: 'shuffle' }): bigint {
    const bytes = this.value(node.args[0]) | (this.value(node.args[1]) << 128n);
    return node.lanes.reduce(
      (sum, lane, i) => sum | (((bytes >> BigInt(lane * 8)) & 0xffn) << BigInt(i * 8)),
      0n,
    );
  }

  private call(subroutine: Subroutine, args: readonly bigint[]): bigint {
    const { body, result } = subroutine.record();
    const inner = new Evaluation(this.cells, undefined, args);
    inner.run(body);
    return inner.value(result);
  }

  private effect(effect: Effect): Outcome {
    switch (effect.kind) {
      case 'setCell':
        this.cells.setCell(effect.cell, this.value(effect.value));
        return 'end';
      case 'setFlags':
        for (const cell of [NF, ZF]) this.cells.setCell(cell, this.value(effect.result));
        this.cells.setCell(CF, this.value(effect.carry));
        this.cells.setCell(VF, this.value(effect.overflow));
        return 'end';
      case 'setVariable':
        this.variables.set(effect.variable, this.value(effect.value));
        return 'end';
      case 'if':
        return this.run(this.value(effect.condition) !== 0n ? effect.then : effect.else);
      case 'while':
        for (;;) {
          if (this.run(effect.head) === 'left') return 'left';
          if (this.value(effect.condition) === 0n) return 'end';
          if (this.run(effect.body) === 'left') return 'left';
        }
      default:
        return this.context().effect(effect, (node) => this.value(node));
    }
  }

  private context(): InstructionContext {
    if (this.instruction === undefined) throw new Error('a subroutine cannot touch registers or memory');
    return this.instruction;
  }
}
