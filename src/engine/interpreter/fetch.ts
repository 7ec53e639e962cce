/** Generated code finds the decoded entry of an address. */
import { EXEC_TLB, EXEC_TLB_ENTRIES, EXEC_TLB_ENTRY_SIZE, EXEC_TLB_PAGE } from '../layout.js';
import type { Code } from '../wasm/code.js';
import { ENTRY_SHIFT } from './position.js';

/** Looks a target up in the execution TLB: pushes whether it is not there, and sets `lookup` to the TLB's entry. */
export function lookUpFetch(code: Code, target: number, lookup: number): void {
  code.get(target);
  code.i64(12n - BigInt(Math.log2(EXEC_TLB_ENTRY_SIZE)));
  code.op('i64.shr_u');
  code.op('i32.wrap_i64');
  code.i32((EXEC_TLB_ENTRIES - 1) * EXEC_TLB_ENTRY_SIZE);
  code.op('i32.and');
  code.loadFrom('i32', EXEC_TLB.address);
  code.op('i32.add');
  code.tee(lookup);
  code.access('i64.load', 0);
  code.get(target);
  // A misaligned address keeps its low bits and never equals a tag.
  code.i64(~0xffcn);
  code.op('i64.and');
  code.op('i64.ne');
}

/** Pushes the decoded entry of a target that was looked up. */
export function pushFetchedEntry(code: Code, target: number, lookup: number): void {
  code.get(lookup);
  code.access('i32.load', EXEC_TLB_PAGE);
  code.get(target);
  code.op('i32.wrap_i64');
  code.i32(0xffc);
  code.op('i32.and');
  code.i32(ENTRY_SHIFT - 2);
  code.op('i32.shl');
  code.op('i32.add');
}
