/**
 * Products of the operands' width: by one element, SQDMULH and SQRDMULH. Arm ARM C4.1, "Advanced SIMD [scalar] x
 * indexed element", "three same".
 */
import type { V128 } from '../../ir/builder.js';
import type { VectorInstruction } from './forms.js';
import { vectorAndScalarRows, vectorRow } from './forms.js';
import { clampToHalf } from './saturation.js';

/** One element of Rm in all lanes. Halfwords: H:L:M is the index. Words: H:L is, and M the register's top bit. */
export function indexedElement({ c, f, s, lanes }: VectorInstruction): V128 {
  const { H, L, M } = s;
  if (lanes.width === 16) return lanes.repeat(c.readV(f.Rm, 16), (H << 2) | (L << 1) | M);
  return lanes.repeat(c.readV(f.Rm, 16, 0, M << 4), (H << 1) | L);
}

vectorRow('MUL (by element)', (v) => v.lanes.mul(v.n, indexedElement(v)));
vectorRow('MLA (by element)', (v) => v.lanes.add(v.d, v.lanes.mul(v.n, indexedElement(v))));
vectorRow('MLS (by element)', (v) => v.lanes.sub(v.d, v.lanes.mul(v.n, indexedElement(v))));

/** Upper half of the doubled product; only the product of two minima does not fit. */
function doublingMultiplyHigh(v: VectorInstruction, right: V128, rounding: boolean): V128 {
  const { lanes } = v;
  const { wide } = lanes;
  const left = v.valid(v.n);
  const [low, high] = (['low', 'high'] as const).map((half) => {
    const product = lanes.extendedMul(true, half, left, right);
    const rounded = rounding ? wide.add(product, wide.constant(1n << BigInt(lanes.width - 2))) : product;
    return clampToHalf(wide, 'signed', wide.shrS(rounded, lanes.width - 1));
  });
  return lanes.choose(
    low,
    high,
    Array.from({ length: lanes.count }, (_, i) => 2 * i),
  );
}

for (const [name, rounding] of [
  ['SQDMULH', false],
  ['SQRDMULH', true],
] as const) {
  vectorAndScalarRows(`${name} (vector)`, (v) => doublingMultiplyHigh(v, v.m, rounding));
  vectorAndScalarRows(`${name} (by element)`, (v) => doublingMultiplyHigh(v, indexedElement(v), rounding));
}
