/**
 * Turns recordings, open or bound, into WebAssembly.
 *
 * Pure nodes that are used once are emitted where they are used; all other values go into locals at the place
 * where they were recorded. What differs between the places that the code is for is behind `Site`; a subroutine
 * has none.
 */
import type { Block, Effect, Node, Variable } from '../ir/nodes.js';
import { ops } from '../ir/ops/index.js';
import { asRecorded, countUses, isEffect, isPure } from '../ir/uses.js';
import { V_BASE, X_BASE } from '../layout.js';
import { loadNames, storeNames, type Code } from './code.js';
import { emitLoad, emitStore } from './guest-memory.js';
import { emitZeroBlock } from './zero-block.js';
import { pushHalves } from './host-calls.js';
import type { GuestState, Site, Subroutines } from './site.js';
import { StateInMemory } from './state-in-memory.js';

const DROP = 0x1a;
/** f32.reinterpret_i32, f64.reinterpret_i64, and back. */
const reinterpret = { toFloat: { i32: 0xbe, i64: 0xbf }, toInteger: { i32: 0xbc, i64: 0xbd } } as const;

export class Emitter {
  private uses: ReadonlyMap<Node, number> = new Map();
  private readonly places = new Map<Node, number>();
  private readonly variables = new Map<Variable, number>();
  private readonly state: GuestState;
  private shortcuts = asRecorded;

  constructor(
    private readonly code: Code,
    private readonly subroutines: Subroutines,
    private readonly siteOfCode?: Site,
  ) {
    this.state = siteOfCode?.context.state ?? new StateInMemory(code);
  }

  private get site(): Site {
    if (this.siteOfCode === undefined) throw new Error('a subroutine cannot touch registers or memory');
    return this.siteOfCode;
  }

  /** Emits a block; `results` are nodes that the caller pushes afterwards. */
  emit(block: Block, results: readonly Node[] = [], shortcuts = asRecorded): void {
    this.uses = countUses(block, results, shortcuts);
    this.shortcuts = shortcuts;
    this.block(block);
  }

  private block(block: Block): void {
    for (const statement of block) {
      if (isEffect(statement)) this.effect(statement);
      else this.value(statement);
    }
  }

  /** A node at the place where it was recorded. */
  private value(node: Node): void {
    const uses = this.uses.get(node) ?? 0;
    if (node.kind === 'load') {
      this.load(node);
      return;
    }
    if (this.shortcuts.movable.has(node)) return;
    if (isPure(node)) {
      if (uses < 2 || node.kind === 'const' || node.kind === 'parameter') return;
    } else if (uses === 0 && node.kind !== 'call') {
      return;
    }
    this.compute(node);
    if (uses === 0) {
      this.code.raw(DROP);
      return;
    }
    const local = this.code.temporary(node.type);
    this.code.set(local);
    this.places.set(node, local);
  }

  /** Pushes a node's value. */
  push(node: Node): void {
    const place = this.places.get(node);
    if (place !== undefined) this.code.get(place);
    else if (isPure(node) || this.shortcuts.movable.has(node)) this.compute(node);
    else throw new Error(`${node.kind} is used before it is recorded`);
  }

