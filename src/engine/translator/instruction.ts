/** One instruction as the translator sees it: its bound recording, where control goes behind it, what it touches. */
import { bind } from '../ir/bind.js';
import type { Block, Node, Statement } from '../ir/nodes.js';
import { asRecorded, countUses } from '../ir/uses.js';
import { subroutinesOf } from '../ir/verify.js';
import { CF, NF, VF, ZF, type Cell } from '../layout.js';
import { shapeOf } from '../semantics/index.js';
import type { SetFlags } from '../wasm/site.js';
import { bitOfX } from './registers.js';

/** Where control goes behind an instruction, unless it faults. */
export type Flow =
  | { readonly kind: 'next' }
  /** To the instruction that is `distance` words away; if that depends on a condition, else to the next. */
  | {
      readonly kind: 'direct';
      readonly distance: number;
      readonly isConditional: boolean;
      readonly links: boolean;
    }
  | { readonly kind: 'indirect'; readonly links: boolean; readonly returns: boolean }
  /** The host is to say. */
  | { readonly kind: 'host' };

/** Registers as `registers.ts` has them. */
export interface Touched {
  readonly readsX: number;
  /** What it writes whatever happens, unless it faults. */
  readonly writesX: number;
  readonly readsV: number;
  readonly writesV: number;
  /** Whether it reads flags otherwise than by asking for conditions. */
  readonly readsFlags: boolean;
  /** The condition codes that it asks for. */
  readonly conditions: readonly number[];
  readonly writesFlags: boolean;
  /** Whether it sets all flags, whatever happens. */
  readonly setsFlags: boolean;
  readonly cellsRead: ReadonlySet<Cell>;
  readonly cellsWritten: ReadonlySet<Cell>;
}

export interface Instruction {
  readonly word: number;
  readonly block: Block;
  readonly flow: Flow;
  readonly touched: Touched;
  /** Its last effect on flags, if that is a comparison which it makes whatever happens. */
  readonly comparison: SetFlags | undefined;
  /** Its reads of registers that it has not written by then, wherever their values are used. */
  readonly movable: ReadonlySet<Node>;
}

export const flagCells: readonly Cell[] = [NF, ZF, CF, VF];

export function instructionOf(word: number): Instruction {
  const { shape, fields } = shapeOf(word);
  const block = bind(shape.block, fields);
  return {
    word,
    block,
    flow: flowOf(block, shape.encoding.name),
    touched: touchedBy(block),
    comparison: comparisonOf(block),
    movable: movableIn(block),
  };
}

/** Registers that are written before the last statement may have changed where a value is used. */
function movableIn(block: Block): ReadonlySet<Node> {
  const written = new Set<string>();
  const reads: (Node & { kind: 'readFixedX' | 'readFixedV' })[] = [];
  const visit = (statement: Statement): void => {
    if (statement.kind === 'writeFixedX') written.add(`x${statement.slot}`);
    else if (statement.kind === 'writeFixedV') written.add(`v${statement.register}`);
    else if (statement.kind === 'readFixedX' || statement.kind === 'readFixedV') reads.push(statement);
    else if (statement.kind === 'if') [...statement.then, ...statement.else].forEach(visit);
    else if (statement.kind === 'while') [...statement.head, ...statement.body].forEach(visit);
  };
  block.slice(0, -1).forEach(visit);
  const last = block.at(-1);
  if (last?.kind === 'if' || last?.kind === 'while') visit(last);
  return new Set(
    reads.filter((read) => !written.has(read.kind === 'readFixedX' ? `x${read.slot}` : `v${read.register}`)),
  );
}

function comparisonOf(block: Block): SetFlags | undefined {
  const last = block.findLast(({ kind }) => kind === 'setFlags' || kind === 'if' || kind === 'setCell');
  return last?.kind === 'setFlags' && last.compared !== undefined ? last : undefined;
}

function flowOf(block: Block, name: string): Flow {
  // DC ZVA needs the host only where the TLB does not let it write.
  if (block.some((each) => each.kind === 'host' && each.name !== 'zeroBlock')) return { kind: 'host' };
  const last = block.at(-1);
  const links = block.some((statement) => statement.kind === 'writeFixedX' && statement.slot === 30);
  if (last?.kind === 'branchFixed') {
    const isConditional = last.condition !== undefined;
    return { kind: 'direct', distance: last.offset / 4, isConditional, links };
  }
  if (last?.kind === 'branch') return { kind: 'indirect', links, returns: name === 'RET' };
  return { kind: 'next' };
}

function touchedBy(block: Block): Touched {
  const found = { readsX: 0, writesX: 0, readsV: 0, writesV: 0 };
  const cellsRead = new Set<Cell>();
  const cellsWritten = new Set<Cell>();
  const visit = (statement: Statement, isCertain: boolean): void => {
    switch (statement.kind) {
      case 'readFixedX':
        found.readsX |= bitOfX(statement.slot);
        return;
      case 'writeFixedX':
        if (isCertain) found.writesX |= bitOfX(statement.slot);
        return;
      case 'readFixedV':
        found.readsV |= 1 << statement.register;
        return;
      case 'writeFixedV':
        // An element is put into what the register holds.
        if (statement.bytes < 16) found.readsV |= 1 << statement.register;
        else if (isCertain) found.writesV |= 1 << statement.register;
        return;
      case 'getCell':
        cellsRead.add(statement.cell);
        return;
      case 'setCell':
        cellsWritten.add(statement.cell);
        return;
      case 'setFlags':
        for (const cell of flagCells) cellsWritten.add(cell);
        return;
      case 'if':
        for (const each of [...statement.then, ...statement.else]) visit(each, false);
        return;
      case 'while':
        for (const each of [...statement.head, ...statement.body]) visit(each, false);
        return;
      default:
        return;
    }
  };
  for (const statement of block) visit(statement, true);
  for (const { record } of subroutinesOf(block)) for (const each of record().body) visit(each, false);
  const writesFlags = flagCells.some((cell) => cellsWritten.has(cell));
  const flags = { ...flagsReadBy(block), writesFlags, setsFlags: setsFlags(block) };
  return { ...found, ...flags, cellsRead, cellsWritten };
}

function flagsReadBy(block: Block): Pick<Touched, 'readsFlags' | 'conditions'> {
  const nodes = [...countUses(block, [], { ...asRecorded, conditions: true }).keys()];
  const conditions = nodes.flatMap((node) => ('condition' in node ? (node.condition ?? []) : []));
  const readsFlags = nodes.some(
    (node) => node.kind === 'getCell' && node.condition === undefined && flagCells.includes(node.cell),
  );
  return { readsFlags, conditions };
}

function setsFlags(block: Block): boolean {
  const cells = new Set<Cell>();
  for (const statement of block) {
    if (statement.kind === 'setFlags') return true;
    if (statement.kind === 'if' && setsFlags(statement.then) && setsFlags(statement.else)) return true;
    if (statement.kind === 'setCell') cells.add(statement.cell);
  }
  return flagCells.every((cell) => cells.has(cell));
}
