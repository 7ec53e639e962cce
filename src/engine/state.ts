/**
 * TypeScript's view of a core's state at the addresses of `layout.ts`: of the core that is running, in the engine's
 * memory, or of one that waits for its turn, in a buffer of its own. Numbers, not bigints, on every path that guest
 * code takes often; a 64-bit value is a low and a high half, both as signed 32-bit numbers.
 */
import type { Cell } from './layout.js';
import { CF, NF, PC, V_BASE, VF, X_BASE, X_SP_SLOT, ZF } from './layout.js';

export class CoreState {
  /** Words of the whole memory: index = byte offset / 4. */
  i32: Int32Array;
  u8: Uint8Array;
  /** X0 to X30. */
  readonly general: BigUint64Array;
  /** V0 to V31, two halves each, low first. */
  readonly vectors: BigUint64Array;
  private readonly view: DataView;

  constructor(readonly memory: { readonly buffer: ArrayBuffer }) {
    this.i32 = new Int32Array(memory.buffer);
    this.u8 = new Uint8Array(memory.buffer);
    this.general = new BigUint64Array(memory.buffer, X_BASE, 31);
    this.vectors = new BigUint64Array(memory.buffer, V_BASE, 64);
    this.view = new DataView(memory.buffer);
  }

  /** Low half of a cell, signed. */
  low(cell: Cell): number {
    return this.i32[cell.address >> 2];
  }
  /** High half of a 64-bit cell, signed. */
  high(cell: Cell): number {
    return this.i32[(cell.address >> 2) + 1];
  }
  setLow(cell: Cell, value: number): void {
    this.i32[cell.address >> 2] = value;
  }
  set64(cell: Cell, low: number, high: number): void {
    this.i32[cell.address >> 2] = low;
    this.i32[(cell.address >> 2) + 1] = high;
  }

  /** Halves of an X slot: 0 to 30, `X_ZERO_SLOT`, `X_SINK_SLOT`, `X_SP_SLOT`. */
  xLow(slot: number): number {
    return this.i32[(X_BASE >> 2) + slot * 2];
  }
  xHigh(slot: number): number {
    return this.i32[(X_BASE >> 2) + slot * 2 + 1];
  }
  setXHalves(slot: number, low: number, high: number): void {
    this.i32[(X_BASE >> 2) + slot * 2] = low;
    this.i32[(X_BASE >> 2) + slot * 2 + 1] = high;
  }

  // Whole values as bigints: for the library's callers and tests, not for hot paths.

  get64(cell: Cell): bigint {
    return this.view.getBigUint64(cell.address, true);
  }
  put64(cell: Cell, value: bigint): void {
    this.view.setBigUint64(cell.address, BigInt.asUintN(64, value), true);
  }
  get pc(): bigint {
    return this.get64(PC);
  }
  set pc(value: bigint) {
    this.put64(PC, value);
  }
  /** X0 to X30. */
  x(number: number): bigint {
    return this.view.getBigUint64(X_BASE + number * 8, true);
  }
  setX(number: number, value: bigint): void {
    this.view.setBigUint64(X_BASE + number * 8, BigInt.asUintN(64, value), true);
  }
  get sp(): bigint {
    return this.x(X_SP_SLOT);
  }
  set sp(value: bigint) {
    this.setX(X_SP_SLOT, value);
  }
  /** V0 to V31, 128 bits. */
  v(number: number): bigint {
    const at = V_BASE + number * 16;
    return (this.view.getBigUint64(at + 8, true) << 64n) | this.view.getBigUint64(at, true);
  }
  setV(number: number, value: bigint): void {
    const at = V_BASE + number * 16;
    this.view.setBigUint64(at, BigInt.asUintN(64, value), true);
    this.view.setBigUint64(at + 8, BigInt.asUintN(64, value >> 64n), true);
  }

  /** PSTATE.NZCV at bits 31 to 28, as in SPSR; signed. */
  get nzcv(): number {
    const z = this.low(ZF) === 0 && this.high(ZF) === 0;
    return (
      (this.high(NF) & 0x8000_0000) |
      (z ? 0x4000_0000 : 0) |
      (this.low(CF) !== 0 ? 0x2000_0000 : 0) |
      ((this.high(VF) >>> 3) & 0x1000_0000)
    );
  }
  set nzcv(value: number) {
    this.set64(NF, 0, value);
    this.set64(ZF, ~value & 0x4000_0000, 0);
    this.setLow(CF, (value >>> 29) & 1);
    this.set64(VF, 0, value << 3);
  }
}
