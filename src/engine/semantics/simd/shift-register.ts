/**
 * Shifts of each element by a signed amount in another register. Arm ARM C4.1, "Advanced SIMD [scalar] three same":
 * SSHL, SRSHL, SQSHL, SQRSHL and the unsigned ones.
 */
import type { Builder, I32, I64 } from '../../ir/builder.js';
import { subroutine } from '../../ir/builder.js';
import { FPSR } from '../../layout.js';
import { vectorAndScalarRows } from './forms.js';

const QC = 1 << 27;

interface Kind {
  readonly signed: boolean;
  readonly rounding: boolean;
  readonly saturating: boolean;
}

const shr = (c: Builder, signed: boolean, a: I64, count: I64): I64 =>
  signed ? c.shrS(a, count) : c.shrU(a, count);

/** `value` shifted right by `count`, at least 1. The last bit shifted out rounds. */
function right(c: Builder, { signed, rounding }: Kind, value: I64, count: I32): I64 {
  const before = c.sub(count, 1);
  const inRange = c.ltU(before, 64);
  const far = signed ? c.shrS(value, 63) : c.i64(0);
  const half = c.select(inRange, shr(c, signed, value, c.extendU(before)), far);
  const whole = shr(c, signed, half, c.i64(1));
  return rounding ? c.add(whole, c.and(half, 1)) : whole;
}

/** The limit that a value in the top bits saturates to. */
function limit(c: Builder, signed: boolean, value: I64): I64 {
  return signed ? c.xor(c.shrS(value, 63), 0x7fff_ffff_ffff_ffffn) : c.i64(-1);
}

/** `value` shifted left by `count`. A saturating shift is done in the top `width` of the 64 bits. */
function left(c: Builder, { signed, saturating }: Kind, value: I64, count: I32, width: I32): I64 {
  const inRange = c.ltU(count, 64);
  const by = c.extendU(count);
  if (!saturating) return c.select(inRange, c.shl(value, by), c.i64(0));
  const unused = c.extendU(c.sub(c.i32(64), width));
  const top = c.shl(value, unused);
  const shifted = c.select(inRange, c.shl(top, by), c.i64(0));
  const result = c.variable('i64', shifted);
  const back = c.select(inRange, shr(c, signed, shifted, by), c.i64(0));
  c.if(c.ne(back, top), () => {
    c.setVariable(result, limit(c, signed, top));
    c.set(FPSR, c.or(c.get(FPSR) as I32, QC));
  });
  return shr(c, signed, c.getVariable(result), unused);
}

function shiftOf(name: string, kind: Kind) {
  return subroutine(name, ['i64', 'i32', 'i32'], 'i64', (c, value, amount, width) => {
    const result = c.variable('i64', c.i64(0));
    c.if(
      c.ltS(amount, 0),
      () => c.setVariable(result, right(c, kind, value, c.neg(amount))),
      () => c.setVariable(result, left(c, kind, value, amount, width)),
    );
    return c.getVariable(result);
  });
}

for (const [name, title, kind] of [
  ['SSHL', 'SSHL', { signed: true, rounding: false, saturating: false }],
  ['USHL', 'USHL', { signed: false, rounding: false, saturating: false }],
  ['SRSHL', 'SRSHL', { signed: true, rounding: true, saturating: false }],
  ['URSHL', 'URSHL', { signed: false, rounding: true, saturating: false }],
  ['SQSHL', 'SQSHL (register)', { signed: true, rounding: false, saturating: true }],
  ['UQSHL', 'UQSHL (register)', { signed: false, rounding: false, saturating: true }],
  ['SQRSHL', 'SQRSHL', { signed: true, rounding: true, saturating: true }],
  ['UQRSHL', 'UQRSHL', { signed: false, rounding: true, saturating: true }],
] as const) {
  const shift = shiftOf(name, kind);
  vectorAndScalarRows(title, ({ c, lanes, count, n, m }) =>
    lanes.map(count, kind.signed, [n, m], (value, amount) => {
      const extended = value.type === 'i64' ? value : kind.signed ? c.extendS(value) : c.extendU(value);
      const signedByte = c.signExtend(c.to32(amount), 8);
      const result = c.call<'i64'>(shift, extended, signedByte, c.i32(lanes.width));
      return lanes.width === 64 ? result : c.wrap(result);
    }),
  );
}
