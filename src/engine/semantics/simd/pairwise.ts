/**
 * Operations on neighbouring elements and on all elements of a vector. Arm ARM C4.1: ADDP, SMAXP and relatives of
 * "three same", SADDLP and relatives of "two-register miscellaneous", "scalar pairwise", "across lanes".
 */
import type { V128 } from '../../ir/builder.js';
import { semantics } from '../registry.js';
import { VectorInstruction, vectorRow, writeLow } from './forms.js';
import { Lanes, type LaneWidth } from './lanes.js';

type Combine = (lanes: Lanes, a: V128, b: V128) => V128;
const add: Combine = (lanes, a, b) => lanes.add(a, b);

/** Combines neighbours of Rn, then of Rm. */
function pairs({ lanes, count, n, m }: VectorInstruction, combine: Combine): V128 {
  const numbers = (odd: number): number[] =>
    Array.from({ length: lanes.count }, (_, i) => {
      const lane = (2 * i + odd) % count;
      return 2 * i < count ? lane : lanes.count + lane;
    });
  return combine(lanes, lanes.choose(n, m, numbers(0)), lanes.choose(n, m, numbers(1)));
}
vectorRow('ADDP (vector)', (v) => pairs(v, add));

semantics('ADDP (scalar)', (c, { Rd, Rn }) => {
  c.requireFP();
  c.writeV(Rd, 8, c.add(c.readV(Rn, 8, 0), c.readV(Rn, 8, 1)));
});

/** Sums of neighbours, in lanes of twice the width. */
function longPairs(lanes: Lanes, signed: boolean, a: V128): V128 {
  const { wide, width } = lanes;
  return wide.add(wide.shr(signed, wide.shl(a, width), width), wide.shr(signed, a, width));
}

/** Combines the first `count` lanes into lane 0. */
function fold(lanes: Lanes, count: number, a: V128, combine: Combine): V128 {
  let result = a;
  for (let distance = count / 2; distance >= 1; distance /= 2) {
    const numbers = Array.from({ length: lanes.count }, (_, i) => (i + distance) % lanes.count);
    result = combine(lanes, result, lanes.choose(result, result, numbers));
  }
  return result;
}

/** A row whose result is one element of `scale` times the operands' width. */
function acrossRow(name: string, scale: 1 | 2, compute: (v: VectorInstruction) => V128): void {
  semantics(name, (c, f, s) => {
    c.requireFP();
    const lanes = new Lanes(c, (8 << s.size) as LaneWidth);
    const v = new VectorInstruction(c, f, s, lanes, s.Q === 1 ? 128 : 64);
    writeLow(c, f.Rd, scale * lanes.width, compute(v));
  });
}
acrossRow('ADDV', 1, (v) => fold(v.lanes, v.count, v.n, add));

for (const [prefix, signed] of [
  ['S', true],
  ['U', false],
] as const) {
  const max: Combine = (lanes, a, b) => lanes.max(signed, a, b);
  const min: Combine = (lanes, a, b) => lanes.min(signed, a, b);
  vectorRow(`${prefix}MAXP`, (v) => pairs(v, max));
  vectorRow(`${prefix}MINP`, (v) => pairs(v, min));
  acrossRow(`${prefix}MAXV`, 1, (v) => fold(v.lanes, v.count, v.n, max));
  acrossRow(`${prefix}MINV`, 1, (v) => fold(v.lanes, v.count, v.n, min));

  vectorRow(`${prefix}ADDLP`, (v) => longPairs(v.lanes, signed, v.n));
  vectorRow(`${prefix}ADALP`, (v) => v.lanes.wide.add(v.d, longPairs(v.lanes, signed, v.n)));
  acrossRow(`${prefix}ADDLV`, 2, (v) =>
    fold(v.lanes.wide, v.count / 2, longPairs(v.lanes, signed, v.n), add),
  );
}
