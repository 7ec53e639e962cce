/**
 * Where WebAssembly's own arithmetic gives the architecture's result, and no exception is to be recorded, use it;
 * else call the routine that follows the manual. As in QEMU's "hardfloat", Inexact is not looked for once
 * FPSR.IXC is set, since it stays set.
 */
import type { Builder, I32, Int, V128 } from '../../ir/builder.js';
import type { FloatArithmetic } from '../../ir/ops/index.js';
import { FPSR } from '../../layout.js';
import { FZ, INEXACT, RMODE_SHIFT, fpcr } from './arithmetic/environment.js';
import type { Format } from './arithmetic/format.js';
import { constantLanes, floatShape, fromLanes, integerShape, lane, native } from './registers.js';

/** Rounding to nearest, subnormal numbers kept, IXC set: normal results need no further care. */
export function carefree(c: Builder): I32 {
  const modes = c.and(fpcr(c), FZ | (3 << RMODE_SHIFT));
  const missing = c.and(c.not(c.get(FPSR) as I32), INEXACT);
  return c.eqz(c.or(modes, missing));
}

/** Subnormal operands are kept. */
export function keepsSubnormals(c: Builder): I32 {
  return c.eqz(c.and(fpcr(c), FZ));
}

/** `fast` if it may be used, else what `slow` gives. */
export function unless(c: Builder, mayUse: I32, fast: Int, slow: () => Int): Int {
  const result = c.variable(fast.type, fast);
  c.if(c.eqz(mayUse), () => c.setVariable(result, slow()));
  return c.getVariable(result);
}

/** The same for vectors; `slow` gives one lane. */
export function unlessLanes(
  c: Builder,
  F: Format,
  count: number,
  mayUse: I32,
  fast: V128,
  slow: (index: number) => Int,
): V128 {
  const result = c.variable('v128', fast);
  c.if(c.eqz(mayUse), () => c.setVariable(result, fromLanes(c, F, count, slow)));
  return c.getVariable(result);
}

/** Which results are unsuspicious. */
export type Range = 'finite' | 'normal';

/**
 * `finite`: neither infinity nor NaN. `normal`: that, not zero or subnormal, and not of the least exponent either, to
 * whose least number a result that counts as tiny may have been rounded.
 */
export function inRange(c: Builder, F: Format, range: Range, x: Int): I32 {
  const exponent = c.and(c.to32(c.shrU<Int>(x, F.fractionBits)), F.exponentMax);
  if (range === 'finite') return c.ltU(exponent, F.exponentMax);
  return c.ltU(c.sub(exponent, 2), F.exponentMax - 2);
}

/** Whether all lanes are in range. */
export function lanesInRange(c: Builder, F: Format, range: Range, x: V128): I32 {
  const shape = integerShape(F);
  const size = c.op('v128.and', x, constantLanes(c, F, F.magnitude));
  const finite = c.op(`${shape}.lt_s`, size, constantLanes(c, F, F.infinity));
  if (range === 'finite') return c.op(`${shape}.all_true`, finite);
  const normal = c.op(`${shape}.gt_s`, size, constantLanes(c, F, F.leastNormal));
  return c.op(`${shape}.all_true`, c.op('v128.and', finite, normal));
}

/** Whether no lane of any vector is a NaN. */
export function noNaNs(c: Builder, F: Format, ...vectors: readonly V128[]): I32 {
  const ordered = vectors.map((x) => c.op(`${floatShape(F)}.eq`, x, x));
  const all = ordered.reduce((both, one) => c.op('v128.and', both, one));
  return c.op(`${integerShape(F)}.all_true`, all);
}

/** An operation on numbers and on vectors of them. `count` lanes are computed. */
export interface Operation {
  scalar(c: Builder, F: Format, ...args: readonly Int[]): Int;
  lanes(c: Builder, F: Format, count: number, ...args: readonly V128[]): V128;
}

export type Routine = (c: Builder, F: Format, ...args: never[]) => Int;

function call(routine: Routine, c: Builder, F: Format, args: readonly Int[]): Int {
  return routine(c, F, ...(args as never[]));
}

/** An operation that only the routine does. */
export function software(routine: Routine): Operation {
  return {
    scalar: (c, F, ...args) => call(routine, c, F, args),
    lanes: (c, F, count, ...args) =>
      fromLanes(c, F, count, (i) =>
        call(
          routine,
          c,
          F,
          args.map((a) => lane(c, F, a, i)),
        ),
      ),
  };
}

/** An operation that WebAssembly's `name` does, wherever `mayUse` holds for its result. */
export function accelerated(
  name: FloatArithmetic,
  routine: Routine,
  mayUse: {
    scalar: (c: Builder, F: Format, result: Int) => I32;
    lanes: (c: Builder, F: Format, result: V128) => I32;
  },
): Operation {
  const slow = software(routine);
  return {
    scalar: (c, F, ...args) => {
      const fast = c.op(native(F, name), ...args) as Int;
      return unless(c, mayUse.scalar(c, F, fast), fast, () => slow.scalar(c, F, ...args));
    },
    lanes: (c, F, count, ...args) => {
      const fast = c.op(`${floatShape(F)}.${name}`, ...args);
      return unlessLanes(c, F, count, mayUse.lanes(c, F, fast), fast, (i) =>
        slow.scalar(c, F, ...args.map((a) => lane(c, F, a, i))),
      );
    },
  };
}

/** An operation that is never inexact, whatever the rounding mode: only NaNs and flushing need care. */
export function exact(
  name: 'min' | 'max' | 'floor' | 'ceil' | 'trunc' | 'nearest',
  routine: Routine,
): Operation {
  return accelerated(name, routine, {
    scalar: (c, F, result) => c.and(keepsSubnormals(c), c.op(native(F, 'eq'), result, result)),
    lanes: (c, F, result) => c.and(keepsSubnormals(c), noNaNs(c, F, result)),
  });
}

/** An operation followed by another that raises nothing: FPNeg(), FPAbs(). */
export function followed(
  first: Operation,
  scalar: (c: Builder, F: Format, x: Int) => Int,
  lanes: (c: Builder, F: Format, x: V128) => V128,
): Operation {
  return {
    scalar: (c, F, ...args) => scalar(c, F, first.scalar(c, F, ...args)),
    lanes: (c, F, count, ...args) => lanes(c, F, first.lanes(c, F, count, ...args)),
  };
}
