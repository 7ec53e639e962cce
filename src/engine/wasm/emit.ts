/**
 * Turns recorded meanings into WebAssembly.
 *
 * Pure nodes that are used once are emitted where they are used; all other values go into locals at the place
 * where they were recorded. What differs between a handler in the interpreter's loop, a handler that is called
 * and a subroutine is behind `Frame`.
 */
import type { Block, Effect, HostName, Node, Statement, Subroutine, Type, Variable } from '../ir/nodes.js';
import { ops } from '../ir/ops/index.js';
import { V_BASE, X_BASE } from '../layout.js';
import type { Code } from './code.js';
import type { Frame, SubroutineFrame } from './frame.js';
import { emitLoad, emitStore, loadNames, storeNames } from './guest-memory.js';

function isEffect(statement: Statement): statement is Effect {
  return !('type' in statement);
}

function isPure(node: Node): boolean {
  return (
    node.kind === 'const' ||
    node.kind === 'op' ||
    node.kind === 'select' ||
    node.kind === 'shuffle' ||
    node.kind === 'immediate' ||
    node.kind === 'pc' ||
    node.kind === 'parameter'
  );
}

/** The nodes that a statement uses directly. */
export function usedBy(statement: Statement): readonly Node[] {
  switch (statement.kind) {
    case 'op':
    case 'select':
    case 'shuffle':
    case 'call':
    case 'host':
      return statement.args;
    case 'writeX':
    case 'writeFixedX':
    case 'writeV':
    case 'setCell':
    case 'setVariable':
      return [statement.value];
    case 'load':
      return [statement.address];
    case 'store':
      return [statement.address, statement.value];
    case 'if':
    case 'while':
      return [statement.condition];
    case 'branch':
      return statement.condition === undefined ? [statement.target] : [statement.target, statement.condition];
    case 'branchRelative':
      return statement.condition === undefined ? [] : [statement.condition];
    default:
      return [];
  }
}

export class Emitter {
  private readonly uses = new Map<Node, number>();
  private readonly places = new Map<Node, number>();
  private readonly variables = new Map<Variable, number>();

  constructor(
    private readonly code: Code,
    private readonly frame: Frame | SubroutineFrame,
  ) {}

  /** Emits a block; `results` are nodes that the caller pushes afterwards. */
  emit(block: Block, results: readonly Node[] = []): void {
    this.count(block);
    for (const node of results) this.use(node);
    this.emitBlock(block);
  }

  private use(node: Node): void {
    this.uses.set(node, (this.uses.get(node) ?? 0) + 1);
  }
  /** Counts uses from the end, so that nodes that only dead nodes use stay dead. */
  private count(block: Block): void {
    for (const statement of [...block].reverse()) {
      if (!isEffect(statement)) {
        const live = this.uses.has(statement) || statement.kind === 'load' || statement.kind === 'call';
        if (!live) continue;
      } else if (statement.kind === 'if') {
        this.count(statement.else);
        this.count(statement.then);
      } else if (statement.kind === 'while') {
        this.count(statement.body);
        this.use(statement.condition);
        this.count(statement.head);
        continue;
      }
      for (const node of usedBy(statement)) this.use(node);
    }
  }

  private emitBlock(block: Block): void {
    for (const statement of block) {
      if (isEffect(statement)) this.effect(statement);
      else this.value(statement);
    }
  }

  /** A node at the place where it was recorded. */
  private value(node: Node): void {
    const uses = this.uses.get(node) ?? 0;
    if (isPure(node)) {
      if (uses < 2 || node.kind === 'const' || node.kind === 'parameter') return;
      this.compute(node);
    } else if (node.kind === 'load') {
      this.load(node);
      return;
    } else {
      if (uses === 0 && node.kind !== 'call') return;
      this.compute(node);
      if (uses === 0) {
        this.code.raw(0x1a); // drop
        return;
      }
    }
    const local = this.code.temporary(node.type);
    this.code.set(local);
    this.places.set(node, local);
  }

  /** Pushes a node's value. */
  push(node: Node): void {
    const place = this.places.get(node);
    if (place !== undefined) this.code.get(place);
    else if (isPure(node)) this.compute(node);
    else throw new Error(`${node.kind} is used before it is recorded`);
  }

  private compute(node: Node): void {
    const { code } = this;
    switch (node.kind) {
      case 'const':
        if (node.type === 'i32') code.i32(Number(BigInt.asIntN(32, node.value)));
        else if (node.type === 'i64') code.i64(node.value);
        else code.v128(node.value);
        return;
      case 'op':
        this.operation(node);
        return;
      case 'select':
        for (const arg of node.args) this.push(arg);
        code.select();
        return;
      case 'shuffle':
        for (const arg of node.args) this.push(arg);
        code.shuffle(node.lanes);
        return;
      case 'parameter':
        code.get(node.index);
        return;
      case 'getVariable':
        code.get(this.variableLocal(node.variable));
        return;
      case 'getCell':
        code.loadFrom(node.type, node.cell.address);
        return;
      case 'readFixedX':
        code.loadFrom('i64', X_BASE + node.slot * 8);
        return;
      case 'call':
        for (const arg of node.args) this.push(arg);
        code.call(this.frame.subroutine(node.subroutine));
        return;
      default:
        this.instructionNode(node, this.instructionFrame());
    }
  }

