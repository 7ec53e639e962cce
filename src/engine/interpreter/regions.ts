/**
 * What joins the interpreter's loops and translated regions. A region is one more handler: the decoded entry where it
 * begins has its number, and beside the entry stands the number of the handler that was there before.
 */
import { BUDGET, LIMIT, PC, PC_BASE } from '../layout.js';
import type { FunctionType, ModuleWriter } from '../wasm/binary.js';
import { Code } from '../wasm/code.js';
import { handlerType } from './called-handler.js';
import { lookUpFetch, pushFetchedEntry } from './fetch.js';
import { emitHeat, pushReplaced, type Hotness } from './heat.js';
import { ENTRY_SHIFT, RUN_MINIMUM } from './position.js';

/** What regions call, exported by the module with the loops. */
export const joints = {
  /** (entry): has the interpreter execute the instruction there, LIMIT and PC_BASE being set. */
  original: handlerType,
  /** (entry): goes on at a decoded entry, LIMIT and PC_BASE being set, in the region there if there is one. */
  resume: handlerType,
  /** (target, budget): goes on at an address, in the region there if there is one. */
  enter: { parameters: ['i64', 'i32'], results: ['i32'] },
} as const satisfies Record<string, FunctionType>;

export function emitJoints(module: ModuleWriter, handlerIndex: number, hotness: Hotness): void {
  const original = new Code(joints.original.parameters);
  emitOriginal(original, handlerIndex);
  module.function(joints.original, original, 'original');
  const resume = new Code(joints.resume.parameters);
  emitResume(resume, handlerIndex, hotness);
  module.function(joints.resume, resume, 'resume');
  const enter = new Code(joints.enter.parameters);
  emitEnter(enter, handlerIndex);
  module.function(joints.enter, enter, 'enter');
}

function emitOriginal(code: Code, handlerIndex: number): void {
  const entry = 0;
  const handler = code.local('i32');
  code.get(entry);
  pushReplaced(code, entry);
  code.tee(handler);
  code.get(entry);
  code.access('i32.load16_u', 0);
  code.get(handler);
  code.select();
  code.callIndirect(handlerIndex);
}

/** Where regions often end, others begin. */
function emitResume(code: Code, handlerIndex: number, hotness: Hotness): void {
  const entry = 0;
  pushReplaced(code, entry);
  code.op('i32.eqz');
  code.if(() => {
    emitHeat(code, entry, hotness);
    code.get(entry);
    code.return();
  });
  code.get(entry);
  code.get(entry);
  code.access('i32.load16_u', 0);
  code.returnCallIndirect(handlerIndex);
}

function emitEnter(code: Code, handlerIndex: number): void {
  const [target, budget] = [0, 1];
  const entry = code.local('i32');
  const lookup = code.local('i32');
  const leave = code.openBlock();
  code.get(budget);
  code.i32(RUN_MINIMUM);
  code.op('i32.lt_s');
  code.brIf(leave);
  lookUpFetch(code, target, lookup);
  code.brIf(leave);
  pushFetchedEntry(code, target, lookup);
  code.set(entry);
  pushReplaced(code, entry);
  code.op('i32.eqz');
  code.brIf(leave);
  code.storeTo('i32', LIMIT.address, () => {
    code.get(budget);
    code.i32(ENTRY_SHIFT);
    code.op('i32.shl');
    code.get(entry);
    code.op('i32.add');
  });
  code.storeTo('i64', PC_BASE.address, () => {
    code.get(target);
    code.get(entry);
    code.i32(ENTRY_SHIFT - 2);
    code.op('i32.shr_u');
    code.op('i64.extend_i32_u');
    code.op('i64.sub');
  });
  code.get(entry);
  code.get(entry);
  code.access('i32.load16_u', 0);
  code.returnCallIndirect(handlerIndex);
  code.close();
  code.storeTo('i64', PC.address, () => code.get(target));
  code.storeTo('i32', BUDGET.address, () => code.get(budget));
  code.i32(0);
}
