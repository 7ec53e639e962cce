/**
 * The flags in a region. They are in locals, as the cells have them; or, behind a comparison, only what was compared is, for
 * as long as nothing but conditions is asked: then conditions are told by one WebAssembly comparison, and the flags are made
 * where the region is left before others are set.
 */
import { Builder, type Int } from '../ir/builder.js';
import type { Block, Node } from '../ir/nodes.js';
import type { Cell } from '../layout.js';
import { subtractSettingFlags } from '../semantics/base/add-subtract.js';
import type { Code } from '../wasm/code.js';
import type { SetFlags } from '../wasm/site.js';
import { flagCells } from './instruction.js';

type Width = 'i32' | 'i64';

/** What is known where code is being emitted: the flags are those of a comparison, are in their locals, or one of both. */
export type Known = { readonly compared: Width } | 'made' | 'unknown';

export function isSame(a: Known, b: Known): boolean {
  if (typeof a === 'object' && typeof b === 'object') return a.compared === b.compared;
  return a === b;
}

/** What the local `kept` says: whether the flags are to be made yet, and of what. */
const KEPT = { none: 0, i32: 1, i64: 2 } as const;

/** By condition code: how WebAssembly compares what was compared; none of N and V alone. */
const comparisons: readonly (string | undefined)[] = [
  ...['eq', 'ne', 'ge_u', 'lt_u', undefined, undefined, undefined, undefined],
  ...['gt_u', 'le_u', 'ge_s', 'lt_s', 'gt_s', 'le_s'],
];

export class RegionFlags {
  known: Known = 'unknown';
  private readonly cells: ReadonlyMap<Cell, number>;
  private readonly kept: number;
  private readonly operands: Readonly<Record<Width, readonly [number, number]>>;

  /** `isWritten`: whether anything sets flags; `keeps`: whether a comparison is ever kept. */
  constructor(
    private readonly code: Code,
    private readonly isWritten: boolean,
  ) {
    this.cells = new Map(flagCells.map((cell) => [cell, code.local(cell.type)]));
    this.kept = code.local('i32');
    this.operands = {
      i32: [code.local('i32'), code.local('i32')],
      i64: [code.local('i64'), code.local('i64')],
    };
  }

  load(): void {
    for (const [cell, local] of this.cells) {
      this.code.loadFrom(cell.type, cell.address);
      this.code.set(local);
    }
  }
  /** Brings them to memory; nothing is known here. */
  store(): void {
    if (!this.isWritten) return;
    this.known = 'unknown';
    this.make();
    for (const [cell, local] of this.cells)
      this.code.storeTo(cell.type, cell.address, () => this.code.get(local));
  }

  localOf(cell: Cell): number | undefined {
    return this.cells.get(cell);
  }

  /** Whether all conditions that an instruction may ask for are known without the flags. */
  knows(condition: number): boolean {
    return typeof this.known === 'object' && comparisons[condition] !== undefined;
  }
  pushCondition(condition: number): void {
    const { known, code } = this;
    const name = comparisons[condition];
    if (typeof known !== 'object' || name === undefined) throw new Error('a condition of unknown flags');
    for (const operand of this.operands[known.compared]) code.get(operand);
    code.op(`${known.compared}.${name}` as 'i32.eq');
  }

  /** Keeps what a comparison compares. */
  keep({ compared }: SetFlags, push: (node: Node) => void): void {
    const { code } = this;
    if (compared === undefined) throw new Error('nothing is compared');
    const width = compared[0].type as Width;
    for (const [i, node] of compared.entries()) {
      push(node);
      code.set(this.operands[width][i]);
    }
    code.i32(KEPT[width]);
    code.set(this.kept);
    this.known = { compared: width };
  }

  /** The flags are set to what their locals have: nothing is kept any more. */
  settle(): void {
    this.code.i32(KEPT.none);
    this.code.set(this.kept);
    this.known = 'made';
  }

  /** Makes the flags if they are not yet. */
  make(): void {
    const { known, code } = this;
    if (known === 'made') return;
    for (const width of ['i32', 'i64'] as const) {
      if (typeof known === 'object' && known.compared !== width) continue;
      if (typeof known === 'object') {
        this.makeOf(width);
        continue;
      }
      code.get(this.kept);
      code.i32(KEPT[width]);
      code.op('i32.eq');
      code.if(() => this.makeOf(width));
    }
    this.settle();
  }
  private makeOf(width: Width): void {
    this.emit(flagsOf(width, this.operands[width]));
  }

  /** Emits a recording that sets flags of parameters, which are locals. */
  private emit: (block: Block) => void = () => {
    throw new Error('nothing emits recordings yet');
  };
  set emitter(emit: (block: Block) => void) {
    this.emit = emit;
  }
}

/** The recording of a comparison of two locals. */
function flagsOf(width: Width, [a, b]: readonly [number, number]): Block {
  const c = new Builder();
  subtractSettingFlags<Int>(c, c.parameter(width, a), c.parameter(width, b));
  return c.block;
}
