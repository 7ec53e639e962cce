/**
 * The interpreter's main loops, as one WebAssembly module.
 *
 * `run` dispatches over decoded entries: the hot shapes stand in line behind one `br_table`, all others are
 * called through the table of handlers. It counts instructions only where the entry pointer jumps, so it needs
 * room for a page of straight-line code in the budget and returns when less is left. `runExact` calls every
 * handler, looks at the budget after each instruction, and so stops at any instruction.
 *
 * Where there is a translator, some handlers are translated regions (`regions.ts`): behind a called handler PC_BASE and
 * LIMIT may be others than before it, and `run` counts how often branches come to an entry.
 */
import type { Shape } from '../ir/shapes.js';
import { DECODED_ENTRY_SIZE, LIMIT } from '../layout.js';
import { ModuleWriter } from '../wasm/binary.js';
import { Code } from '../wasm/code.js';
import { Emitter } from '../wasm/emit.js';
import { SubroutineTable } from '../wasm/subroutines.js';
import { handlerType } from './called-handler.js';
import type { EntryOperands } from './entry-operands.js';
import { emitHeat, type Hotness } from './heat.js';
import { InlineSite } from './inline-site.js';
import { LoopPosition } from './loop-position.js';
import { RUN_MINIMUM } from './position.js';
import type { Reach } from './reach.js';
import { emitJoints } from './regions.js';

/** Handler numbers with a fixed meaning; those of shapes follow. */
export const HANDLER_UNDECODED = 0;
export const HANDLER_PAGE_END = 1;
export const FIRST_SHAPE_HANDLER = 2;

/** A shape that stands in line. */
export interface InlineShape {
  readonly shape: Shape;
  readonly reach: Reach;
  readonly operands: EntryOperands;
}

interface Imports {
  /** Fills the execution TLB for PC, or takes the exception. */
  readonly fetch: number;
  /** (entry): decodes there. */
  readonly decode: number;
  /** Undefined if there are no regions. */
  readonly hotness: Hotness | undefined;
  readonly handlerType: number;
}

const entryOnly = { parameters: ['i32'], results: [] } as const;

/**
 * The module with both loops; the shapes in line have the handler numbers from FIRST_SHAPE_HANDLER on. If the host is to
 * hear of entries to which so many `branches` have come, also with what joins the loops with regions.
 */
export function loopModule(inline: readonly InlineShape[], branches?: number): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter();
  module.importMemory('engine', 'memory', 1);
  module.importTable('engine', 'table');
  const imports: Imports = {
    fetch: module.importFunction('host', 'fetch', { parameters: [], results: [] }),
    decode: module.importFunction('host', 'decode', entryOnly),
    hotness:
      branches === undefined ? undefined : { branches, hot: module.importFunction('host', 'hot', entryOnly) },
    handlerType: module.type(handlerType),
  };
  const subroutines = new SubroutineTable(module);
  const run = emitLoop(imports, { minimum: RUN_MINIMUM, inline, subroutines });
  module.function({ parameters: [], results: [] }, run, 'run');
  const exact = emitLoop(imports, { minimum: 1, inline: [], subroutines });
  module.function({ parameters: [], results: [] }, exact, 'runExact');
  if (imports.hotness !== undefined) emitJoints(module, imports.handlerType, imports.hotness);
  return module.finish();
}

interface Form {
  /** Instructions in the budget that it needs to go on at a jump. With 1, it counts each instruction. */
  readonly minimum: number;
  readonly inline: readonly InlineShape[];
  readonly subroutines: SubroutineTable;
}

function emitLoop(imports: Imports, { minimum, inline, subroutines }: Form): Code {
  const code = new Code([]);
  const position = new LoopPosition(code, minimum);
  const again = code.openLoop();
  position.load();
  const jump = code.openLoop();
  position.enterTarget(imports.fetch, again);
  const counted = minimum > 1 ? imports.hotness : undefined;
  if (counted !== undefined) emitHeat(code, position.entry, counted);
  const dispatch = code.openLoop();
  const called = code.openBlock();
  const cases = Array.from({ length: FIRST_SHAPE_HANDLER + inline.length }, () => code.openBlock()).reverse();
  code.get(position.entry);
  code.access('i32.load16_u', 0);
  code.brTable(cases, called);

  code.close(); // HANDLER_UNDECODED
  code.get(position.entry);
  code.call(imports.decode);
  code.br(dispatch);

  code.close(); // HANDLER_PAGE_END
  position.jumpBehindPage();
  code.br(jump);

  for (const { shape, reach, operands } of inline) {
    code.close();
    const site = new InlineSite(code, position, operands, reach, { jump, dispatch, called }, counted);
    new Emitter(code, subroutines, site).emit(shape.block);
    position.next();
    code.br(dispatch);
    code.releaseTemporaries();
  }

  code.close(); // called
  code.storeTo('i32', LIMIT.address, () => code.get(position.limit));
  code.get(position.entry);
  code.get(position.entry);
  code.access('i32.load16_u', 0);
  code.callIndirect(imports.handlerType);
  code.set(position.entry);
  if (imports.hotness !== undefined) position.reload();
  code.get(position.entry);
  code.op('i32.eqz');
  code.brIf(again);
  if (minimum > 1) {
    code.br(dispatch);
  } else {
    position.pushRest();
    code.i32(DECODED_ENTRY_SIZE);
    code.op('i32.ge_s');
    code.brIf(dispatch);
    position.leaveAtEntry();
    code.return();
  }
  for (let open = 3; open > 0; open--) code.close();
  code.unreachable();
  return code;
}
