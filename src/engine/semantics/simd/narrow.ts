/**
 * Results of half the operands' width. Arm ARM C4.1: XTN and relatives of "two-register miscellaneous", SHRN and
 * relatives of "shift by immediate", ADDHN and relatives of "three different".
 *
 * `lanes` are those of the result. It goes to the lower half of Rd, or with Q = 1 to the upper half.
 */
import type { Builder, V128 } from '../../ir/builder.js';
import type { Numbers, Operands, Options } from '../registry.js';
import { semantics } from '../registry.js';
import { lowBits, VectorInstruction } from './forms.js';
import { Lanes, type LaneWidth } from './lanes.js';
import { clampToHalf, type Narrowing } from './saturation.js';
import { elementSize, shiftRight, sizeOfVariant } from './shift-immediate.js';

/** Writes one half of each wide lane: part 0 is the lower, 1 the upper. */
function writeHalves(v: VectorInstruction, value: V128, part: 0 | 1): void {
  const { c, f, s, lanes } = v;
  const numbers = Array.from({ length: lanes.count / 2 }, (_, i) => 2 * i + part);
  const half = lanes.count / 2;
  if (s.Q === 1) {
    const kept = Array.from({ length: half }, (_, i) => i);
    c.writeV(f.Rd, 16, lanes.choose(v.d, value, [...kept, ...numbers.map((n) => lanes.count + n)]));
  } else {
    const zeros = Array<number>(half).fill(lanes.count);
    c.writeV(f.Rd, 16, lanes.choose(value, c.v128(0n), [...numbers, ...zeros]));
  }
}

/** A row whose wide result, from the wide operand, is narrowed. */
function narrowingRow(
  name: string,
  narrowing: Narrowing,
  wideResult: (v: VectorInstruction, operand: V128) => V128,
  options: Options = {},
  sizeOf: (s: Numbers) => number = ({ size }) => 8 << size,
): void {
  const scalar = name.endsWith(', scalar');
  semantics(
    name,
    (c: Builder, f: Operands, s: Numbers) => {
      c.requireFP();
      const lanes = new Lanes(c, sizeOf(s) as LaneWidth);
      const bits = scalar ? lanes.width : s.Q === 1 ? 128 : 64;
      const v = new VectorInstruction(c, f, s, lanes, bits);
      const operand = scalar ? lowBits(c, 2 * lanes.width, v.n) : v.n;
      const narrowed = clampToHalf(lanes.wide, narrowing, wideResult(v, operand));
      if (scalar) c.writeV(f.Rd, 16, lowBits(c, lanes.width, narrowed));
      else writeHalves(v, narrowed, 0);
    },
    options,
  );
}

const unchanged = (_: VectorInstruction, operand: V128): V128 => operand;
narrowingRow('XTN', 'truncate', unchanged);
for (const form of ['vector', 'scalar']) {
  narrowingRow(`SQXTN, ${form}`, 'signed', unchanged);
  narrowingRow(`UQXTN, ${form}`, 'unsigned', unchanged);
  narrowingRow(`SQXTUN, ${form}`, 'signed to unsigned', unchanged);
}

for (const rounding of [false, true]) {
  const R = rounding ? 'R' : '';
  const shift = (name: string, narrowing: Narrowing, signed: boolean): void =>
    narrowingRow(
      name,
      narrowing,
      (v, operand) => shiftRight(v, { signed, rounding, from: v.lanes.wide }, operand),
      elementSize,
      sizeOfVariant,
    );
  shift(`${R}SHRN`, 'truncate', false);
  for (const form of ['vector', 'scalar']) {
    shift(`SQ${R}SHRN, ${form}`, 'signed', true);
    shift(`UQ${R}SHRN, ${form}`, 'unsigned', false);
    shift(`SQ${R}SHRUN, ${form}`, 'signed to unsigned', true);
  }
}

for (const [name, subtracts, rounding] of [
  ['ADDHN', false, false],
  ['RADDHN', false, true],
  ['SUBHN', true, false],
  ['RSUBHN', true, true],
] as const) {
  semantics(name, (c, f, s) => {
    c.requireFP();
    const lanes = new Lanes(c, (8 << s.size) as LaneWidth);
    const { wide } = lanes;
    const v = new VectorInstruction(c, f, s, lanes, s.Q === 1 ? 128 : 64);
    const sum = subtracts ? wide.sub(v.n, v.m) : wide.add(v.n, v.m);
    const rounded = rounding ? wide.add(sum, wide.constant(1n << BigInt(lanes.width - 1))) : sum;
    writeHalves(v, rounded, 1);
  });
}
