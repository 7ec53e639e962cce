/** Saturating arithmetic on lanes. Lanes that saturate set FPSR.QC: lanes that do not count must be zero. */
import type { Builder, I32, V128 } from '../../ir/builder.js';
import { FPSR } from '../../layout.js';
import type { Lanes } from './lanes.js';

const QC_BIT = 27;

/** Sets FPSR.QC if any bit of `mask` is set. */
export function setSaturated(c: Builder, mask: V128): void {
  const any = c.op('v128.any_true', mask);
  c.set(FPSR, c.or(c.get(FPSR) as I32, c.shl(any, QC_BIT)));
}

/** The limit on a's side: the maximum where a is positive, else the minimum. */
function limitOf(lanes: Lanes, a: V128): V128 {
  return lanes.xor(lanes.shrS(a, lanes.width - 1), lanes.maximum);
}

/** a + b, saturated. */
export function saturatingAdd(lanes: Lanes, signed: boolean, a: V128, b: V128): V128 {
  const sum = lanes.add(a, b);
  if (!signed) {
    const carried = lanes.gtU(a, sum);
    setSaturated(lanes.c, carried);
    return lanes.or(sum, carried);
  }
  const overflowed = lanes.shrS(lanes.and(lanes.xor(a, sum), lanes.xor(b, sum)), lanes.width - 1);
  setSaturated(lanes.c, overflowed);
  return lanes.select(overflowed, limitOf(lanes, a), sum);
}

/** a - b, saturated. */
export function saturatingSub(lanes: Lanes, signed: boolean, a: V128, b: V128): V128 {
  const difference = lanes.sub(a, b);
  if (!signed) {
    const borrowed = lanes.gtU(b, a);
    setSaturated(lanes.c, borrowed);
    return lanes.andNot(difference, borrowed);
  }
  const overflowed = lanes.shrS(lanes.and(lanes.xor(a, b), lanes.xor(a, difference)), lanes.width - 1);
  setSaturated(lanes.c, overflowed);
  return lanes.select(overflowed, limitOf(lanes, a), difference);
}

/** a << count, saturated: SQSHL, UQSHL by an immediate. */
export function saturatingShl(lanes: Lanes, signed: boolean, a: V128, count: I32): V128 {
  const shifted = lanes.shl(a, count);
  const lost = lanes.ne(lanes.shr(signed, shifted, count), a);
  setSaturated(lanes.c, lost);
  return signed ? lanes.select(lost, limitOf(lanes, a), shifted) : lanes.or(shifted, lost);
}

/** a << count of signed lanes, saturated to unsigned: SQSHLU. */
export function saturatingShlUnsigned(lanes: Lanes, a: V128, count: I32): V128 {
  const shifted = lanes.shl(a, count);
  const negative = lanes.shrS(a, lanes.width - 1);
  const lost = lanes.or(negative, lanes.ne(lanes.shrU(shifted, count), a));
  setSaturated(lanes.c, lost);
  return lanes.andNot(lanes.or(shifted, lost), negative);
}

/** How a lane is narrowed to half its width. */
export type Narrowing = 'truncate' | 'signed' | 'unsigned' | 'signed to unsigned';

/** Lanes clamped to what fits in their lower half; only the lower half of the result counts. */
export function clampToHalf(wide: Lanes, narrowing: Narrowing, a: V128): V128 {
  const half = wide.width / 2;
  if (narrowing === 'truncate') return a;
  if (narrowing === 'signed') {
    const lost = wide.ne(wide.shrS(wide.shl(a, half), half), a);
    setSaturated(wide.c, lost);
    const limit = wide.xor(wide.shrS(a, wide.width - 1), wide.constant((1n << BigInt(half - 1)) - 1n));
    return wide.select(lost, limit, a);
  }
  const upper = wide.shrU(a, half);
  setSaturated(wide.c, upper);
  const clamped = wide.or(a, wide.ne(upper, wide.constant(0)));
  return narrowing === 'unsigned' ? clamped : wide.andNot(clamped, wide.shrS(a, wide.width - 1));
}

/** -a or |a| where the minimum becomes the maximum: SQNEG, SQABS. */
export function saturatingNegate(lanes: Lanes, a: V128, negated: V128): V128 {
  const overflowed = lanes.eq(a, lanes.minimum);
  setSaturated(lanes.c, overflowed);
  return lanes.xor(negated, overflowed);
}
