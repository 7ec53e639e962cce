/**
 * The WebAssembly of the interpreter. It depends on nothing but the instruction set, so all machines of the process
 * share it: it is made when the first of them needs it.
 */
import type { Shape } from '../ir/shapes.js';
import { handlerModule } from './called-handler.js';
import { EntryOperands } from './entry-operands.js';
import { shapeNamed } from '../semantics/index.js';
import { hotKeys, hotShape } from './hot.js';
import { loopModule, type InlineShape } from './loop.js';
import { usualKeys } from './usual.js';

/** A shape's called handler: the `name`d export of a module. */
export interface HandlerCode {
  readonly shape: Shape;
  readonly operands: EntryOperands;
  readonly module: WebAssembly.Module;
  readonly name: string;
}

const handlers = new Map<Shape, HandlerCode>();
/** How many of the usual shapes have been made ahead or found made, and how often a shape was missing. */
let [ahead, misses] = [0, 0];

/**
 * The called handlers of some shapes. Those that are not made yet go into one module; and with them, since a module costs
 * more than a handler, the usual ones that come next: the more, the more often something was missing.
 */
export function handlerCodeOf(shapes: readonly Shape[]): HandlerCode[] {
  const fresh = new Set(shapes.filter((shape) => !handlers.has(shape)));
  if (fresh.size > 0) {
    for (const most = fresh.size + misses; fresh.size < most && ahead < usualKeys.length; ahead++) {
      const shape = shapeNamed(usualKeys[ahead]);
      if (!handlers.has(shape)) fresh.add(shape);
    }
    misses += 1;
    const parts = [...fresh].map((shape) => ({
      shape,
      block: shape.block,
      operands: new EntryOperands(shape.block),
    }));
    const module = new WebAssembly.Module(handlerModule(parts));
    for (const [i, { shape, operands }] of parts.entries()) {
      handlers.set(shape, { shape, operands, module, name: `h${i}` });
    }
  }
  return shapes.map((shape) => handlers.get(shape)!);
}

export interface LoopCode {
  readonly module: WebAssembly.Module;
  /** The shapes in line. */
  readonly inline: readonly InlineShape[];
}

const loops = new Map<number | undefined, LoopCode>();

/** The loops, which count `branches` if there is a translator. */
export function loopCode(branches: number | undefined): LoopCode {
  let loop = loops.get(branches);
  if (loop === undefined) {
    const hot = hotKeys.map(hotShape);
    const codes = handlerCodeOf(hot.map(({ shape }) => shape));
    const inline = hot.map((each, i) => ({ ...each, operands: codes[i].operands }));
    loop = { module: new WebAssembly.Module(loopModule(inline, branches)), inline };
    loops.set(branches, loop);
  }
  return loop;
}
