/** Shifts of all elements by an immediate. Arm ARM C4.1, "Advanced SIMD [scalar] shift by immediate". */
import type { I32, V128 } from '../../ir/builder.js';
import type { FieldValues } from '../../../isa/index.js';
import type { Options } from '../registry.js';
import type { VectorInstruction } from './forms.js';
import { vectorAndScalarRows, type SizeOf } from './forms.js';
import { saturatingShl, saturatingShlUnsigned } from './saturation.js';

/** log2 of the element's bytes: the highest set bit of `immh`. */
const log2Bytes = (f: FieldValues): number => 31 - Math.clz32(f.immh);
/** immh:immb, from which the amounts are counted. */
const amount = (f: FieldValues): number => (f.immh << 3) | f.immb;

/** Variants: the element's size as log2 of its bytes. */
export const elementSize: Options = { variant: { count: 4, of: log2Bytes } };
export const sizeOfVariant: SizeOf = ({ variant }) => 8 << variant;

/** Amount of a left shift, 0 to width - 1. */
export function leftAmount({ c, lanes }: VectorInstruction): I32 {
  return c.imm32((f) => amount(f) - lanes.width);
}

/** Shifts right by an amount from 1 up to the width of `from`'s lanes, which the immediate is relative to. */
export function shiftRight(
  { c, lanes }: VectorInstruction,
  { signed, rounding, from = lanes }: { signed: boolean; rounding: boolean; from?: typeof lanes },
  value: V128,
): V128 {
  // In two steps, since a shift by the whole width would be one by 0; the bit between rounds.
  const half = from.shr(
    signed,
    value,
    c.imm32((f) => 2 * lanes.width - amount(f) - 1),
  );
  const whole = from.shr(signed, half, 1);
  return rounding ? from.add(whole, from.and(half, from.constant(1))) : whole;
}

for (const [prefix, signed] of [
  ['S', true],
  ['U', false],
] as const) {
  for (const rounding of [false, true]) {
    const R = rounding ? 'R' : '';
    const shifted = (v: VectorInstruction): V128 => shiftRight(v, { signed, rounding }, v.n);
    vectorAndScalarRows(`${prefix}${R}SHR`, shifted, elementSize, sizeOfVariant);
    vectorAndScalarRows(`${prefix}${R}SRA`, (v) => v.lanes.add(v.d, shifted(v)), elementSize, sizeOfVariant);
  }
  vectorAndScalarRows(
    `${prefix}QSHL (immediate)`,
    (v) => saturatingShl(v.lanes, signed, v.valid(v.n), leftAmount(v)),
    elementSize,
    sizeOfVariant,
  );
}

vectorAndScalarRows(
  'SQSHLU',
  (v) => saturatingShlUnsigned(v.lanes, v.valid(v.n), leftAmount(v)),
  elementSize,
  sizeOfVariant,
);
vectorAndScalarRows('SHL', (v) => v.lanes.shl(v.n, leftAmount(v)), elementSize, sizeOfVariant);
vectorAndScalarRows(
  'SLI',
  (v) => {
    const count = leftAmount(v);
    const inserted = v.lanes.shl(v.lanes.constant(-1), count);
    return v.lanes.select(inserted, v.lanes.shl(v.n, count), v.d);
  },
  elementSize,
  sizeOfVariant,
);
vectorAndScalarRows(
  'SRI',
  (v) => {
    const unsigned = { signed: false, rounding: false };
    const inserted = shiftRight(v, unsigned, v.lanes.constant(-1));
    return v.lanes.select(inserted, shiftRight(v, unsigned, v.n), v.d);
  },
  elementSize,
  sizeOfVariant,
);