  private compute(node: Node): void {
    const { code } = this;
    if (this.shortcuts.conditions && 'condition' in node && node.condition !== undefined) {
      this.state.pushCondition?.(node.condition);
      return;
    }
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
        this.state.pushCell(node.cell);
        return;
      case 'call':
        for (const arg of node.args) this.push(arg);
        code.call(this.subroutines.indexOf(node.subroutine));
        return;
      default:
        this.instructionNode(node, this.site);
    }
  }

  /** Nodes that exist only inside an instruction. */
  private instructionNode(node: Node, { operands, context }: Site): void {
    const { code } = this;
    switch (node.kind) {
      case 'immediate':
        operands.pushImmediate(node.compute, node.type);
        return;
      case 'pc':
        context.pushPc();
        return;
      case 'readX':
        operands.pushRegister(node.operand, node.use, 0);
        code.access(`${node.type}.load`, X_BASE);
        return;
      case 'readFixedX':
        context.state.pushX(node.slot, node.type);
        return;
      case 'readV':
        operands.pushRegister(node.operand, 'vector', node.plus);
        code.access(loadNames[node.bytes], V_BASE + node.index * node.bytes);
        return;
      case 'readFixedV':
        context.state.pushV(node.register, node.bytes, node.index);
        return;
      default:
        throw new Error(`${node.kind} is not a value`);
    }
  }

  private operation(node: Node & { kind: 'op' }): void {
    const { code } = this;
    const { floatParameters, floatResult } = ops[node.op];
    for (const arg of node.args) {
      this.push(arg);
      if (floatParameters === true)
        code.raw(arg.type === 'i32' ? reinterpret.toFloat.i32 : reinterpret.toFloat.i64);
    }
    code.op(node.op, node.lane);
    if (floatResult === true)
      code.raw(node.type === 'i32' ? reinterpret.toInteger.i32 : reinterpret.toInteger.i64);
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
        this.state.setCell(effect.cell, () => this.push(effect.value));
        return;
      case 'setFlags':
        this.state.setFlags(effect, (node) => this.push(node));
        return;
      case 'setVariable':
        this.push(effect.value);
        code.set(this.variableLocal(effect.variable));
        return;
      case 'if':
        this.push(effect.condition);
        if (effect.else.length === 0 && asksHost(effect.then)) code.expect(false);
        code.if(
          () => this.block(effect.then),
          effect.else.length === 0 ? undefined : () => this.block(effect.else),
        );
        return;
      case 'while':
        this.while(effect);
        return;
      default:
        this.instructionEffect(effect, this.site);
    }
  }

  private while({ head, condition, body }: Effect & { kind: 'while' }): void {
    const { code } = this;
    const end = code.openBlock();
    const start = code.openLoop();
    this.block(head);
    this.push(condition);
    code.op('i32.eqz');
    code.brIf(end);
    this.block(body);
    code.br(start);
    code.close();
    code.close();
  }

  private instructionEffect(effect: Effect, { operands, context, control }: Site): void {
    const { code } = this;
    switch (effect.kind) {
      case 'writeX':
        operands.pushRegister(effect.operand, effect.use, 0);
        this.push(effect.value);
        code.access('i64.store', X_BASE);
        return;
      case 'writeFixedX':
        context.state.setX(effect.slot, () => this.push(effect.value));
        return;
      case 'writeV':
        operands.pushRegister(effect.operand, 'vector', effect.plus);
        this.push(effect.value);
        code.access(storeNames[effect.bytes], V_BASE + effect.index * effect.bytes);
        return;
      case 'writeFixedV':
        context.state.setV(effect.register, effect.bytes, effect.index, () => this.push(effect.value));
        return;
      case 'store':
        this.store(effect);
        return;
      case 'host':
        this.host(effect);
        return;
      case 'branch':
        this.conditional(effect.condition, () => {
          const target = code.temporary('i64');
          this.push(effect.target);
          code.set(target);
          control.branch(target);
        });
        return;
      case 'branchRelative':
        this.conditional(effect.condition, () =>
          control.branchRelative(() => operands.pushImmediate(effect.offset, 'i32')),
        );
        return;
      case 'branchFixed':
        this.conditional(effect.condition, () => control.branchFixed(effect.offset));
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

  /** Pushes the argument of a service as two i32. */
  private host({ name, args }: Effect & { kind: 'host' }): void {
    const service = (): void => this.site.control.service(name, () => this.pushArgument(args[0]));
    if (name === 'zeroBlock') emitZeroBlock(this.code, this.site, () => this.push(args[0]), service);
    else service();
  }
  private pushArgument(node: Node | undefined): void {
    if (node !== undefined) {
      pushHalves(this.code, () => this.push(node));
      return;
    }
    this.code.i32(0);
    this.code.i32(0);
  }

  private load(node: Node & { kind: 'load' }): void {
    const result = this.code.temporary(node.type);
    this.places.set(node, result);
    emitLoad(this.code, this.site, node, this.addressLocal(node.address), result);
  }

  private store(effect: Effect & { kind: 'store' }): void {
    const { code } = this;
    const address = this.addressLocal(effect.address);
    const value = code.temporary(effect.value.type);
    this.push(effect.value);
    code.set(value);
    emitStore(code, this.site, effect, address, value);
  }

  private addressLocal(node: Node): number {
    const known = this.places.get(node);
    if (known !== undefined) return known;
    const local = this.code.temporary('i64');
    this.push(node);
    this.code.set(local);
    return local;
  }
}

/** Whether the host is asked in any case: what traps or is misaligned is the exception. */
function asksHost(block: Block): boolean {
  return block.some((statement) => statement.kind === 'host');
}
