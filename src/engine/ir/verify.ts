/**
 * Checks that a recording keeps the rules that everything made of it relies on:
 *
 * - each node is recorded once, before its uses, and not used outside of the block that it is nested in;
 * - types fit, operations exist, lanes, slots and elements are within bounds;
 * - variables have a value before they are read;
 * - an instruction can be executed anew after a fault: nothing that can fault or call the host comes after the first
 *   write of a register or cell, and nothing is loaded after a store;
 * - a branch comes last;
 * - a subroutine touches values, variables and cells only; a bound recording has no open operands.
 */
import { X_SP_SLOT } from '../layout.js';
import {
  hostServices,
  type AccessSize,
  type Block,
  type Effect,
  type Node,
  type Subroutine,
  type Type,
  type Variable,
} from './nodes.js';
import { ops } from './ops/index.js';
import { isEffect, usedBy } from './uses.js';

export interface Expectation {
  /** Whether all operands must be bound. */
  readonly bound?: boolean;
}

/** What is wrong with the recording of an instruction; empty if nothing is. */
export function verify(block: Block, { bound = false }: Expectation = {}): string[] {
  const verifier = new Verifier(bound ? 'bound' : 'open', []);
  verifier.block(block);
  return verifier.faults;
}

/** What is wrong with the recording of a subroutine. */
export function verifySubroutine({ parameters, result: type, record }: Subroutine): string[] {
  const { body, result } = record();
  const verifier = new Verifier('subroutine', parameters);
  verifier.block(body);
  verifier.result(result, type);
  return verifier.faults;
}

/** The subroutines that a block calls itself. */
export function subroutinesCalledBy(block: Block): ReadonlySet<Subroutine> {
  return new Set(
    block.flatMap((statement) => {
      if (statement.kind === 'if')
        return [...subroutinesCalledBy(statement.then), ...subroutinesCalledBy(statement.else)];
      if (statement.kind === 'while')
        return [...subroutinesCalledBy(statement.head), ...subroutinesCalledBy(statement.body)];
      return statement.kind === 'call' ? [statement.subroutine] : [];
    }),
  );
}

/** Those that it calls, and that they call, and so on. */
export function subroutinesOf(block: Block, found = new Set<Subroutine>()): ReadonlySet<Subroutine> {
  for (const subroutine of subroutinesCalledBy(block)) {
    if (found.has(subroutine)) continue;
    found.add(subroutine);
    subroutinesOf(subroutine.record().body, found);
  }
  return found;
}

const widths: Readonly<Record<Type, bigint>> = { i32: 32n, i64: 64n, v128: 128n };

/** Type of the value that an access of so many bytes moves. */
function moved(bytes: AccessSize): Type {
  return bytes === 16 ? 'v128' : bytes === 8 ? 'i64' : 'i32';
}

class Verifier {
  readonly faults: string[] = [];
  private readonly recorded = new Set<Node>();
  /** Of the recorded nodes and the variables with values, those that can be used here. */
  private visible = new Set<Node | Variable>();
  /** What may have been done before: a register or cell written, something stored. */
  private written = false;
  private stored = false;

  constructor(
    private readonly form: 'open' | 'bound' | 'subroutine',
    private readonly parameters: readonly Type[],
  ) {}

  result(node: Node, type: Type): void {
    this.expect(this.visible.has(node), `${node.kind} is the result but is not recorded`);
    this.type('the result', node, type);
  }

  private expect(holds: boolean, fault: string): void {
    if (!holds) this.faults.push(fault);
  }
  private type(what: string, node: Node, type: Type): void {
    this.expect(node.type === type, `${what} is ${node.type}, expected ${type}`);
  }
  private types(what: string, nodes: readonly Node[], types: readonly Type[]): void {
    const given = nodes.map((node) => node.type).join(', ');
    this.expect(given === types.join(', '), `${what} is given (${given}), expected (${types.join(', ')})`);
  }

  block(block: Block): void {
    for (const [i, statement] of block.entries()) {
      for (const node of statement.kind === 'while' ? [] : usedBy(statement)) {
        this.expect(
          this.visible.has(node),
          `${statement.kind} uses ${node.kind}, which is not recorded before it`,
        );
      }
      if (isEffect(statement)) {
        this.effect(statement);
        this.expect(
          !branches(statement) || i === block.length - 1,
          `${statement.kind} branches but is not last`,
        );
      } else {
        this.expect(!this.recorded.has(statement), `${statement.kind} is recorded twice`);
        this.node(statement);
        this.recorded.add(statement);
        this.visible.add(statement);
      }
    }
  }

