/** What stands beside decoded entries: how often branches come to them, and what a region has replaced. */
import { DECODED_BASE, HEAT_BASE, HEAT_HANDLER } from '../layout.js';
import type { Code } from '../wasm/code.js';

const SHIFT = 2;
const OFFSET = HEAT_BASE - DECODED_BASE / 2 ** SHIFT;

/** Who hears of entries to which branches come often, and how often that is. */
export interface Hotness {
  /** Index of the function that is called with the entry. */
  readonly hot: number;
  readonly branches: number;
}

/** Counts a branch to the entry in a local. */
export function emitHeat(code: Code, entry: number, { hot, branches }: Hotness): void {
  const at = code.temporary('i32');
  const count = code.temporary('i32');
  code.get(entry);
  code.i32(SHIFT);
  code.op('i32.shr_u');
  code.tee(at);
  code.get(at);
  code.access('i32.load16_u', OFFSET);
  code.i32(1);
  code.op('i32.add');
  code.tee(count);
  code.access('i32.store16', OFFSET);
  code.get(count);
  code.i32(branches);
  code.op('i32.eq');
  code.expect(false);
  code.if(() => {
    code.get(entry);
    code.call(hot);
  });
}

/** Pushes what handler the entry had before a region began there; 0 if none does. */
export function pushReplaced(code: Code, entry: number): void {
  code.get(entry);
  code.i32(SHIFT);
  code.op('i32.shr_u');
  code.access('i32.load16_u', OFFSET + HEAT_HANDLER);
}
