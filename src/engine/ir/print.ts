/**
 * Recordings as text, one statement a line; constants stand where they are used.
 *
 *     %0:i64 = xsp(Rn)               X[n] or SP, open; bound: x1, sp
 *     %1:i64 = i64.add %0, #0        #0 is the first immediate
 *     %2:i32 = load4 [%1]
 *     x(Rt) = %3
 */
import { X_SINK_SLOT, X_SP_SLOT, X_ZERO_SLOT } from '../layout.js';
import type { AccessOptions, Block, Effect, Immediate, Node, Subroutine } from './nodes.js';
import { ops } from './ops/index.js';
import { isEffect } from './uses.js';

export function print(block: Block): string {
  return new Printer().block(block).join('\n');
}

/** A subroutine with its parameters and its result. */
export function printSubroutine({ name, parameters, result: type, record }: Subroutine): string {
  const { body, result } = record();
  const printer = new Printer();
  const lines = printer.block(body, '  ');
  const head = `${name}(${parameters.join(', ')}): ${type}`;
  return [head, ...lines, `  return ${printer.value(result)}`].join('\n');
}

const slotNames: Readonly<Record<number, string>> = {
  [X_ZERO_SLOT]: 'zr',
  [X_SINK_SLOT]: 'sink',
  [X_SP_SLOT]: 'sp',
};
const slotName = (slot: number): string => slotNames[slot] ?? `x${slot}`;

class Printer {
  private readonly numbers = new Map<Node, number>();
  private readonly immediates = new Map<Immediate, number>();

  block(block: Block, indent = ''): string[] {
    const lines: string[] = [];
    for (const statement of block) {
      if (isEffect(statement)) {
        lines.push(...this.effect(statement, indent));
      } else if (statement.kind !== 'const') {
        const text = this.node(statement);
        this.numbers.set(statement, this.numbers.size);
        lines.push(`${indent}${this.value(statement)}:${statement.type} = ${text}`);
      }
    }
    return lines;
  }

  /** How a use of a node looks. */
  value(node: Node): string {
    if (node.kind !== 'const') return `%${this.numbers.get(node) ?? '?'}`;
    const { value } = node;
    if (node.type === 'v128') return `0x${value.toString(16).padStart(32, '0')}`;
    const signed = BigInt.asIntN(node.type === 'i32' ? 32 : 64, value);
    return signed < 0n && signed > -4096n
      ? String(signed)
      : value < 10n
        ? String(value)
        : `0x${value.toString(16)}`;
  }
  private values(nodes: readonly Node[]): string {
    return nodes.map((node) => this.value(node)).join(', ');
  }
  private immediate(compute: Immediate): string {
    if (!this.immediates.has(compute)) this.immediates.set(compute, this.immediates.size);
    return `#${this.immediates.get(compute)}`;
  }

  private node(node: Node): string {
    switch (node.kind) {
      case 'const':
        return this.value(node);
      case 'op': {
        const lane = ops[node.op]?.lanes === undefined ? '' : `[${node.lane}]`;
        return `${node.op}${lane} ${this.values(node.args)}`;
      }
      case 'select':
        return `select ${this.values(node.args)}`;
      case 'shuffle':
        return `shuffle[${node.lanes.join(' ')}] ${this.values(node.args)}`;
      case 'immediate':
        return this.immediate(node.compute);
      case 'pc':
        return 'pc';
      case 'parameter':
        return `parameter ${node.index}`;
      case 'readX':
        return openX(node);
      case 'readFixedX':
        return slotName(node.slot);
      case 'readV':
        return `${openV(node)}${elementOf(node)}`;
      case 'readFixedV':
        return `v${node.register}${elementOf(node)}`;
      case 'getCell':
        return node.cell.name;
      case 'getVariable':
        return `$${node.variable.id}`;
      case 'load':
        return `load${node.bytes} [${this.value(node.address)}]${accessText(node.options)}`;
      case 'call':
        return `call '${node.subroutine.name}' ${this.values(node.args)}`;
    }
  }

  private effect(effect: Effect, indent: string): string[] {
    const inner = `${indent}  `;
    switch (effect.kind) {
      case 'if': {
        const otherwise =
          effect.else.length === 0 ? [] : [`${indent}else`, ...this.block(effect.else, inner)];
        return [
          `${indent}if ${this.value(effect.condition)}`,
          ...this.block(effect.then, inner),
          ...otherwise,
        ];
      }
      case 'while':
        return [
          `${indent}loop`,
          ...this.block(effect.head, inner),
          `${indent}while ${this.value(effect.condition)}`,
          ...this.block(effect.body, inner),
        ];
      default:
        return [`${indent}${this.line(effect)}`];
    }
  }

  private line(effect: Exclude<Effect, { kind: 'if' | 'while' }>): string {
    switch (effect.kind) {
      case 'writeX':
        return `${openX(effect)} = ${this.value(effect.value)}`;
      case 'writeFixedX':
        return `${slotName(effect.slot)} = ${this.value(effect.value)}`;
      case 'writeV':
        return `${openV(effect)}${elementOf(effect)} = ${this.value(effect.value)}`;
      case 'writeFixedV':
        return `v${effect.register}${elementOf(effect)} = ${this.value(effect.value)}`;
      case 'setCell':
        return `${effect.cell.name} = ${this.value(effect.value)}`;
      case 'setFlags': {
        const { result, carry, overflow, compared } = effect;
        const from = compared === undefined ? '' : ` comparing ${this.values(compared)}`;
        return `NZ = ${this.value(result)}, C = ${this.value(carry)}, V = ${this.value(overflow)}${from}`;
      }
      case 'setVariable':
        return `$${effect.variable.id} = ${this.value(effect.value)}`;
      case 'store': {
        const options = accessText(effect.options);
        return `store${effect.bytes} [${this.value(effect.address)}], ${this.value(effect.value)}${options}`;
      }
      case 'host':
        return ['host', effect.name, ...effect.args.map((arg) => this.value(arg))].join(' ');
      case 'branch':
        return `branch ${this.value(effect.target)}${this.condition(effect.condition)}`;
      case 'branchRelative':
        return `branch pc + ${this.immediate(effect.offset)}${this.condition(effect.condition)}`;
      case 'branchFixed':
        return `branch pc ${effect.offset < 0 ? '-' : '+'} ${Math.abs(effect.offset)}${this.condition(effect.condition)}`;
    }
  }
  private condition(node: Node | undefined): string {
    return node === undefined ? '' : ` if ${this.value(node)}`;
  }
}

function openX({
  operand,
  use,
}: {
  operand: { field: string };
  use: 'source' | 'destination' | 'stack';
}): string {
  return `${use === 'stack' ? 'xsp' : 'x'}(${operand.field})`;
}

function openV({ operand, plus }: { operand: { field: string }; plus: number }): string {
  return `v(${operand.field}${plus === 0 ? '' : ` + ${plus}`})`;
}

/** The part of a vector register: nothing for the whole. */
function elementOf({ bytes, index }: { bytes: number; index: number }): string {
  return bytes === 16 ? '' : `.${8 * bytes}[${index}]`;
}

function accessText({ unprivileged, aligned, alignment }: AccessOptions): string {
  const words = [
    unprivileged === true ? ' unprivileged' : '',
    aligned === true ? ' aligned' : '',
    alignment === undefined ? '' : ` alignment ${alignment}`,
  ];
  return words.join('');
}
