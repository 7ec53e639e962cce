/** Integer operations on one register. Arm ARM C4.1, "Advanced SIMD [scalar] two-register miscellaneous". */
import type { V128 } from '../../ir/builder.js';
import { reverseBitsOfBytes } from '../base/bit-operations.js';
import type { VectorInstruction } from './forms.js';
import { vectorAndScalarRows, vectorRow } from './forms.js';
import type { Lanes } from './lanes.js';
import { saturatingAdd, saturatingNegate } from './saturation.js';

vectorAndScalarRows('ABS', ({ lanes, n }) => lanes.abs(n));
vectorAndScalarRows('NEG (vector)', ({ lanes, n }) => lanes.neg(n));
vectorAndScalarRows('SQABS', (v) => {
  const a = v.valid(v.n);
  return saturatingNegate(v.lanes, a, v.lanes.abs(a));
});
vectorAndScalarRows('SQNEG', (v) => {
  const a = v.valid(v.n);
  return saturatingNegate(v.lanes, a, v.lanes.neg(a));
});

// A signed number with its sign bit inverted is an unsigned one, 2^(width - 1) larger; and the other way round.
vectorAndScalarRows('SUQADD', (v) => {
  const { lanes } = v;
  const biased = lanes.xor(v.valid(v.d), lanes.minimum);
  return lanes.xor(saturatingAdd(lanes, false, biased, v.valid(v.n)), lanes.minimum);
});
vectorAndScalarRows('USQADD', (v) => {
  const { lanes } = v;
  const biased = lanes.xor(v.valid(v.d), lanes.minimum);
  return lanes.xor(saturatingAdd(lanes, true, biased, v.valid(v.n)), lanes.minimum);
});

const compareWithZero: Readonly<Record<string, (lanes: Lanes, a: V128, zero: V128) => V128>> = {
  CMGT: (lanes, a, zero) => lanes.gtS(a, zero),
  CMGE: (lanes, a, zero) => lanes.geS(a, zero),
  CMEQ: (lanes, a, zero) => lanes.eq(a, zero),
  CMLE: (lanes, a, zero) => lanes.leS(a, zero),
  CMLT: (lanes, a, zero) => lanes.ltS(a, zero),
};
for (const [name, compare] of Object.entries(compareWithZero)) {
  vectorAndScalarRows(`${name} (zero)`, ({ lanes, n }) => compare(lanes, n, lanes.constant(0)));
}

/** Reverses the elements in each group of `bits` bits. */
function reverse({ lanes, n }: VectorInstruction, bits: number): V128 {
  const mask = bits / lanes.width - 1;
  return lanes.choose(
    n,
    n,
    Array.from({ length: lanes.count }, (_, i) => i ^ mask),
  );
}
vectorRow('REV64', (v) => reverse(v, 64));
vectorRow('REV32 (vector)', (v) => reverse(v, 32));
vectorRow('REV16 (vector)', (v) => reverse(v, 16));

vectorRow('NOT', ({ lanes, n }) => lanes.not(n));
vectorRow('RBIT (vector)', ({ c, n }) => reverseBitsOfBytes(c, n));
vectorRow('CNT', ({ c, n }) => c.op('i8x16.popcnt', n));

function leadingZeros({ c, lanes, count }: VectorInstruction, a: V128): V128 {
  return lanes.map(count, false, [a], (value) => c.sub(c.clz(c.to32(value)), 32 - lanes.width));
}
vectorRow('CLZ (vector)', (v) => leadingZeros(v, v.n));
vectorRow('CLS (vector)', (v) => {
  // Each bit against its left neighbour; the sign bit has none and gives 0.
  const changes = v.lanes.xor(v.n, v.lanes.shrS(v.n, 1));
  return v.lanes.sub(leadingZeros(v, changes), v.lanes.constant(1));
});