  /** Nodes that exist only inside an instruction. */
  private instructionNode(node: Node, frame: Frame): void {
    const { code } = this;
    switch (node.kind) {
      case 'immediate': {
        code.get(frame.entry);
        code.access(`${node.type}.load`, frame.slots.immediate(node.compute, node.type));
        return;
      }
      case 'pc':
        frame.pushPcBase();
        code.get(frame.entry);
        code.i32(2);
        code.op('i32.shr_u');
        code.op('i64.extend_i32_u');
        code.op('i64.add');
        return;
      case 'readX':
        this.pushSlot(frame, frame.slots.register(node.operand.field, node.use));
        code.access(`${node.type}.load`, X_BASE);
        return;
      case 'readV':
        this.pushSlot(frame, frame.slots.register(node.operand.field, 'vector', node.plus));
        code.access(loadNames[node.bytes], V_BASE + node.index * node.bytes);
        return;
      default:
        throw new Error(`${node.kind} is not a value`);
    }
  }

  private operation(node: Node & { kind: 'op' }): void {
    const { code } = this;
    const row = ops[node.op];
    for (const arg of node.args) {
      this.push(arg);
      if (row.floatParameters === true) code.raw(arg.type === 'i32' ? 0xbe : 0xbf); // f32/f64.reinterpret
    }
    code.op(node.op, node.lane);
    if (row.floatResult === true) code.raw(node.type === 'i32' ? 0xbc : 0xbd); // i32/i64.reinterpret
  }

  private pushSlot(frame: Frame, position: number): void {
    this.code.get(frame.entry);
    this.code.access('i32.load16_u', position);
  }

  private variableLocal(variable: Variable): number {
    let local = this.variables.get(variable);
    if (local === undefined) {
      local = this.code.temporary(variable.type);
      this.variables.set(variable, local);
    }
    return local;
  }

  private effect(effect: Effect): void {
    const { code } = this;
    switch (effect.kind) {
      case 'setCell':
        code.storeTo(effect.cell.type, effect.cell.address, () => this.push(effect.value));
        return;
      case 'setVariable':
        this.push(effect.value);
        code.set(this.variableLocal(effect.variable));
        return;
      case 'if':
        this.push(effect.condition);
        code.if(
          () => this.emitBlock(effect.then),
          effect.else.length === 0 ? undefined : () => this.emitBlock(effect.else),
        );
        return;
      case 'while': {
        const end = code.openBlock();
        const start = code.openLoop();
        this.emitBlock(effect.head);
        this.push(effect.condition);
        code.op('i32.eqz');
        code.brIf(end);
        this.emitBlock(effect.body);
        code.br(start);
        code.close();
        code.close();
        return;
      }
      default:
        this.instructionEffect(effect, this.instructionFrame());
    }
  }

  private instructionEffect(effect: Effect, frame: Frame): void {
    const { code } = this;
    switch (effect.kind) {
      case 'writeX':
        this.pushSlot(frame, frame.slots.register(effect.operand.field, effect.use));
        this.push(effect.value);
        code.access('i64.store', X_BASE);
        return;
      case 'writeFixedX':
        code.storeTo('i64', X_BASE + effect.slot * 8, () => this.push(effect.value));
        return;
      case 'writeV':
        this.pushSlot(frame, frame.slots.register(effect.operand.field, 'vector', effect.plus));
        this.push(effect.value);
        code.access(storeNames[effect.bytes], V_BASE + effect.index * effect.bytes);
        return;
      case 'store':
        this.store(frame, effect);
        return;
      case 'host':
        this.host(frame, effect.name, effect.args);
        return;
      case 'branch':
        this.conditional(effect.condition, () => {
          const target = code.temporary('i64');
          this.push(effect.target);
          code.set(target);
          frame.branch(target);
        });
        return;
      case 'branchRelative':
        this.conditional(effect.condition, () => frame.branchRelative(effect.offset));
        return;
      default:
        throw new Error(`${effect.kind} is not an instruction's effect`);
    }
  }

  private conditional(condition: Node | undefined, then: () => void): void {
    if (condition === undefined) {
      then();
      return;
    }
    this.push(condition);
    this.code.if(then);
  }

  private host(frame: Frame, name: HostName, args: readonly Node[]): void {
    const { code } = this;
    frame.sync();
    code.get(frame.entry);
    for (const arg of args) {
      this.push(arg);
      if (arg.type !== 'i64') continue;
      code.op('i32.wrap_i64');
      this.push(arg);
      code.i64(32n);
      code.op('i64.shr_u');
      code.op('i32.wrap_i64');
    }
    code.call(frame.hostFunction(name));
    code.op('i32.eqz');
    code.if(() => frame.redirect());
  }

  private load(node: Node & { kind: 'load' }): void {
    const { code } = this;
    const result = code.temporary(node.type);
    this.places.set(node, result);
    emitLoad(code, this.instructionFrame(), node, this.addressLocal(node.address), result);
  }

  private store(frame: Frame, effect: Effect & { kind: 'store' }): void {
    const { code } = this;
    const address = this.addressLocal(effect.address);
    const value = code.temporary(effect.value.type);
    this.push(effect.value);
    code.set(value);
    const narrow = effect.value.type === 'i64' && effect.bytes < 8;
    if (narrow) throw new Error('a narrow store takes an i32');
    emitStore(code, frame, effect, address, value);
  }

  private addressLocal(node: Node): number {
    const known = this.places.get(node);
    if (known !== undefined) return known;
    const local = this.code.temporary('i64');
    this.push(node);
    this.code.set(local);
    return local;
  }

  private instructionFrame(): Frame {
    if (!('entry' in this.frame)) throw new Error('a subroutine cannot touch registers or memory');
    return this.frame;
  }
}

/** WebAssembly type of a subroutine. */
export function subroutineType(s: Subroutine): { parameters: readonly Type[]; results: readonly Type[] } {
  return { parameters: s.parameters, results: [s.result] };
}
