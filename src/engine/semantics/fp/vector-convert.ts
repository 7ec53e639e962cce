/**
 * Conversions of vectors and of scalars in vector registers. Arm ARM C4.1, "Advanced SIMD [scalar] two-register
 * miscellaneous" and "shift by immediate" (fixed-point).
 */
import type { FieldValues } from '../../../isa/index.js';
import type { Builder, I32, Int, V128 } from '../../ir/builder.js';
import { semantics, type Options } from '../registry.js';
import { fpConvert } from './arithmetic/convert.js';
import { TO_ODD, roundingMode } from './arithmetic/environment.js';
import { double, half, single, type Format } from './arithmetic/format.js';
import { convert, fixedToFP, integerToFP, roundings, toFixed, toInteger } from './conversions.js';
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

/** What is done to one element. */
type Element = (c: Builder, F: Format, x: Int) => Int;

function vectors(name: string, element: Element): void {
  semantics(`${name}, vector`, (c, { Rd, Rn }, { Q, sz }) => {
    c.requireFP();
    const F = vectorFormat(sz);
    const n = readVector(c, Rn, Q);
    const result = fromLanes(c, F, laneCount(F, Q), (i) => element(c, F, lane(c, F, n, i)));
    writeVector(c, Rd, Q, result);
  });

  semantics(`${name}, scalar`, (c, { Rd, Rn }, { sz }) => {
    c.requireFP();
    const F = vectorFormat(sz);
    writeFP(c, F, Rd, element(c, F, readFP(c, F, Rn)));
  });
}

/** An element as wide as the format. */
function narrowed(c: Builder, F: Format, value: Int): Int {
  return F.bits === 64 ? value : c.to32(value);
}

for (const sign of ['S', 'U'] as const) {
  const unsigned = sign === 'U';
  for (const [mode, rounding] of Object.entries(roundings)) {
    const form = mode === 'Z' ? 'vector, integer' : 'vector';
    vectors(`FCVT${mode}${sign} (${form})`, (c, F, x) =>
      narrowed(c, F, toInteger(c, F, { bits: F.bits === 64 ? 64 : 32, unsigned }, x, rounding)),
    );
  }
  vectors(`${sign}CVTF (vector, integer)`, (c, F, x) => integerToFP(c, F, x, unsigned));
}

// Fixed point: immh:immb is twice the element's width minus the fraction bits.

const isDouble = (f: FieldValues): boolean => f.immh >= 8;
const fixedPoint: Options = { variant: { count: 2, of: (f) => (isDouble(f) ? 1 : 0) } };
const fractionBitsOf = (f: FieldValues): number => (isDouble(f) ? 128 : 64) - ((f.immh << 3) | f.immb);

function fixedPointVectors(
  name: string,
  element: (c: Builder, F: Format, x: Int, fractionBits: I32) => Int,
): void {
  semantics(
    `${name} (vector, fixed-point), vector`,
    (c, { Rd, Rn }, { Q, variant }) => {
      c.requireFP();
      const F = vectorFormat(variant);
      const n = readVector(c, Rn, Q);
      const fractionBits = c.imm32(fractionBitsOf);
      const result = fromLanes(c, F, laneCount(F, Q), (i) => element(c, F, lane(c, F, n, i), fractionBits));
      writeVector(c, Rd, Q, result);
    },
    fixedPoint,
  );

  semantics(
    `${name} (vector, fixed-point), scalar`,
    (c, { Rd, Rn }, { variant }) => {
      c.requireFP();
      const F = vectorFormat(variant);
      writeFP(c, F, Rd, element(c, F, readFP(c, F, Rn), c.imm32(fractionBitsOf)));
    },
    fixedPoint,
  );
}

for (const [sign, unsigned] of [
  ['S', false],
  ['U', true],
] as const) {
  fixedPointVectors(`FCVTZ${sign}`, (c, F, x, fractionBits) => {
    const to = { bits: F.bits === 64 ? 64 : 32, unsigned } as const;
    return narrowed(c, F, toFixed(c, F, to, x, fractionBits, roundings.Z));
  });
  fixedPointVectors(`${sign}CVTF`, (c, F, x, fractionBits) =>
    fixedToFP(c, F, x, unsigned, fractionBits, roundingMode(c)),
  );
}

// Between formats: sz selects the wider one. Q selects the half of the register with the narrower elements.

function wideAndNarrow(sz: number): { wide: Format; narrow: Format } {
  return sz === 1 ? { wide: double, narrow: single } : { wide: single, narrow: half };
}

semantics('FCVTL', (c, { Rd, Rn }, { Q, sz }) => {
  c.requireFP();
  const { wide, narrow } = wideAndNarrow(sz);
  const count = laneCount(wide, 1);
  const n = c.readV(Rn, 16);
  const result = fromLanes(c, wide, count, (i) =>
    convert(c, narrow, wide, lane(c, narrow, n, Q * count + i)),
  );
  c.writeV(Rd, 16, result);
});

function narrowing(name: string, element: (c: Builder, from: Format, to: Format, x: Int) => Int): void {
  semantics(name, (c, { Rd, Rn }, { Q, sz = 1 }) => {
    c.requireFP();
    const { wide, narrow } = wideAndNarrow(sz);
    const n: V128 = c.readV(Rn, 16);
    const result = fromLanes(c, narrow, laneCount(wide, 1), (i) =>
      element(c, wide, narrow, lane(c, wide, n, i)),
    );
    const low = c.opLane('i64x2.extract_lane', 0, result);
    if (Q === 1) c.writeElement(Rd, 8, 1, low);
    else c.writeV(Rd, 8, low);
  });
}

const toOdd = (c: Builder, from: Format, to: Format, x: Int): Int => fpConvert(c, from, to, x, c.i32(TO_ODD));

narrowing('FCVTN', convert);
narrowing('FCVTXN, vector', toOdd);

semantics('FCVTXN, scalar', (c, { Rd, Rn }) => {
  c.requireFP();
  writeFP(c, single, Rd, toOdd(c, double, single, readFP(c, double, Rn)));
});
