/**
 * Vector arithmetic, and the scalar forms that only Advanced SIMD has. Arm ARM C4.1, "Advanced SIMD three same",
 * "two-register miscellaneous", "scalar pairwise", "across lanes".
 */
import type { Builder, Int, V128 } from '../../ir/builder.js';
import { semantics } from '../registry.js';
import { unsignedRecipEstimate, unsignedRSqrtEstimate } from './arithmetic/estimate.js';
import { single, type Format } from './arithmetic/format.js';
import type { Operation } from './fast.js';
import { multiplyAdd } from './fused-fast.js';
import { binary, negatedLanes, unary } from './operations.js';
import {
  fromLanes,
  lane,
  laneCount,
  readFP,
  readVector,
  vectorFormat,
  writeFP,
  writeVector,
} from './registers.js';

function threeSame(name: string, operation: Operation): void {
  semantics(name, (c, { Rd, Rn, Rm }, { Q, sz }) => {
    c.requireFP();
    const F = vectorFormat(sz);
    const [n, m] = [readVector(c, Rn, Q), readVector(c, Rm, Q)];
    writeVector(c, Rd, Q, operation.lanes(c, F, laneCount(F, Q), n, m));
  });
}

const both = ['FADD', 'FSUB', 'FMUL', 'FDIV', 'FMAX', 'FMIN', 'FMAXNM', 'FMINNM'] as const;
for (const name of both) threeSame(`${name} (vector)`, binary[name]);

for (const name of ['FABD', 'FMULX', 'FRECPS', 'FRSQRTS'] as const) {
  threeSame(`${name}, vector`, binary[name]);
  semantics(`${name}, scalar`, (c, { Rd, Rn, Rm }, { sz }) => {
    c.requireFP();
    const F = vectorFormat(sz);
    writeFP(c, F, Rd, binary[name].scalar(c, F, readFP(c, F, Rn), readFP(c, F, Rm)));
  });
}

for (const [name, negates] of [
  ['FMLA', false],
  ['FMLS', true],
] as const) {
  semantics(`${name} (vector)`, (c, { Rd, Rn, Rm }, { Q, sz }) => {
    c.requireFP();
    const F = vectorFormat(sz);
    const [d, n, m] = [readVector(c, Rd, Q), readVector(c, Rn, Q), readVector(c, Rm, Q)];
    const factor = negates ? negatedLanes(c, F, n) : n;
    writeVector(c, Rd, Q, multiplyAdd.lanes(c, F, laneCount(F, Q), d, factor, m));
  });
}

const vectorUnary = [
  ...(['FABS', 'FNEG', 'FSQRT', 'FRINTN', 'FRINTP', 'FRINTM', 'FRINTZ'] as const),
  ...(['FRINTA', 'FRINTX', 'FRINTI'] as const),
];
function twoRegister(name: string, operation: Operation): void {
  semantics(name, (c, { Rd, Rn }, { Q, sz }) => {
    c.requireFP();
    const F = vectorFormat(sz);
    writeVector(c, Rd, Q, operation.lanes(c, F, laneCount(F, Q), readVector(c, Rn, Q)));
  });
}
for (const name of vectorUnary) twoRegister(`${name} (vector)`, unary[name]);
for (const name of ['FRECPE', 'FRSQRTE'] as const) twoRegister(`${name}, vector`, unary[name]);

for (const [name, operation] of [
  ['FRECPE, scalar', unary.FRECPE],
  ['FRSQRTE, scalar', unary.FRSQRTE],
  ['FRECPX', unary.FRECPX],
] as const) {
  semantics(name, (c, { Rd, Rn }, { sz }) => {
    c.requireFP();
    const F = vectorFormat(sz);
    writeFP(c, F, Rd, operation.scalar(c, F, readFP(c, F, Rn)));
  });
}

for (const [name, estimate] of [
  ['URECPE', unsignedRecipEstimate],
  ['URSQRTE', unsignedRSqrtEstimate],
] as const) {
  semantics(name, (c, { Rd, Rn }, { Q }) => {
    c.requireFP();
    const n = readVector(c, Rn, Q);
    const element = (i: number): Int => estimate(c, single, c.to32(lane(c, single, n, i)));
    writeVector(c, Rd, Q, fromLanes(c, single, laneCount(single, Q), element));
  });
}

/** Lanes with even numbers, or odd ones, of two vectors in a row. With Q = 0 only their lower halves count. */
function everyOther(c: Builder, F: Format, Q: number, n: V128, m: V128, odd: 0 | 1): V128 {
  const count = laneCount(F, Q);
  const source = (i: number): number => {
    const element = 2 * (i % count) + odd;
    return element < count ? element * F.bytes : 16 + (element - count) * F.bytes;
  };
  return c.shuffle(
    n,
    m,
    Array.from({ length: 16 }, (_, byte) => source(Math.floor(byte / F.bytes)) + (byte % F.bytes)),
  );
}

for (const [name, operation] of [
  ['FADDP', binary.FADD],
  ['FMAXP', binary.FMAX],
  ['FMINP', binary.FMIN],
  ['FMAXNMP', binary.FMAXNM],
  ['FMINNMP', binary.FMINNM],
] as const) {
  semantics(`${name} (vector)`, (c, { Rd, Rn, Rm }, { Q, sz }) => {
    c.requireFP();
    const F = vectorFormat(sz);
    const [n, m] = [readVector(c, Rn, Q), readVector(c, Rm, Q)];
    const [even, odd] = [everyOther(c, F, Q, n, m, 0), everyOther(c, F, Q, n, m, 1)];
    writeVector(c, Rd, Q, operation.lanes(c, F, laneCount(F, Q), even, odd));
  });

  semantics(`${name} (scalar)`, (c, { Rd, Rn }, { sz }) => {
    c.requireFP();
    const F = vectorFormat(sz);
    writeFP(c, F, Rd, operation.scalar(c, F, readFP(c, F, Rn, 0), readFP(c, F, Rn, 1)));
  });
}

for (const [name, operation] of [
  ['FMAXV', binary.FMAX],
  ['FMINV', binary.FMIN],
  ['FMAXNMV', binary.FMAXNM],
  ['FMINNMV', binary.FMINNM],
] as const) {
  // Reduce(): the lower half of the vector, the upper half, then both results.
  semantics(name, (c, { Rd, Rn }) => {
    c.requireFP();
    const [e0, e1, e2, e3] = [0, 1, 2, 3].map((i) => readFP(c, single, Rn, i));
    const low = operation.scalar(c, single, e0, e1);
    const high = operation.scalar(c, single, e2, e3);
    writeFP(c, single, Rd, operation.scalar(c, single, low, high));
  });
}
