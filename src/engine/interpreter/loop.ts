/**
 * The interpreter's main loops, as one WebAssembly module.
 *
 * `run` dispatches over decoded entries: the hot shapes stand in line behind one `br_table`, all others are
 * called through the table of handlers. It counts instructions only where the entry pointer jumps, so it needs
 * room for a page of straight-line code in the budget and returns when less is left. `runExact` calls every
 * handler, looks at the budget after each instruction, and so stops at any instruction.
 *
 * Both keep, in bytes of decoded entries: limit - entry = what is left of the budget.
 */
import type { HostName, Immediate, Subroutine } from '../ir/nodes.js';
import {
  BUDGET,
  DECODED_ENTRY_SIZE,
  EXEC_TLB,
  EXEC_TLB_ENTRIES,
  EXEC_TLB_ENTRY_SIZE,
  EXEC_TLB_PAGE,
  LIMIT,
  PC,
  PC_BASE,
  STOP,
  TLB,
} from '../layout.js';
import { ModuleWriter } from '../wasm/binary.js';
import { Code, type Label } from '../wasm/code.js';
import { Emitter } from '../wasm/emit.js';
import type { Frame } from '../wasm/frame.js';
import { SubroutineTable } from './handlers.js';
import { declareImports, handlerType, type ImportIndices } from './imports.js';
import type { Shape } from './shapes.js';
import { SlotAllocator } from './slots.js';

/** Handler numbers with a fixed meaning; those of shapes follow. */
export const HANDLER_UNDECODED = 0;
export const HANDLER_PAGE_END = 1;
/** Stops before the entry; the host puts the entry's own handler back. */
export const HANDLER_PAUSE = 2;
export const FIRST_SHAPE_HANDLER = 3;

/** Instructions that `run` needs in the budget to go on: a page, and one to leave it. */
export const RUN_MINIMUM = 1026;

interface Locals {
  readonly entry: number;
  readonly limit: number;
  readonly tlb: number;
  readonly pcBase: number;
  /** Where to jump, and the budget left there in bytes of decoded entries. */
  readonly target: number;
  readonly rest: number;
  readonly lookup: number;
}

function declareLocals(code: Code): Locals {
  return {
    entry: code.local('i32'),
    limit: code.local('i32'),
    tlb: code.local('i32'),
    pcBase: code.local('i64'),
    target: code.local('i64'),
    rest: code.local('i32'),
    lookup: code.local('i32'),
  };
}

/** Pushes the guest address of the entry. */
function pushPc(code: Code, l: Locals): void {
  code.get(l.pcBase);
  code.get(l.entry);
  code.i32(2);
  code.op('i32.shr_u');
  code.op('i64.extend_i32_u');
  code.op('i64.add');
}

/** PC = target, BUDGET = rest. */
function leaveAtTarget(code: Code, l: Locals): void {
  code.storeTo('i64', PC.address, () => code.get(l.target));
  code.storeTo('i32', BUDGET.address, () => {
    code.get(l.rest);
    code.i32(4);
    code.op('i32.shr_s');
  });
}

/** PC and BUDGET from the entry and the limit. */
function leaveAtEntry(code: Code, l: Locals): void {
  code.storeTo('i64', PC.address, () => pushPc(code, l));
  code.storeTo('i32', BUDGET.address, () => {
    pushRest(code, l);
    code.i32(4);
    code.op('i32.shr_s');
  });
}

function pushRest(code: Code, l: Locals): void {
  code.get(l.limit);
  code.get(l.entry);
  code.op('i32.sub');
}

/** Sets entry, pcBase and limit for target; if the execution TLB has no page for it, asks the host and starts again. */
function enterTarget(code: Code, l: Locals, fetch: number, again: Label): void {
  code.get(l.target);
  code.i64(12n - BigInt(Math.log2(EXEC_TLB_ENTRY_SIZE)));
  code.op('i64.shr_u');
  code.op('i32.wrap_i64');
  code.i32((EXEC_TLB_ENTRIES - 1) * EXEC_TLB_ENTRY_SIZE);
  code.op('i32.and');
  code.loadFrom('i32', EXEC_TLB.address);
  code.op('i32.add');
  code.tee(l.lookup);
  code.access('i64.load', 0);
  code.get(l.target);
  // A misaligned address keeps its low bits and never equals a tag.
  code.i64(~0xffcn);
  code.op('i64.and');
  code.op('i64.ne');
  code.if(() => {
    leaveAtTarget(code, l);
    code.call(fetch);
    code.br(again);
  });
  code.get(l.lookup);
  code.access('i32.load', EXEC_TLB_PAGE);
  code.get(l.target);
  code.op('i32.wrap_i64');
  code.i32(0xffc);
  code.op('i32.and');
  code.i32(2);
  code.op('i32.shl');
  code.op('i32.add');
  code.tee(l.entry);
  code.get(l.rest);
  code.op('i32.add');
  code.set(l.limit);
  code.get(l.target);
  code.get(l.entry);
  code.i32(2);
  code.op('i32.shr_u');
  code.op('i64.extend_i32_u');
  code.op('i64.sub');
  code.set(l.pcBase);
  code.storeTo('i64', PC_BASE.address, () => code.get(l.pcBase));
}

