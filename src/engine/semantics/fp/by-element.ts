/** FMUL, FMULX, FMLA, FMLS by element. Arm ARM C4.1, "Advanced SIMD [scalar] x indexed element". */
import type { Builder, Int } from '../../ir/builder.js';
import { semantics, type Numbers, type Operands } from '../registry.js';
import { negated, type Format } from './arithmetic/format.js';
import { multiplyAdd } from './fused-fast.js';
import { binary, negatedLanes } from './operations.js';
import { laneCount, readFP, readVector, splat, vectorFormat, writeFP, writeVector } from './registers.js';

/** The element of register M:Rm that H:L (single precision) or H selects. */
function element(c: Builder, F: Format, { Rm }: Operands, { L, M, H }: Numbers): Int {
  return readFP(c, F, Rm, F.bits === 64 ? H : 2 * H + L, 16 * M);
}

for (const name of ['FMUL', 'FMULX'] as const) {
  semantics(`${name} (by element), scalar`, (c, f, s) => {
    c.requireFP();
    const F = vectorFormat(s.sz);
    const product = binary[name].scalar(c, F, readFP(c, F, f.Rn), element(c, F, f, s));
    writeFP(c, F, f.Rd, product);
  });

  semantics(`${name} (by element), vector`, (c, f, s) => {
    c.requireFP();
    const F = vectorFormat(s.sz);
    const factor = splat(c, F, element(c, F, f, s));
    const product = binary[name].lanes(c, F, laneCount(F, s.Q), readVector(c, f.Rn, s.Q), factor);
    writeVector(c, f.Rd, s.Q, product);
  });
}

for (const [name, negates] of [
  ['FMLA', false],
  ['FMLS', true],
] as const) {
  semantics(`${name} (by element), scalar`, (c, f, s) => {
    c.requireFP();
    const F = vectorFormat(s.sz);
    const n = readFP(c, F, f.Rn);
    const factor = negates ? negated(c, F, n) : n;
    writeFP(c, F, f.Rd, multiplyAdd.scalar(c, F, readFP(c, F, f.Rd), factor, element(c, F, f, s)));
  });

  semantics(`${name} (by element), vector`, (c, f, s) => {
    c.requireFP();
    const F = vectorFormat(s.sz);
    const [d, n] = [readVector(c, f.Rd, s.Q), readVector(c, f.Rn, s.Q)];
    const m = splat(c, F, element(c, F, f, s));
    const factor = negates ? negatedLanes(c, F, n) : n;
    writeVector(c, f.Rd, s.Q, multiplyAdd.lanes(c, F, laneCount(F, s.Q), d, factor, m));
  });
}
