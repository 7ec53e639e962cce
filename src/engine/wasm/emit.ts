/**
 * Turns recordings, open or bound, into WebAssembly.
 *
 * Pure nodes that are used once are emitted where they are used; all other values go into locals at the place
 * where they were recorded. What differs between the places that the code is for is behind `Site`; a subroutine
 * has none.
 */
import type { Block, Effect, Node, Type, Variable } from '../ir/nodes.js';
import { ops } from '../ir/ops/index.js';
import { asRecorded, countUses, isEffect, isPure } from '../ir/uses.js';
import { V_BASE, X_BASE } from '../layout.js';
import { floatAccesses, loadNames, storeNames, type Code } from './code.js';
import { FloatValues } from './float-values.js';
import { emitAccess, type Move } from './guest-memory.js';
import { doubleword, loadsOfPairs, pairOf } from './pairs.js';
import { emitZeroBlock } from './zero-block.js';
import { pushHalves } from './host-calls.js';
import type { GuestState, Site, Subroutines } from './site.js';
import { StateInMemory } from './state-in-memory.js';

const DROP = 0x1a;
/** f32.reinterpret_i32, f64.reinterpret_i64, and back. */
const reinterpret = {
  toFloat: { i32: 0xbe, i64: 0xbf, v128: undefined },
  toInteger: { i32: 0xbc, i64: 0xbd, v128: undefined },
} as const;
const floatTypes = { i32: 'f32', i64: 'f64', v128: 'v128' } as const;

/** Where a value is: in a local, which may be of the float type of the value's width. */
interface Place {
  readonly local: number;
  readonly isFloat: boolean;
}

export class Emitter {
  private uses: ReadonlyMap<Node, number> = new Map();
  private readonly places = new Map<Node, Place>();
  private readonly variables = new Map<Variable, Place>();
  private floats = new FloatValues([], false);
  private pairs: ReadonlySet<Node> = new Set();
  /** Where the doublewords of loads are that are pairs. */
  private readonly halves = new Map<Node, readonly [low: number, high: number]>();
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

  /** Whether loads and stores may move floats, or a vector in two parts: only where an access is made in one place. */
  private get movesParts(): boolean {
    return this.siteOfCode?.control.fillTlb !== undefined;
  }

  /** Emits a block; `results` are nodes that the caller pushes afterwards. */
  emit(block: Block, results: readonly Node[] = [], shortcuts = asRecorded): void {
    this.uses = countUses(block, results, shortcuts);
    this.shortcuts = shortcuts;
    this.floats = new FloatValues(block, this.movesParts);
    if (this.movesParts) this.pairs = loadsOfPairs(block);
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
    const isFloat = this.floats.has(node) && this.halfOf(node) === undefined;
    if (isFloat) this.computeFloat(node);
    else this.compute(node);
    if (uses === 0) {
      this.code.raw(DROP);
      return;
    }
    const local = this.code.temporary(isFloat ? floatTypes[node.type] : node.type);
    this.code.set(local);
    this.places.set(node, { local, isFloat });
  }

  /** Pushes a node's value. */
  push(node: Node): void {
    const place = this.places.get(node);
    if (place !== undefined) this.pushPlace(place, node);
    else if (isPure(node) || this.shortcuts.movable.has(node)) this.compute(node);
    else throw new Error(`${node.kind} is used before it is recorded`);
  }

  private pushPlace({ local, isFloat }: Place, { type }: Node): void {
    this.code.get(local);
    if (isFloat) this.reinterpret('toInteger', type);
  }
  private reinterpret(to: keyof typeof reinterpret, type: Type): void {
    const opcode = reinterpret[to][type];
    if (opcode === undefined) throw new Error('a vector is no number');
    this.code.raw(opcode);
  }

  /** Pushes a node's value as a float of its width. */
  private pushFloat(node: Node): void {
    if (!this.isAtHandAsFloat(node)) {
      this.push(node);
      this.reinterpret('toFloat', node.type);
      return;
    }
    const place = this.places.get(node);
    if (place !== undefined) this.code.get(place.local);
    else this.computeFloat(node);
  }
  private isAtHandAsFloat(node: Node): boolean {
    const place = this.places.get(node);
    if (place !== undefined) return place.isFloat;
    if (this.halfOf(node) !== undefined) return false;
    return (isPure(node) || this.shortcuts.movable.has(node)) && this.floats.isNumber(node);
  }
  /** The local with a doubleword of a pair. */
  private halfOf(node: Node): number | undefined {
    const part = doubleword(node);
    return part === undefined ? undefined : this.halves.get(part.load)?.[part.lane];
  }
  private computeFloat(node: Node): void {
    switch (node.kind) {
      case 'op':
        this.operate(node);
        return;
      case 'select':
        this.pushFloat(node.args[0]);
        this.pushFloat(node.args[1]);
        this.push(node.args[2]);
        this.code.select();
        return;
      case 'getVariable':
        this.code.get(this.variablePlace(node.variable).local);
        return;
      case 'readV':
        this.site.operands.pushRegister(node.operand, 'vector', node.plus);
        this.code.access(floatAccesses[node.bytes as 8].load, V_BASE + node.index * node.bytes);
        return;
      case 'readFixedV':
        this.site.context.state.pushFloatV(node.register, node.bytes as 8, node.index);
        return;
      default:
        throw new Error(`${node.kind} is no number`);
    }
  }

