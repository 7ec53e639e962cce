/**
 * Values of i32 and i64 that are floating-point numbers. WebAssembly has these apart from integers, and so do the registers
 * of most hosts: going from one to the other takes as long as an addition. So what is made as a number and used as one
 * stays one in between.
 */
import type { Block, Node, Variable } from '../ir/nodes.js';
import { ops } from '../ir/ops/index.js';
import { isEffect } from '../ir/uses.js';

export class FloatValues {
  /** Nodes whose values are used as numbers. */
  private readonly wanted = new Set<Node>();
  /** What variables are set to first. */
  private readonly initial = new Map<Variable, Node>();

  /** `moves`: whether loads and stores can be of numbers. */
  constructor(
    block: Block,
    private readonly moves: boolean,
  ) {
    this.visit(block);
  }

  private visit(block: Block): void {
    for (const statement of block) {
      if (isEffect(statement)) {
        if (statement.kind === 'if') [statement.then, statement.else].forEach((each) => this.visit(each));
        else if (statement.kind === 'while')
          [statement.head, statement.body].forEach((each) => this.visit(each));
        else if (statement.kind === 'store') this.wantStored(statement.value);
        else if (statement.kind === 'setVariable' && !this.initial.has(statement.variable)) {
          this.initial.set(statement.variable, statement.value);
        }
      } else if (statement.kind === 'op') {
        const { floatParameters, floatCode } = ops[statement.op];
        if (floatParameters === true) statement.args.forEach((arg) => this.want(arg));
        else if (floatCode !== undefined && statement.type === 'v128') this.want(statement.args.at(-1)!);
      }
    }
  }
  private wantStored(node: Node): void {
    if (this.moves && (node.kind === 'readFixedV' || node.kind === 'getVariable')) this.want(node);
  }
  private want(node: Node): void {
    if (this.wanted.has(node)) return;
    this.wanted.add(node);
    if (node.kind === 'select') node.args.slice(0, 2).forEach((arg) => this.want(arg));
    const initial = node.kind === 'getVariable' ? this.initial.get(node.variable) : undefined;
    if (initial !== undefined) this.want(initial);
  }

  /** Whether a node's value is used as a number and can be had as one. */
  has(node: Node): boolean {
    return this.wanted.has(node) && this.isNumber(node);
  }
  hasVariable(variable: Variable): boolean {
    const initial = this.initial.get(variable);
    return initial !== undefined && this.has(initial);
  }
  /** Whether a node's value can be had as a number without changing from an integer. */
  isNumber(node: Node): boolean {
    switch (node.kind) {
      case 'op': {
        const { floatResult, floatCode } = ops[node.op];
        return floatResult === true || (floatCode !== undefined && node.type !== 'v128');
      }
      case 'select':
        return node.type !== 'v128' && this.isNumber(node.args[0]) && this.isNumber(node.args[1]);
      case 'readV':
      case 'readFixedV':
        return node.bytes === 4 || node.bytes === 8;
      case 'load':
        return this.moves && (node.bytes === 4 || node.bytes === 8);
      case 'getVariable':
        return this.hasVariable(node.variable);
      default:
        return false;
    }
  }
}
