/** Comparisons that give masks. Arm ARM C4.1, "Advanced SIMD [scalar] three same", "two-register miscellaneous". */
import type { Builder, I32, Int, V128 } from '../../ir/builder.js';
import { semantics } from '../registry.js';
import { fpCompareEQ, fpCompareGE, fpCompareGT } from './arithmetic/compare.js';
import { bits, magnitude, type Format } from './arithmetic/format.js';
import { keepsSubnormals, noNaNs, unless, unlessLanes } from './fast.js';
import { absoluteLanes } from './operations.js';
import {
  floatShape,
  lane,
  laneCount,
  native,
  readFP,
  readVector,
  vectorFormat,
  writeFP,
  writeVector,
} from './registers.js';

/** A comparison: WebAssembly's name of it and the manual's function. */
interface Comparison {
  readonly name: 'eq' | 'ge' | 'gt';
  readonly routine: (c: Builder, F: Format, a: Int, b: Int) => I32;
}
const EQ: Comparison = { name: 'eq', routine: fpCompareEQ };
const GE: Comparison = { name: 'ge', routine: fpCompareGE };
const GT: Comparison = { name: 'gt', routine: fpCompareGT };

/** All ones for 1, zero for 0. */
function mask(c: Builder, F: Format, holds: I32): Int {
  return c.neg<Int>(F.type === 'i64' ? c.extendU(holds) : holds);
}

function isOrdered(c: Builder, F: Format, a: Int, b: Int): I32 {
  const test = (name: 'lt' | 'ge') => c.op(native(F, name), a, b);
  return c.or(test('lt'), test('ge'));
}

function compareScalar(c: Builder, F: Format, { name, routine }: Comparison, a: Int, b: Int): Int {
  const fast = c.op(native(F, name), a, b);
  const mayUse = c.and(isOrdered(c, F, a, b), keepsSubnormals(c));
  return mask(c, F, unless(c, mayUse, fast, () => routine(c, F, a, b)) as I32);
}

function compareLanes(
  c: Builder,
  F: Format,
  count: number,
  { name, routine }: Comparison,
  a: V128,
  b: V128,
): V128 {
  const fast = c.op(`${floatShape(F)}.${name}`, a, b);
  const mayUse = c.and(noNaNs(c, F, a, b), keepsSubnormals(c));
  return unlessLanes(c, F, count, mayUse, fast, (i) =>
    mask(c, F, routine(c, F, lane(c, F, a, i), lane(c, F, b, i))),
  );
}

for (const [name, comparison, ofMagnitudes] of [
  ['FCMEQ (register)', EQ, false],
  ['FCMGE (register)', GE, false],
  ['FCMGT (register)', GT, false],
  ['FACGE', GE, true],
  ['FACGT', GT, true],
] as const) {
  semantics(`${name}, scalar`, (c, { Rd, Rn, Rm }, { sz }) => {
    c.requireFP();
    const F = vectorFormat(sz);
    const [n, m] = [readFP(c, F, Rn), readFP(c, F, Rm)].map((x) => (ofMagnitudes ? magnitude(c, F, x) : x));
    writeFP(c, F, Rd, compareScalar(c, F, comparison, n, m));
  });

  semantics(`${name}, vector`, (c, { Rd, Rn, Rm }, { Q, sz }) => {
    c.requireFP();
    const F = vectorFormat(sz);
    const [n, m] = [readVector(c, Rn, Q), readVector(c, Rm, Q)].map((x) =>
      ofMagnitudes ? absoluteLanes(c, F, x) : x,
    );
    writeVector(c, Rd, Q, compareLanes(c, F, laneCount(F, Q), comparison, n, m));
  });
}

// "Less" comparisons with zero are "greater" ones of zero.
for (const [name, comparison, swapped] of [
  ['FCMEQ (zero)', EQ, false],
  ['FCMGE (zero)', GE, false],
  ['FCMGT (zero)', GT, false],
  ['FCMLE (zero)', GE, true],
  ['FCMLT (zero)', GT, true],
] as const) {
  semantics(`${name}, scalar`, (c, { Rd, Rn }, { sz }) => {
    c.requireFP();
    const F = vectorFormat(sz);
    const [n, zero] = [readFP(c, F, Rn), bits(c, F, 0n)];
    writeFP(c, F, Rd, compareScalar(c, F, comparison, swapped ? zero : n, swapped ? n : zero));
  });

  semantics(`${name}, vector`, (c, { Rd, Rn }, { Q, sz }) => {
    c.requireFP();
    const F = vectorFormat(sz);
    const [n, zero] = [readVector(c, Rn, Q), c.v128(0n)];
    const [a, b] = swapped ? [zero, n] : [n, zero];
    writeVector(c, Rd, Q, compareLanes(c, F, laneCount(F, Q), comparison, a, b));
  });
}