  private compute(node: Node): void {
    const { code } = this;
    if (this.shortcuts.conditions && 'condition' in node && node.condition !== undefined) {
      this.state.pushCondition?.(node.condition);
      return;
    }
    const half = this.halfOf(node);
    if (half !== undefined) {
      code.get(half);
      return;
    }
    switch (node.kind) {
      case 'const':
        if (node.type === 'i32') code.i32(Number(BigInt.asIntN(32, node.value)));
        else if (node.type === 'i64') code.i64(node.value);
        else code.v128(node.value);
        return;
      case 'op':
        this.operate(node);
        if (this.floats.isNumber(node)) this.reinterpret('toInteger', node.type);
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
        this.pushPlace(this.variablePlace(node.variable), node);
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

  /** An operation: its result is a float where it can be one. */
  private operate({ op, type, args, lane }: Node & { kind: 'op' }): void {
    const { code } = this;
    const { floatParameters, floatCode } = ops[op];
    const last = args.at(-1);
    const takesFloat = floatCode !== undefined && type === 'v128' && this.isAtHandAsFloat(last!);
    for (const arg of args) {
      if (floatParameters === true || (takesFloat && arg === last)) this.pushFloat(arg);
      else this.push(arg);
    }
    if (takesFloat || (floatCode !== undefined && type !== 'v128')) code.floatLane(op, lane);
    else code.op(op, lane);
  }

  private variablePlace(variable: Variable): Place {
    let place = this.variables.get(variable);
    if (place === undefined) {
      const isFloat = this.floats.hasVariable(variable);
      const local = this.code.temporary(isFloat ? floatTypes[variable.type] : variable.type);
      place = { local, isFloat };
      this.variables.set(variable, place);
    }
    return place;
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
        this.setVariable(effect);
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

  private setVariable({ variable, value }: Effect & { kind: 'setVariable' }): void {
    const { local, isFloat } = this.variablePlace(variable);
    if (isFloat) this.pushFloat(value);
    else this.push(value);
    this.code.set(local);
  }

  private load(node: Node & { kind: 'load' }): void {
    const { code } = this;
    const address = this.addressLocal(node.address);
    if (this.pairs.has(node)) {
      const halves = [code.temporary('i64'), code.temporary('i64')] as const;
      this.halves.set(node, halves);
      const moves = halves.map((local, i): Move => ({ name: 'i64.load', local, offset: i * 8 }));
      emitAccess(code, this.site, node, address, 'read', moves);
      return;
    }
    const isFloat = this.floats.has(node);
    const local = code.temporary(isFloat ? floatTypes[node.type] : node.type);
    this.places.set(node, { local, isFloat });
    const name = isFloat ? floatAccesses[node.bytes as 8].load : loadNames[node.bytes];
    emitAccess(code, this.site, node, address, 'read', [{ name, local, offset: 0 }]);
  }

  private store(effect: Effect & { kind: 'store' }): void {
    const { bytes, value } = effect;
    const address = this.addressLocal(effect.address);
    const pair = this.movesParts ? pairOf(value) : undefined;
    const parts = pair ?? [value];
    const moves = parts.map((part, i): Move => {
      const isFloat =
        pair === undefined && this.movesParts && (bytes === 4 || bytes === 8) && this.isAtHandAsFloat(part);
      const local = this.code.temporary(isFloat ? floatTypes[part.type] : part.type);
      if (isFloat) this.pushFloat(part);
      else this.push(part);
      this.code.set(local);
      if (pair !== undefined) return { name: 'i64.store', local, offset: i * 8 };
      return { name: isFloat ? floatAccesses[bytes as 8].store : storeNames[bytes], local, offset: 0 };
    });
    emitAccess(this.code, this.site, effect, address, 'write', moves);
  }

  private addressLocal(node: Node): number {
    const known = this.places.get(node);
    if (known !== undefined && !known.isFloat) return known.local;
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
