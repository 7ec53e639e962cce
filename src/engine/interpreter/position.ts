/**
 * Where the interpreter is: PC and budget as a decoded entry and what lies around it.
 *
 * While code runs, PC = PC_BASE + entry / 4, and LIMIT - entry is what is left of the budget, in bytes of decoded
 * entries. The loops keep both in locals; while a handler is called they are in memory.
 */
import { BUDGET, CODE_PAGE, DECODED_ENTRY_SIZE, DECODED_PAGE_NUMBER, LIMIT, PC, PC_BASE } from '../layout.js';
import type { ModuleWriter } from '../wasm/binary.js';
import { Code } from '../wasm/code.js';

/** Log2 of the bytes of a decoded entry, and of those for each byte of code. */
export const ENTRY_SHIFT = Math.log2(DECODED_ENTRY_SIZE);
const CODE_SHIFT = ENTRY_SHIFT - 2;

/** Instructions that `run` needs in the budget to go on: a page, and one to leave it. */
export const RUN_MINIMUM = 1026;

/** Pushes the address of the instruction at an entry, PC_BASE being pushed by `base`. */
export function pushAddress(code: Code, entry: number, base: () => void): void {
  base();
  code.get(entry);
  code.i32(CODE_SHIFT);
  code.op('i32.shr_u');
  code.op('i64.extend_i32_u');
  code.op('i64.add');
}

/** Turns bytes of decoded entries on the stack into instructions. */
export function toInstructions(code: Code): void {
  code.i32(ENTRY_SHIFT);
  code.op('i32.shr_s');
}

/** Functions by which called handlers tell the host where they are, each (entry) to nothing; made when first used. */
export class PositionFunctions {
  private syncIndex: number | undefined;
  private leaveIndex: number | undefined;

  constructor(private readonly module: ModuleWriter) {}

  /** Makes PC, BUDGET and CODE_PAGE those of the instruction at the entry. */
  get sync(): number {
    return (this.syncIndex ??= this.define(emitSync));
  }
  /** Makes PC and BUDGET those behind the instruction at the entry. */
  get leaveBehind(): number {
    return (this.leaveIndex ??= this.define(emitLeaveBehind));
  }

  private define(emit: (code: Code) => void): number {
    const code = new Code(['i32']);
    emit(code);
    return this.module.function({ parameters: ['i32'], results: [] }, code);
  }
}

const ENTRY = 0;

function emitSync(code: Code): void {
  const pc = code.local('i64');
  pushAddress(code, ENTRY, () => code.loadFrom('i64', PC_BASE.address));
  code.set(pc);
  code.storeTo('i64', PC.address, () => code.get(pc));
  code.storeTo('i32', BUDGET.address, () => {
    code.loadFrom('i32', LIMIT.address);
    code.get(ENTRY);
    code.op('i32.sub');
    toInstructions(code);
  });
  code.storeTo('i32', CODE_PAGE.address, () => {
    // The decoded page begins as far before the entry as the place in the page says.
    code.get(ENTRY);
    code.get(pc);
    code.op('i32.wrap_i64');
    code.i32(0xffc);
    code.op('i32.and');
    code.i32(CODE_SHIFT);
    code.op('i32.shl');
    code.op('i32.sub');
    code.access('i32.load', DECODED_PAGE_NUMBER);
  });
}

function emitLeaveBehind(code: Code): void {
  code.storeTo('i64', PC.address, () => {
    pushAddress(code, ENTRY, () => code.loadFrom('i64', PC_BASE.address));
    code.i64(4n);
    code.op('i64.add');
  });
  code.storeTo('i32', BUDGET.address, () => pushRestBehind(code, ENTRY));
}

/** Pushes the budget that a called handler leaves: its own instruction is done. */
export function pushRestBehind(code: Code, entry: number): void {
  code.loadFrom('i32', LIMIT.address);
  code.get(entry);
  code.op('i32.sub');
  code.i32(DECODED_ENTRY_SIZE);
  code.op('i32.sub');
  toInstructions(code);
}