/** target and rest from PC and BUDGET; returns if the host asks to stop. */
function loadTarget(code: Code, l: Locals): void {
  code.loadFrom('i32', STOP.address);
  code.if(() => code.return());
  code.loadFrom('i64', PC.address);
  code.set(l.target);
  code.loadFrom('i32', BUDGET.address);
  code.i32(4);
  code.op('i32.shl');
  code.set(l.rest);
}

/** The frame of a handler in line in `run`. */
class InlineFrame implements Frame {
  readonly slots = new SlotAllocator();
  readonly entry: number;

  constructor(
    private readonly code: Code,
    private readonly l: Locals,
    private readonly labels: { again: Label; jump: Label; dispatch: Label },
    private readonly imports: ImportIndices,
    private readonly subroutines: SubroutineTable,
    private readonly near: boolean,
  ) {
    this.entry = l.entry;
  }

  pushTlb(): void {
    this.code.get(this.l.tlb);
  }
  pushPcBase(): void {
    this.code.get(this.l.pcBase);
  }
  sync(): void {
    this.code.storeTo('i32', LIMIT.address, () => this.code.get(this.l.limit));
  }
  redirect(): void {
    this.code.br(this.labels.again);
  }
  branch(target: number): void {
    const { code, l } = this;
    code.get(target);
    code.set(l.target);
    pushRest(code, l);
    code.i32(DECODED_ENTRY_SIZE);
    code.op('i32.sub');
    code.set(l.rest);
    code.br(this.labels.jump);
  }
  branchRelative(offset: Immediate): void {
    const { code, l } = this;
    if (!this.near) {
      pushPc(code, l);
      code.get(l.entry);
      code.access('i32.load', this.slots.immediate(offset, 'i32'));
      code.op('i64.extend_i32_s');
      code.op('i64.add');
      code.set(l.target);
      pushRest(code, l);
      code.i32(DECODED_ENTRY_SIZE);
      code.op('i32.sub');
      code.set(l.rest);
      code.br(this.labels.jump);
      return;
    }
    // Within the page the pointer moves by the offset, and the limit with it, less the one instruction.
    const delta = code.temporary('i32');
    code.get(l.entry);
    code.access('i32.load', this.slots.immediate(offset, 'i32'));
    code.i32(2);
    code.op('i32.shl');
    code.tee(delta);
    code.get(l.entry);
    code.op('i32.add');
    code.set(l.entry);
    code.get(l.limit);
    code.get(delta);
    code.op('i32.add');
    code.i32(DECODED_ENTRY_SIZE);
    code.op('i32.sub');
    code.set(l.limit);
    pushRest(code, l);
    code.i32(RUN_MINIMUM * DECODED_ENTRY_SIZE);
    code.op('i32.ge_s');
    code.brIf(this.labels.dispatch);
    leaveAtEntry(code, l);
    code.return();
  }
  hostFunction(name: HostName): number {
    return this.imports.services[name];
  }
  slowAccess(kind: 'load' | 'store'): number {
    return kind === 'load' ? this.imports.slowLoad : this.imports.slowStore;
  }
  subroutine(subroutine: Subroutine): number {
    return this.subroutines.indexOf(subroutine);
  }
}

interface LoopImports {
  readonly handlers: ImportIndices;
  readonly fetch: number;
  readonly decode: number;
  readonly handlerType: number;
}

/** The module with both loops; the shapes in line get the handler numbers from FIRST_SHAPE_HANDLER on. */
export function loopModule(inline: readonly Shape[]): {
  bytes: Uint8Array<ArrayBuffer>;
  slots: SlotAllocator[];
} {
  const module = new ModuleWriter();
  const handlers = declareImports(module);
  module.importTable('engine', 'table');
  const fetch = module.importFunction('host', 'fetch', { parameters: [], results: [] });
  const decode = module.importFunction('host', 'decode', { parameters: ['i32'], results: [] });
  const imports: LoopImports = { handlers, fetch, decode, handlerType: module.type(handlerType) };
  const subroutines = new SubroutineTable(module);
  const slots = emitRun(module, imports, subroutines, inline);
  emitRunExact(module, imports);
  return { bytes: module.finish(), slots };
}

