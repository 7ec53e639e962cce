/**
 * The WebAssembly of the interpreter. It depends on nothing but the instruction set, so all machines of the process
 * share it: it is made when the first of them needs it.
 */
import type { Compiled } from '../host-code.js';
import { handlerModule } from './called-handler.js';
import { operandsOf } from './entry-operands.js';
import { shapeNamed } from '../semantics/index.js';
import { hotKeys, hotShape } from './hot.js';
import { loopModule } from './loop.js';
import { usualKeys } from './usual.js';

/** What a called handler does, as it is seen by who puts it into decoded entries. */
export interface HandlerTraits {
  /** Its shape's. */
  readonly key: string;
  /** Byte of the entry at which the distance of a direct branch is, an i32. */
  readonly distanceAt: number | undefined;
  readonly endsStraightLine: boolean;
}

/** A module of called handlers, which exports them as `h0`, `h1`, ... */
export interface HandlerModule extends Compiled {
  readonly handlers: readonly HandlerTraits[];
}

/** A called handler: the `name`d export of a module. */
export interface HandlerCode extends HandlerTraits {
  readonly of: HandlerModule;
  readonly name: string;
}

/** By their keys. */
const codes = new Map<string, HandlerCode>();
/** How many of the usual shapes have been made ahead or found made, and how often a shape was missing. */
let [ahead, misses] = [0, 0];

/**
 * The called handler of a shape. If it is not made yet, so are the usual ones that come next, since a module costs more
 * than a handler: the more, the more often something was missing.
 */
export function handlerCodeOf(key: string): HandlerCode {
  if (!codes.has(key)) {
    const fresh = new Set([key]);
    for (const most = fresh.size + misses; fresh.size < most && ahead < usualKeys.length; ahead++)
      if (!codes.has(usualKeys[ahead])) fresh.add(usualKeys[ahead]);
    misses += 1;
    make([...fresh]);
  }
  return codes.get(key)!;
}

function make(keys: readonly string[]): void {
  const parts = keys.map((key) => {
    const shape = shapeNamed(key);
    return { shape, block: shape.block, operands: operandsOf(shape) };
  });
  const bytes = handlerModule(parts);
  const handlers = parts.map(({ shape: { key, directBranch, endsStraightLine }, operands }) => ({
    key,
    distanceAt: directBranch && operands.immediate(directBranch),
    endsStraightLine,
  }));
  addHandlers({ bytes, module: new WebAssembly.Module(bytes), handlers });
}

/** Makes handlers known that another run has made. */
export function addHandlers(of: HandlerModule): void {
  for (const [i, traits] of of.handlers.entries())
    if (!codes.has(traits.key)) codes.set(traits.key, { ...traits, of, name: `h${i}` });
}

/** By the branches that they count. */
const loops = new Map<number | undefined, Compiled>();

/** The loops in which the hot shapes stand in line; they count `branches` if there is a translator. */
export function loopCode(branches: number | undefined): Compiled {
  let loop = loops.get(branches);
  if (loop === undefined) {
    const inline = hotKeys.map(hotShape).map((hot) => ({ ...hot, operands: operandsOf(hot.shape) }));
    const bytes = loopModule(inline, branches);
    loop = { bytes, module: new WebAssembly.Module(bytes) };
    loops.set(branches, loop);
    // One module for all of their called handlers.
    const missing = new Set(inline.map(({ shape }) => shape.key).filter((key) => !codes.has(key)));
    if (missing.size > 0) make([...missing]);
  }
  return loop;
}

/** Makes loops known that another run has made. */
export function addLoop(branches: number | undefined, loop: Compiled): void {
  if (!loops.has(branches)) loops.set(branches, loop);
}
