/**
 * Results of twice the operands' width. Arm ARM C4.1: "Advanced SIMD [scalar] three different", SHLL of "two-register
 * miscellaneous", SSHLL and USHLL of "shift by immediate", "x indexed element".
 *
 * `lanes` are those of the operands, of which Q selects the lower or upper half.
 */
import type { V128 } from '../../ir/builder.js';
import type { Numbers, Options } from '../registry.js';
import { semantics } from '../registry.js';
import { lowBits, VectorInstruction } from './forms.js';
import { Lanes, type LaneWidth } from './lanes.js';
import { indexedElement } from './multiply.js';
import { saturatingAdd, saturatingSub } from './saturation.js';
import { elementSize, leftAmount, sizeOfVariant } from './shift-immediate.js';

const half = ({ s }: VectorInstruction): 'low' | 'high' => (s.Q === 1 ? 'high' : 'low');

function wideningRow(
  name: string,
  wideResult: (v: VectorInstruction) => V128,
  options: Options = {},
  sizeOf: (s: Numbers) => number = ({ size }) => 8 << size,
): void {
  const scalar = name.endsWith(', scalar');
  semantics(
    name,
    (c, f, s) => {
      c.requireFP();
      const lanes = new Lanes(c, sizeOf(s) as LaneWidth);
      const v = new VectorInstruction(c, f, s, lanes, scalar ? lanes.width : 128);
      c.writeV(f.Rd, 16, lowBits(c, scalar ? 2 * lanes.width : 128, wideResult(v)));
    },
    options,
  );
}

for (const [prefix, signed] of [
  ['S', true],
  ['U', false],
] as const) {
  const extended = (v: VectorInstruction, a: V128): V128 => v.lanes.extend(signed, half(v), a);
  const difference = (v: VectorInstruction): V128 =>
    v.lanes.wide.abs(v.lanes.wide.sub(extended(v, v.n), extended(v, v.m)));

  wideningRow(`${prefix}ADDL`, (v) => v.lanes.wide.add(extended(v, v.n), extended(v, v.m)));
  wideningRow(`${prefix}SUBL`, (v) => v.lanes.wide.sub(extended(v, v.n), extended(v, v.m)));
  wideningRow(`${prefix}ADDW`, (v) => v.lanes.wide.add(v.n, extended(v, v.m)));
  wideningRow(`${prefix}SUBW`, (v) => v.lanes.wide.sub(v.n, extended(v, v.m)));
  wideningRow(`${prefix}ABDL`, difference);
  wideningRow(`${prefix}ABAL`, (v) => v.lanes.wide.add(v.d, difference(v)));
  wideningRow(
    `${prefix}SHLL`,
    (v) => v.lanes.wide.shl(extended(v, v.n), leftAmount(v)),
    elementSize,
    sizeOfVariant,
  );

  for (const [title, right] of [
    ['(vector)', (v: VectorInstruction) => v.m],
    ['(by element)', indexedElement],
  ] as const) {
    const product = (v: VectorInstruction): V128 => v.lanes.extendedMul(signed, half(v), v.n, right(v));
    wideningRow(`${prefix}MULL ${title}`, product);
    wideningRow(`${prefix}MLAL ${title}`, (v) => v.lanes.wide.add(v.d, product(v)));
    wideningRow(`${prefix}MLSL ${title}`, (v) => v.lanes.wide.sub(v.d, product(v)));
  }
}

wideningRow('SHLL', (v) => v.lanes.wide.shl(v.lanes.extend(false, half(v), v.n), v.lanes.width));

// SQDMULL, SQDMLAL, SQDMLSL: the product is doubled and the sum taken with saturation.
for (const form of ['vector', 'scalar']) {
  for (const [title, right] of [
    ['(vector)', (v: VectorInstruction) => v.m],
    ['(by element)', indexedElement],
  ] as const) {
    const doubled = (v: VectorInstruction): V128 => {
      const product = v.lanes.extendedMul(true, half(v), v.valid(v.n), right(v));
      return saturatingAdd(v.lanes.wide, true, product, product);
    };
    const accumulator = (v: VectorInstruction): V128 =>
      form === 'scalar' ? lowBits(v.c, 2 * v.lanes.width, v.d) : v.d;
    wideningRow(`SQDMULL ${title}, ${form}`, doubled);
    wideningRow(`SQDMLAL ${title}, ${form}`, (v) =>
      saturatingAdd(v.lanes.wide, true, accumulator(v), doubled(v)),
    );
    wideningRow(`SQDMLSL ${title}, ${form}`, (v) =>
      saturatingSub(v.lanes.wide, true, accumulator(v), doubled(v)),
    );
  }
}
