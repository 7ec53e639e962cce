/** PMUL and PMULL: products of polynomials over {0, 1}. Arm ARM C4.1; shared pseudocode PolynomialMult(). */
import type { Builder, I64, V128 } from '../../ir/builder.js';
import { subroutine } from '../../ir/builder.js';
import { semantics } from '../registry.js';
import { reverseBitsOfBytes } from '../base/bit-operations.js';
import { vectorRow } from '../simd/forms.js';
import { Lanes } from '../simd/lanes.js';

/** The sum of a times x^i for the bits i of b's bytes, in each lane; it is cut off at the lane's width. */
function byBits(lanes: Lanes, a: V128, b: V128): V128 {
  let sum = lanes.c.v128(0n);
  let shifted = a;
  for (let bit = 0; bit < 8; bit++) {
    const tested = lanes.constant(1 << bit);
    const set = lanes.eq(lanes.and(b, tested), tested);
    sum = lanes.xor(sum, lanes.and(set, shifted));
    shifted = lanes.add(shifted, shifted);
  }
  return sum;
}
vectorRow('PMUL', ({ lanes, n, m }) => byBits(lanes, n, m));

/**
 * The low 64 bits of the product of two polynomials of degree 63. Integer multiplication adds with carries: of
 * operands that have every fourth bit only, they stay in the three bits between.
 */
function multiplyLow(c: Builder, a: I64, b: I64): I64 {
  const everyFourth = 0x1111_1111_1111_1111n;
  const classes = (value: I64): I64[] => [0n, 1n, 2n, 3n].map((i) => c.and(value, everyFourth << i));
  const left = classes(a);
  const right = classes(b);
  const parts = [0, 1, 2, 3].map((rest) => {
    const products = [0, 1, 2, 3].map((i) => c.mul(left[i], right[(rest - i) & 3]));
    const sum = products.reduce((x, y) => c.xor(x, y));
    return c.and(sum, everyFourth << BigInt(rest));
  });
  return parts.reduce((x, y) => c.or(x, y));
}

const reversedDoublewords = [7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8];
/** Reverses the bits of each doubleword. */
function reverseBits(c: Builder, value: V128): V128 {
  const bytes = reverseBitsOfBytes(c, value);
  return c.shuffle(bytes, bytes, reversedDoublewords);
}

/** The whole product: its upper half is the lower half of the product of the reversed polynomials, reversed. */
const multiply = subroutine('PMULL', ['i64', 'i64'], 'v128', (c, a, b) => {
  const lanes = new Lanes(c, 64);
  const reversed = reverseBits(c, lanes.replace(lanes.splat(a), 1, b));
  const [reversedA, reversedB] = [0, 1].map((i) => lanes.extract(false, reversed, i) as I64);
  const upper = reverseBits(c, lanes.splat(multiplyLow(c, reversedA, reversedB)));
  // Degree 126 at most, so the reversed product is one place too high.
  return lanes.replace(lanes.shrU(upper, 1), 0, multiplyLow(c, a, b));
});

semantics('PMULL', (c, { Rd, Rn, Rm }, { Q, size }) => {
  c.requireFP();
  if (size === 3) {
    c.writeV(Rd, 16, c.call<'v128'>(multiply, c.readV(Rn, 8, Q), c.readV(Rm, 8, Q)));
    return;
  }
  const bytes = new Lanes(c, 8);
  const half = Q === 1 ? 'high' : 'low';
  const [a, b] = [Rn, Rm].map((register) => bytes.extend(false, half, c.readV(register, 16)));
  c.writeV(Rd, 16, byBits(bytes.wide, a, b));
});