  /** A nested block: what it records and sets is seen in it only. */
  private nested(block: Block): void {
    const outside = this.visible;
    this.visible = new Set(outside);
    this.block(block);
    this.visible = outside;
  }

  private node(node: Node): void {
    switch (node.kind) {
      case 'const':
        this.expect(
          node.value >= 0n && node.value >> widths[node.type] === 0n,
          `a constant does not fit in ${node.type}`,
        );
        return;
      case 'op':
        this.operation(node);
        return;
      case 'select':
        this.types('select', node.args, [node.type, node.type, 'i32']);
        return;
      case 'shuffle':
        this.types('shuffle', node.args, ['v128', 'v128']);
        this.expect(
          node.lanes.length === 16 && node.lanes.every((lane) => lane >= 0 && lane < 32),
          'shuffle does not choose 16 of 32 bytes',
        );
        return;
      case 'getVariable':
        this.expect(
          this.visible.has(node.variable),
          `variable ${node.variable.id} is read before it has a value`,
        );
        this.expect(node.type === node.variable.type, `variable ${node.variable.id} is read as ${node.type}`);
        return;
      case 'getCell':
        this.expect(node.type === node.cell.type, `cell ${node.cell.name} is read as ${node.type}`);
        return;
      case 'parameter':
        this.expect(
          node.type === this.parameters[node.index],
          `there is no parameter ${node.index} of ${node.type}`,
        );
        return;
      case 'call':
        this.types(`subroutine ${node.subroutine.name}`, node.args, node.subroutine.parameters);
        this.expect(node.type === node.subroutine.result, `a call gives ${node.type}`);
        // It may set cells.
        this.written = true;
        return;
      default:
        this.instructionNode(node);
    }
  }

  private operation(node: Node & { kind: 'op' }): void {
    const row = ops[node.op];
    this.expect(row !== undefined, `there is no operation ${node.op}`);
    if (row === undefined) return;
    this.types(node.op, node.args, row.parameters);
    this.expect(node.type === row.result, `${node.op} gives ${row.result}, not ${node.type}`);
    this.expect(node.lane >= 0 && node.lane < (row.lanes ?? 1), `${node.op} has no lane ${node.lane}`);
  }

  private instructionNode(node: Node): void {
    this.insideInstruction(node.kind);
    switch (node.kind) {
      case 'immediate':
      case 'readX':
        this.open(node.kind);
        return;
      case 'readFixedX':
        this.slot(node.slot);
        return;
      case 'readV':
        this.open(node.kind);
        this.element(node.bytes, node.index);
        this.expect(
          node.type === moved(node.bytes),
          `${node.bytes} bytes of a vector are read as ${node.type}`,
        );
        return;
      case 'readFixedV':
        this.register(node.register);
        this.element(node.bytes, node.index);
        this.expect(
          node.type === moved(node.bytes),
          `${node.bytes} bytes of a vector are read as ${node.type}`,
        );
        return;
      case 'load':
        this.mayFault('load');
        this.expect(!this.stored, 'load after a store');
        this.type('the address of a load', node.address, 'i64');
        this.expect(node.type === moved(node.bytes), `${node.bytes} bytes are loaded as ${node.type}`);
        return;
      default:
        return;
    }
  }

  private effect(effect: Effect): void {
    switch (effect.kind) {
      case 'setVariable':
        this.type(`what variable ${effect.variable.id} is set to`, effect.value, effect.variable.type);
        this.visible.add(effect.variable);
        return;
      case 'setCell':
        this.type(`what cell ${effect.cell.name} is set to`, effect.value, effect.cell.type);
        this.written = true;
        return;
      case 'setFlags':
        this.types('the flags', [effect.result, effect.carry, effect.overflow], ['i64', 'i32', 'i64']);
        if (effect.compared !== undefined) this.compared(...effect.compared);
        this.written = true;
        return;
      case 'if':
        this.if(effect);
        return;
      case 'while':
        this.while(effect);
        return;
      default:
        this.instructionEffect(effect);
    }
  }

  private compared(a: Node, b: Node): void {
    const isInteger = a.type !== 'v128' && a.type === b.type;
    this.expect(isInteger, `${a.type} is compared with ${b.type}`);
    this.expect(this.visible.has(a) && this.visible.has(b), 'what is compared is not recorded before it');
  }

