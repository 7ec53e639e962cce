/** Integer and logical operations on three registers. Arm ARM C4.1, "Advanced SIMD [scalar] three same". */
import type { V128 } from '../../ir/builder.js';
import { vectorAndScalarRows, vectorRow } from './forms.js';
import type { Lanes } from './lanes.js';
import { saturatingAdd, saturatingSub } from './saturation.js';

type Binary = (lanes: Lanes, a: V128, b: V128) => V128;

// Rows that exist for vectors and for one doubleword.
const elementwise: Readonly<Record<string, Binary>> = {
  'ADD (vector)': (lanes, a, b) => lanes.add(a, b),
  'SUB (vector)': (lanes, a, b) => lanes.sub(a, b),
  'CMEQ (register)': (lanes, a, b) => lanes.eq(a, b),
  'CMGT (register)': (lanes, a, b) => lanes.gtS(a, b),
  'CMGE (register)': (lanes, a, b) => lanes.geS(a, b),
  'CMHI (register)': (lanes, a, b) => lanes.gtU(a, b),
  'CMHS (register)': (lanes, a, b) => lanes.geU(a, b),
  CMTST: (lanes, a, b) => lanes.ne(lanes.and(a, b), lanes.constant(0)),
};
for (const [name, act] of Object.entries(elementwise)) {
  vectorAndScalarRows(name, ({ lanes, n, m }) => act(lanes, n, m));
}

for (const [prefix, signed] of [
  ['S', true],
  ['U', false],
] as const) {
  vectorAndScalarRows(`${prefix}QADD`, (v) => saturatingAdd(v.lanes, signed, v.valid(v.n), v.valid(v.m)));
  vectorAndScalarRows(`${prefix}QSUB`, (v) => saturatingSub(v.lanes, signed, v.valid(v.n), v.valid(v.m)));

  // Half of a sum or difference, from what both operands have in common and half of what they have not.
  vectorRow(`${prefix}HADD`, ({ lanes, n, m }) => {
    return lanes.add(lanes.and(n, m), lanes.shr(signed, lanes.xor(n, m), 1));
  });
  vectorRow(`${prefix}RHADD`, ({ lanes, n, m }) => {
    return lanes.sub(lanes.or(n, m), lanes.shr(signed, lanes.xor(n, m), 1));
  });
  vectorRow(`${prefix}HSUB`, ({ lanes, n, m }) => {
    return lanes.sub(lanes.shr(signed, lanes.xor(n, m), 1), lanes.andNot(m, n));
  });

  const difference: Binary = (lanes, a, b) => lanes.sub(lanes.max(signed, a, b), lanes.min(signed, a, b));
  vectorRow(`${prefix}MAX`, ({ lanes, n, m }) => lanes.max(signed, n, m));
  vectorRow(`${prefix}MIN`, ({ lanes, n, m }) => lanes.min(signed, n, m));
  vectorRow(`${prefix}ABD`, ({ lanes, n, m }) => difference(lanes, n, m));
  vectorRow(`${prefix}ABA`, ({ lanes, n, m, d }) => lanes.add(d, difference(lanes, n, m)));
}

vectorRow('MUL (vector)', ({ lanes, n, m }) => lanes.mul(n, m));
vectorRow('MLA (vector)', ({ lanes, n, m, d }) => lanes.add(d, lanes.mul(n, m)));
vectorRow('MLS (vector)', ({ lanes, n, m, d }) => lanes.sub(d, lanes.mul(n, m)));

vectorRow('AND (vector)', ({ lanes, n, m }) => lanes.and(n, m));
vectorRow('BIC (vector, register)', ({ lanes, n, m }) => lanes.andNot(n, m));
vectorRow('ORR (vector, register)', ({ lanes, n, m }) => lanes.or(n, m));
vectorRow('ORN (vector)', ({ lanes, n, m }) => lanes.or(n, lanes.not(m)));
vectorRow('EOR (vector)', ({ lanes, n, m }) => lanes.xor(n, m));
vectorRow('BSL', ({ lanes, n, m, d }) => lanes.select(d, n, m));
vectorRow('BIT', ({ lanes, n, m, d }) => lanes.select(m, n, d));
vectorRow('BIF', ({ lanes, n, m, d }) => lanes.select(m, d, n));
