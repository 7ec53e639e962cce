/**
 * Scalar arithmetic, moves, selection. Arm ARM C4.1, "Floating-point data-processing (1, 2, 3 source)" and
 * "conditional select".
 */
import { semantics } from '../registry.js';
import { negated } from './arithmetic/format.js';
import { multiplyAdd } from './fused-fast.js';
import { binary, unary } from './operations.js';
import { formatOf, readFP, writeFP } from './registers.js';

const oneSource = [
  'FABS',
  'FNEG',
  'FSQRT',
  'FRINTN',
  'FRINTP',
  'FRINTM',
  'FRINTZ',
  'FRINTA',
  'FRINTX',
  'FRINTI',
] as const;
for (const name of oneSource) {
  semantics(`${name} (scalar)`, (c, { Rd, Rn }, { ftype }) => {
    c.requireFP();
    const F = formatOf(ftype);
    writeFP(c, F, Rd, unary[name].scalar(c, F, readFP(c, F, Rn)));
  });
}

const twoSource = ['FADD', 'FSUB', 'FMUL', 'FNMUL', 'FDIV', 'FMAX', 'FMIN', 'FMAXNM', 'FMINNM'] as const;
for (const name of twoSource) {
  semantics(`${name} (scalar)`, (c, { Rd, Rn, Rm }, { ftype }) => {
    c.requireFP();
    const F = formatOf(ftype);
    writeFP(c, F, Rd, binary[name].scalar(c, F, readFP(c, F, Rn), readFP(c, F, Rm)));
  });
}

for (const [name, negatesAddend, negatesProduct] of [
  ['FMADD', false, false],
  ['FMSUB', false, true],
  ['FNMADD', true, true],
  ['FNMSUB', true, false],
] as const) {
  semantics(name, (c, { Rd, Rn, Rm, Ra }, { ftype }) => {
    c.requireFP();
    const F = formatOf(ftype);
    const [a, n, m] = [readFP(c, F, Ra), readFP(c, F, Rn), readFP(c, F, Rm)];
    const addend = negatesAddend ? negated(c, F, a) : a;
    writeFP(c, F, Rd, multiplyAdd.scalar(c, F, addend, negatesProduct ? negated(c, F, n) : n, m));
  });
}

semantics('FMOV (register)', (c, { Rd, Rn }, { ftype }) => {
  c.requireFP();
  const F = formatOf(ftype);
  writeFP(c, F, Rd, readFP(c, F, Rn));
});

semantics('FCSEL', (c, { Rd, Rn, Rm }, { ftype, cond }) => {
  c.requireFP();
  const F = formatOf(ftype);
  const [n, m] = [readFP(c, F, Rn), readFP(c, F, Rm)];
  writeFP(c, F, Rd, c.select(c.condition(cond), n, m));
});
