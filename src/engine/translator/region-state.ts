/**
 * The core's state in a region: registers, flags and what does not change meanwhile are in locals. A register that is
 * written is written to memory, too, so that nothing need be kept for where the region is left; flags go there then.
 */
import type { AccessSize, Node } from '../ir/nodes.js';
import { CACHE_TYPE, EL, FP_TRAP, FPCR, SP_MASK, SYSREG_TRAPS, type Cell } from '../layout.js';
import type { Code } from '../wasm/code.js';
import type { GuestState, SetFlags } from '../wasm/site.js';
import { setFlagCells, StateInMemory } from '../wasm/state-in-memory.js';
import { slotsOf, bitsOf } from './registers.js';
import { neededAtEntries } from './liveness.js';
import { RegionFlags } from './region-flags.js';
import type { Region } from './region.js';

/** Cells that only the host sets, or instructions that say so. */
const settled: readonly Cell[] = [CACHE_TYPE, EL, FP_TRAP, FPCR, SP_MASK, SYSREG_TRAPS];

const lanes = {
  1: { extract: 'i8x16.extract_lane_u', replace: 'i8x16.replace_lane' },
  2: { extract: 'i16x8.extract_lane_u', replace: 'i16x8.replace_lane' },
  4: { extract: 'i32x4.extract_lane', replace: 'i32x4.replace_lane' },
  8: { extract: 'i64x2.extract_lane', replace: 'i64x2.replace_lane' },
} as const;

export class RegionState implements GuestState {
  private readonly memory: StateInMemory;
  private readonly x = new Map<number, number>();
  private readonly v = new Map<number, number>();
  private readonly cells = new Map<Cell, number>();
  readonly flags: RegionFlags | undefined;
  /** The comparison of the instruction that is being emitted, of which what is compared is kept. */
  comparison: SetFlags | undefined;

  constructor(
    private readonly code: Code,
    private readonly region: Region,
  ) {
    this.memory = new StateInMemory(code);
    const touched = region.blocks.flatMap(({ instructions }) => instructions.map((each) => each.touched));
    const writesFlags = touched.some((each) => each.writesFlags);
    const readsFlags = touched.some((each) => each.readsFlags || each.conditions.length > 0);
    if (writesFlags || readsFlags) this.flags = new RegionFlags(code, writesFlags);
    const written = new Set(touched.flatMap(({ cellsWritten }) => [...cellsWritten]));
    const read = new Set(touched.flatMap(({ cellsRead }) => [...cellsRead]));
    for (const cell of settled)
      if (read.has(cell) && !written.has(cell)) this.cells.set(cell, code.local(cell.type));
  }

  /** Brings into locals what the region needs of the state. Nothing is touched before. */
  load(): void {
    const { code, memory, region, cells } = this;
    const needed = neededAtEntries(region);
    for (const slot of slotsOf(needed.x)) {
      memory.pushX(slot, 'i64');
      code.set(this.localOfX(slot));
    }
    for (const register of bitsOf(needed.v)) {
      memory.pushV(register, 16, 0);
      code.set(this.localOfV(register));
    }
    for (const [cell, local] of cells) {
      code.loadFrom(cell.type, cell.address);
      code.set(local);
    }
    this.flags?.load();
  }
  /** Brings to memory what is only in locals. */
  store(): void {
    this.flags?.store();
  }

  private localOfX(slot: number): number {
    return localIn(this.x, slot, () => this.code.local('i64'));
  }
  private localOfV(register: number): number {
    return localIn(this.v, register, () => this.code.local('v128'));
  }

  pushX(slot: number, type: 'i32' | 'i64'): void {
    this.code.get(this.localOfX(slot));
    if (type === 'i32') this.code.op('i32.wrap_i64');
  }
  setX(slot: number, push: () => void): void {
    this.memory.setX(slot, () => {
      push();
      this.code.tee(this.localOfX(slot));
    });
  }
  pushV(register: number, bytes: AccessSize, index: number): void {
    this.code.get(this.localOfV(register));
    if (bytes < 16) this.code.op(lanes[bytes as 8].extract, index);
  }
  pushFloatV(register: number, bytes: 4 | 8, index: number): void {
    this.code.get(this.localOfV(register));
    this.code.floatLane(lanes[bytes].extract, index);
  }
  setV(register: number, bytes: AccessSize, index: number, push: () => void): void {
    const { code } = this;
    const local = this.localOfV(register);
    this.memory.setV(register, 16, 0, () => {
      if (bytes < 16) code.get(local);
      push();
      if (bytes < 16) code.op(lanes[bytes as 8].replace, index);
      code.tee(local);
    });
  }
  pushCell(cell: Cell): void {
    const local = this.localOfCell(cell);
    if (local === undefined) this.memory.pushCell(cell);
    else this.code.get(local);
  }
  setCell(cell: Cell, push: () => void): void {
    const local = this.localOfCell(cell);
    if (local === undefined) {
      this.memory.setCell(cell, push);
      return;
    }
    push();
    this.code.set(local);
  }
  private localOfCell(cell: Cell): number | undefined {
    return this.cells.get(cell) ?? this.flags?.localOf(cell);
  }
  setFlags(flags: SetFlags, push: (node: Node) => void): void {
    if (flags === this.comparison) {
      this.flags?.keep(flags, push);
      return;
    }
    setFlagCells(this, flags, push);
  }
  pushCondition(condition: number): void {
    this.flags?.pushCondition(condition);
  }
}

function localIn(locals: Map<number, number>, key: number, make: () => number): number {
  let local = locals.get(key);
  if (local === undefined) {
    local = make();
    locals.set(key, local);
  }
  return local;
}
