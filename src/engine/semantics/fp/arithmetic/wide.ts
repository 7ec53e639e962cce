/** 128-bit significands as a high and a low half. */
import type { Builder, I32, I64 } from '../../../ir/builder.js';

/** An unsigned number of 128 bits. */
export interface Wide {
  readonly high: I64;
  readonly low: I64;
}

/** The whole product of two unsigned numbers. */
export function multiplyWide(c: Builder, a: I64, b: I64): Wide {
  const mask = 0xffff_ffffn;
  const [a1, a0, b1, b0] = [c.shrU(a, 32), c.and(a, mask), c.shrU(b, 32), c.and(b, mask)];
  const low = c.mul(a0, b0);
  const middle1 = c.add(c.mul(a1, b0), c.shrU(low, 32));
  const middle2 = c.add(c.mul(a0, b1), c.and(middle1, mask));
  const high = c.add(c.add(c.mul(a1, b1), c.shrU(middle1, 32)), c.shrU(middle2, 32));
  return { high, low: c.or(c.shl(middle2, 32), c.and(low, mask)) };
}

/** Shifts left by 0 to 63. */
export function shiftLeftWide(c: Builder, x: Wide, count: I64): Wide {
  const carried = c.shrU(c.shrU(x.low, 1), c.sub(c.i64(63), count));
  return { high: c.or(c.shl(x.high, count), carried), low: c.shl(x.low, count) };
}

/** Shifts right by `count` (unsigned, any) and keeps in bit 0 whether ones were shifted out. */
export function shiftRightJammingWide(c: Builder, x: Wide, count: I32): Wide {
  const high = c.variable('i64', x.high);
  const low = c.variable('i64', x.low);
  c.if(c.geU(count, 64), () => {
    c.setVariable(low, c.or(x.high, c.extendU(c.ne(x.low, 0))));
    c.setVariable(high, c.i64(0));
  });
  const rest = c.select(c.geU(count, 64), c.sub(count, 64), count);
  const n = c.extendU(c.select(c.gtU(rest, 63), c.i32(63), rest));
  const [h, l] = [c.getVariable(high), c.getVariable(low)];
  const lost = c.ne(c.and(l, c.sub(c.shl(c.i64(1), n), 1)), 0);
  const carried = c.shl(c.shl(h, 1), c.sub(c.i64(63), n));
  return { high: c.shrU(h, n), low: c.or(c.or(c.shrU(l, n), carried), c.extendU(lost)) };
}

export function addWide(c: Builder, a: Wide, b: Wide): Wide {
  const low = c.add(a.low, b.low);
  return { high: c.add(c.add(a.high, b.high), c.extendU(c.ltU(low, a.low))), low };
}

export function subtractWide(c: Builder, a: Wide, b: Wide): Wide {
  const borrow = c.extendU(c.ltU(a.low, b.low));
  return { high: c.sub(c.sub(a.high, b.high), borrow), low: c.sub(a.low, b.low) };
}

/** 1 if a is less than b. */
export function lessWide(c: Builder, a: Wide, b: Wide): I32 {
  const lowLess = c.and(c.eq(a.high, b.high), c.ltU(a.low, b.low));
  return c.or(c.ltU(a.high, b.high), lowLess);
}

export function selectWide(c: Builder, condition: I32, a: Wide, b: Wide): Wide {
  return { high: c.select(condition, a.high, b.high), low: c.select(condition, a.low, b.low) };
}

/** The high half, with bit 0 set if the low half is not zero. */
export function jammed(c: Builder, x: Wide): I64 {
  return c.or(x.high, c.extendU(c.ne(x.low, 0)));
}