  private if({ condition, then, else: otherwise }: Effect & { kind: 'if' }): void {
    this.type('a condition', condition, 'i32');
    const { written, stored } = this;
    this.nested(then);
    const after = { written: this.written, stored: this.stored };
    Object.assign(this, { written, stored });
    this.nested(otherwise);
    this.written ||= after.written;
    this.stored ||= after.stored;
  }

  private while({ head, condition, body }: Effect & { kind: 'while' }): void {
    const outside = this.visible;
    this.visible = new Set(outside);
    this.block(head);
    this.expect(this.visible.has(condition), "a loop's condition is not recorded in its head");
    this.type('a condition', condition, 'i32');
    this.nested(body);
    this.visible = outside;
    // What it does comes before what it does the next time round.
    if ([...head, ...body].some(accesses)) this.mayFault('a loop that accesses memory');
  }

  private instructionEffect(effect: Effect): void {
    this.insideInstruction(effect.kind);
    switch (effect.kind) {
      case 'writeX':
        this.open(effect.kind);
        this.type('what an X register is set to', effect.value, 'i64');
        this.written = true;
        return;
      case 'writeFixedX':
        this.slot(effect.slot);
        this.type('what an X register is set to', effect.value, 'i64');
        this.written = true;
        return;
      case 'writeV':
        this.open(effect.kind);
        this.writeElement(effect);
        return;
      case 'writeFixedV':
        this.register(effect.register);
        this.writeElement(effect);
        return;
      case 'store':
        this.mayFault('store');
        this.stored = true;
        this.type('the address of a store', effect.address, 'i64');
        this.type(`what ${effect.bytes} bytes are set to`, effect.value, moved(effect.bytes));
        return;
      case 'host':
        this.mayFault(`host service ${effect.name}`);
        this.types(`host service ${effect.name}`, effect.args, hostServices[effect.name].parameters);
        return;
      case 'branch':
        this.type('the target of a branch', effect.target, 'i64');
        if (effect.condition !== undefined) this.type('a condition', effect.condition, 'i32');
        return;
      case 'branchRelative':
        this.open(effect.kind);
        if (effect.condition !== undefined) this.type('a condition', effect.condition, 'i32');
        return;
      case 'branchFixed':
        this.expect(effect.offset % 4 === 0, `a branch by ${effect.offset} bytes`);
        if (effect.condition !== undefined) this.type('a condition', effect.condition, 'i32');
        return;
      default:
        return;
    }
  }

  private writeElement({ bytes, index, value }: { bytes: AccessSize; index: number; value: Node }): void {
    this.element(bytes, index);
    this.type(`what ${bytes} bytes of a vector are set to`, value, moved(bytes));
    this.written = true;
  }

  private insideInstruction(kind: string): void {
    this.expect(this.form !== 'subroutine', `${kind} in a subroutine`);
  }
  private open(kind: string): void {
    this.expect(this.form !== 'bound', `${kind} in a bound recording`);
  }
  private mayFault(what: string): void {
    this.expect(!this.written, `${what} after the first write of a register or cell`);
  }
  private slot(slot: number): void {
    this.expect(slot >= 0 && slot <= X_SP_SLOT, `there is no X slot ${slot}`);
  }
  private register(register: number): void {
    this.expect(register >= 0 && register < 32, `there is no register V${register}`);
  }
  private element(bytes: AccessSize, index: number): void {
    this.expect(
      index >= 0 && (index + 1) * bytes <= 16,
      `a vector has no element ${index} of ${bytes} bytes`,
    );
  }
}

/** Whether a statement may leave by a branch. */
function branches(statement: Effect): boolean {
  switch (statement.kind) {
    case 'branch':
    case 'branchRelative':
    case 'branchFixed':
      return true;
    case 'if':
      return [...statement.then, ...statement.else].some((inner) => isEffect(inner) && branches(inner));
    case 'while':
      return [...statement.head, ...statement.body].some((inner) => isEffect(inner) && branches(inner));
    default:
      return false;
  }
}

/** Whether a statement may fault or call the host. */
function accesses(statement: Node | Effect): boolean {
  switch (statement.kind) {
    case 'load':
    case 'store':
    case 'host':
      return true;
    case 'if':
      return [...statement.then, ...statement.else].some(accesses);
    case 'while':
      return [...statement.head, ...statement.body].some(accesses);
    default:
      return false;
  }
}