function emitRun(
  module: ModuleWriter,
  imports: LoopImports,
  subroutines: SubroutineTable,
  inline: readonly Shape[],
): SlotAllocator[] {
  const code = new Code([]);
  const l = declareLocals(code);
  const slots: SlotAllocator[] = [];
  const again = code.openLoop();
  loadTarget(code, l);
  code.loadFrom('i32', TLB.address);
  code.set(l.tlb);
  const jump = code.openLoop();
  code.get(l.rest);
  code.i32(RUN_MINIMUM * DECODED_ENTRY_SIZE);
  code.op('i32.lt_s');
  code.if(() => {
    leaveAtTarget(code, l);
    code.return();
  });
  enterTarget(code, l, imports.fetch, again);
  const dispatch = code.openLoop();
  const called = code.openBlock();
  const cases = [...inline.map(() => 0), 0, 0, 0].map(() => code.openBlock()).reverse();
  code.get(l.entry);
  code.access('i32.load16_u', 0);
  code.brTable(cases, called);

  code.close(); // undecoded
  code.storeTo('i32', LIMIT.address, () => code.get(l.limit));
  code.get(l.entry);
  code.call(imports.decode);
  code.br(dispatch);

  code.close(); // page end
  pushPc(code, l);
  code.set(l.target);
  pushRest(code, l);
  code.set(l.rest);
  code.br(jump);

  code.close(); // pause
  leaveAtEntry(code, l);
  code.return();

  for (const shape of inline) {
    code.close();
    const frame = new InlineFrame(
      code,
      l,
      { again, jump, dispatch },
      imports.handlers,
      subroutines,
      shape.reach === 'near',
    );
    new Emitter(code, frame).emit(shape.block);
    code.get(l.entry);
    code.i32(DECODED_ENTRY_SIZE);
    code.op('i32.add');
    code.set(l.entry);
    code.br(dispatch);
    code.releaseTemporaries();
    slots.push(frame.slots);
  }

  code.close(); // called
  code.storeTo('i32', LIMIT.address, () => code.get(l.limit));
  code.get(l.entry);
  code.get(l.entry);
  code.access('i32.load16_u', 0);
  code.callIndirect(imports.handlerType);
  code.tee(l.entry);
  code.brIf(dispatch);
  code.br(again);
  code.close();
  code.close();
  code.close();
  code.unreachable();
  module.function({ parameters: [], results: [] }, code.localTypes, code.bytes, 'run');
  return slots;
}

function emitRunExact(module: ModuleWriter, imports: LoopImports): void {
  const code = new Code([]);
  const l = declareLocals(code);
  const again = code.openLoop();
  loadTarget(code, l);
  const jump = code.openLoop();
  code.get(l.rest);
  code.i32(0);
  code.op('i32.le_s');
  code.if(() => {
    leaveAtTarget(code, l);
    code.return();
  });
  enterTarget(code, l, imports.fetch, again);
  code.storeTo('i32', LIMIT.address, () => code.get(l.limit));
  const dispatch = code.openLoop();
  const called = code.openBlock();
  const cases = [0, 0, 0].map(() => code.openBlock()).reverse();
  code.get(l.entry);
  code.access('i32.load16_u', 0);
  code.brTable(cases, called);

  code.close(); // undecoded
  code.get(l.entry);
  code.call(imports.decode);
  code.br(dispatch);

  code.close(); // page end
  pushPc(code, l);
  code.set(l.target);
  pushRest(code, l);
  code.set(l.rest);
  code.br(jump);

  code.close(); // pause
  leaveAtEntry(code, l);
  code.return();

  code.close(); // called
  code.get(l.entry);
  code.get(l.entry);
  code.access('i32.load16_u', 0);
  code.callIndirect(imports.handlerType);
  code.tee(l.entry);
  code.op('i32.eqz');
  code.brIf(again);
  pushRest(code, l);
  code.i32(0);
  code.op('i32.gt_s');
  code.brIf(dispatch);
  leaveAtEntry(code, l);
  code.return();
  code.close();
  code.close();
  code.close();
  code.unreachable();
  module.function({ parameters: [], results: [] }, code.localTypes, code.bytes, 'runExact');
}
