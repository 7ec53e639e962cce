/** The core's state where `layout.ts` puts it. */
import type { AccessSize, Node } from '../ir/nodes.js';
import { CF, NF, V_BASE, VF, X_BASE, ZF, type Cell } from '../layout.js';
import { floatAccesses, loadNames, storeNames, type Code } from './code.js';
import type { GuestState, SetFlags } from './site.js';

export class StateInMemory implements GuestState {
  constructor(private readonly code: Code) {}

  pushX(slot: number, type: 'i32' | 'i64'): void {
    this.code.loadFrom(type, X_BASE + slot * 8);
  }
  setX(slot: number, push: () => void): void {
    this.code.storeTo('i64', X_BASE + slot * 8, push);
  }
  pushV(register: number, bytes: AccessSize, index: number): void {
    this.code.i32(0);
    this.code.access(loadNames[bytes], V_BASE + register * 16 + index * bytes);
  }
  pushFloatV(register: number, bytes: 4 | 8, index: number): void {
    this.code.i32(0);
    this.code.access(floatAccesses[bytes].load, V_BASE + register * 16 + index * bytes);
  }
  setV(register: number, bytes: AccessSize, index: number, push: () => void): void {
    this.code.i32(0);
    push();
    this.code.access(storeNames[bytes], V_BASE + register * 16 + index * bytes);
  }
  pushCell(cell: Cell): void {
    this.code.loadFrom(cell.type, cell.address);
  }
  setCell(cell: Cell, push: () => void): void {
    this.code.storeTo(cell.type, cell.address, push);
  }
  setFlags(flags: SetFlags, push: (node: Node) => void): void {
    setFlagCells(this, flags, push);
  }
}

/** Sets flags cell by cell. */
export function setFlagCells(
  state: GuestState,
  { result, carry, overflow }: SetFlags,
  push: (node: Node) => void,
): void {
  for (const cell of [NF, ZF]) state.setCell(cell, () => push(result));
  state.setCell(CF, () => push(carry));
  state.setCell(VF, () => push(overflow));
}
