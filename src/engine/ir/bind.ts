/**
 * Binding: of a recording and the fields of an instruction word, the recording of that one word. Register numbers and
 * immediates are constants in it, and what follows from them is folded; it has no open operands, and emitter and
 * evaluator take it as they take any other.
 */
import type { FieldValues } from '../../isa/index.js';
import { X_SINK_SLOT, X_ZERO_SLOT } from '../layout.js';
import { fold } from './fold.js';
import type { Block, Effect, Node, Statement } from './nodes.js';
import { registerSlot } from './registers.js';
import { isEffect, usedBy } from './uses.js';

export function bind(block: Block, fields: FieldValues): Block {
  return new Binding(fields).block(block);
}

class Binding {
  /** What the nodes of the open recording have become. */
  private readonly bound = new Map<Node, Node>();

  constructor(private readonly fields: FieldValues) {}

  block(block: Block): Block {
    const statements: Statement[] = [];
    for (const statement of block) {
      if (isEffect(statement)) {
        statements.push(...this.effect(statement));
        continue;
      }
      const node = this.node(statement);
      const folded = fold(node);
      this.bound.set(statement, folded);
      if (!usedBy(node).includes(folded)) statements.push(folded);
    }
    return statements;
  }

  private use(node: Node): Node {
    const bound = this.bound.get(node);
    if (bound === undefined) throw new Error(`${node.kind} is used before it is recorded`);
    return bound;
  }
  private optional(node: Node | undefined): Node | undefined {
    return node === undefined ? undefined : this.use(node);
  }
  private number(field: string): number {
    const value = this.fields[field];
    if (value === undefined) throw new Error(`the instruction has no field '${field}'`);
    return value;
  }

  private node(node: Node): Node {
    switch (node.kind) {
      case 'immediate': {
        const value = BigInt.asUintN(node.type === 'i32' ? 32 : 64, BigInt(node.compute(this.fields)));
        return { kind: 'const', type: node.type, value };
      }
      case 'readX': {
        const slot = registerSlot(this.number(node.operand.field), node.use);
        if (slot === X_ZERO_SLOT) return { kind: 'const', type: node.type, value: 0n };
        return { kind: 'readFixedX', type: node.type, slot };
      }
      case 'readV': {
        const register = registerSlot(this.number(node.operand.field), 'vector', node.plus);
        return { kind: 'readFixedV', type: node.type, register, bytes: node.bytes, index: node.index };
      }
      case 'op':
      case 'call':
        return { ...node, args: node.args.map((arg) => this.use(arg)) };
      case 'shuffle':
        return { ...node, args: node.args.map((arg) => this.use(arg)) };
      case 'select': {
        const [a, b, condition] = node.args;
        return { ...node, args: [this.use(a), this.use(b), this.use(condition)] };
      }
      case 'load':
        return { ...node, address: this.use(node.address) };
      case 'const':
      case 'pc':
      case 'parameter':
      case 'readFixedX':
      case 'readFixedV':
      case 'getCell':
      case 'getVariable':
        return node;
    }
  }

  /** What becomes of it: nothing, it, or of an `if` what is done whatever its operands. */
  private effect(effect: Effect): Block {
    switch (effect.kind) {
      case 'writeX': {
        const slot = registerSlot(this.number(effect.operand.field), effect.use);
        return slot === X_SINK_SLOT ? [] : [{ kind: 'writeFixedX', slot, value: this.use(effect.value) }];
      }
      case 'writeV': {
        const register = registerSlot(this.number(effect.operand.field), 'vector', effect.plus);
        const { bytes, index } = effect;
        return [{ kind: 'writeFixedV', register, bytes, index, value: this.use(effect.value) }];
      }
      case 'branchRelative': {
        const offset = Number(effect.offset(this.fields));
        return [{ kind: 'branchFixed', offset, condition: this.optional(effect.condition) }];
      }
      case 'branch':
        return [{ ...effect, target: this.use(effect.target), condition: this.optional(effect.condition) }];
      case 'branchFixed':
        return [{ ...effect, condition: this.optional(effect.condition) }];
      case 'writeFixedX':
      case 'writeFixedV':
      case 'setCell':
      case 'setVariable':
        return [{ ...effect, value: this.use(effect.value) }];
      case 'setFlags': {
        const [a, b] = effect.compared ?? [];
        const compared =
          a === undefined || b === undefined ? undefined : ([this.use(a), this.use(b)] as const);
        const [result, carry, overflow] = usedBy(effect)
          .slice(1)
          .map((node) => this.use(node));
        return [{ kind: 'setFlags', result, carry, overflow, compared }];
      }
      case 'store':
        return [{ ...effect, address: this.use(effect.address), value: this.use(effect.value) }];
      case 'host':
        return [{ ...effect, args: effect.args.map((arg) => this.use(arg)) }];
      case 'if': {
        const condition = this.use(effect.condition);
        if (condition.kind === 'const') return this.block(condition.value === 0n ? effect.else : effect.then);
        return [{ kind: 'if', condition, then: this.block(effect.then), else: this.block(effect.else) }];
      }
      case 'while': {
        const head = this.block(effect.head);
        return [
          { kind: 'while', head, condition: this.use(effect.condition), body: this.block(effect.body) },
        ];
      }
    }
  }
}
