/**
 * SBFM, UBFM, BFM, EXTR, LSLV, LSRV, ASRV, RORV. Arm ARM C4.1, "Bitfield", "Extract", "Data-processing (2 source)".
 *
 * A moved field of imms + 1 bits is taken to the top of the register by a left shift and from there down to its
 * place by a right shift that fills with zeros or the sign; the common aliases need one operation only.
 */
import type { Builder, I32, Int, Width } from '../../ir/builder.js';
import { width } from '../../ir/builder.js';
import type { Operand } from '../../ir/nodes.js';
import type { FieldValues } from '../../../isa/index.js';
import type { Options } from '../registry.js';
import { semantics } from '../registry.js';
import { shiftCount } from './operands.js';

const registerWidth = (f: FieldValues): number => width(f.sf);
/** Left shift that takes bit `imms` to the top. */
const toTop = (f: FieldValues): number => registerWidth(f) - 1 - f.imms;
/** Right shift that takes the field from there to its place. */
const fromTop = (f: FieldValues): number =>
  f.imms >= f.immr ? toTop(f) + f.immr : toTop(f) - (registerWidth(f) - f.immr);

const shapes = ['right shift', 'left shift', 'byte', 'halfword', 'word', 'field'] as const;

/** The shape of a word: its index in `shapes`. */
function shapeOf(f: FieldValues): number {
  const top = registerWidth(f) - 1;
  if (f.imms === top) return shapes.indexOf('right shift');
  if (f.imms + 1 === f.immr) return shapes.indexOf('left shift');
  if (f.immr === 0 && f.imms === 7) return shapes.indexOf('byte');
  if (f.immr === 0 && f.imms === 15) return shapes.indexOf('halfword');
  if (f.immr === 0 && f.imms === 31) return shapes.indexOf('word');
  return shapes.indexOf('field');
}
const byShape: Options = { open: ['N'], variant: { count: shapes.length, of: shapeOf } };

function moveField(
  c: Builder,
  Rn: Operand,
  size: Width,
  shape: (typeof shapes)[number],
  signed: boolean,
): Int {
  const source = c.readX(Rn, size);
  const right = (a: Int, count: Int): Int => (signed ? c.shrS<Int>(a, count) : c.shrU<Int>(a, count));
  const low = (bits: 8 | 16 | 32): Int => {
    if (bits === size) return source;
    if (!signed) return c.and<Int>(source, c.constant(size, 2 ** bits - 1));
    return bits === 32 ? c.op('i64.extend32_s', source) : c.signExtend<Int>(source, bits);
  };
  switch (shape) {
    case 'right shift':
      return right(
        source,
        shiftCount(c, size, (f) => f.immr),
      );
    case 'left shift':
      return c.shl<Int>(source, shiftCount(c, size, toTop));
    case 'byte':
      return low(8);
    case 'halfword':
      return low(16);
    case 'word':
      return low(32);
    case 'field':
      return right(c.shl<Int>(source, shiftCount(c, size, toTop)), shiftCount(c, size, fromTop));
  }
}

for (const [name, signed] of [
  ['SBFM', true],
  ['UBFM', false],
] as const) {
  semantics(
    name,
    (c, { Rd, Rn }, { sf, variant }) => {
      c.writeX(Rd, moveField(c, Rn, width(sf), shapes[variant], signed));
    },
    byShape,
  );
}

/** Ones in the `count` lowest bits; `count` is 1 to `size`, given as `size - count`. */
function lowOnes(c: Builder, size: Width, missing: Int): Int {
  return c.shrU<Int>(c.constant(size, -1), missing);
}

// Variant 0 is BFXIL (a field to bit 0), 1 is BFI (from bit 0).
semantics(
  'BFM',
  (c, { Rd, Rn }, { sf, variant }) => {
    const size = width(sf);
    const source = c.readX(Rn, size);
    let moved: Int;
    let mask: Int;
    if (variant === 0) {
      moved = c.shrU<Int>(
        source,
        shiftCount(c, size, (f) => f.immr),
      );
      mask = lowOnes(c, size, shiftCount(c, size, fromTop));
    } else {
      const lsb = shiftCount(c, size, (f) => size - f.immr);
      moved = c.shl<Int>(source, lsb);
      mask = c.shl<Int>(lowOnes(c, size, shiftCount(c, size, toTop)), lsb);
    }
    const kept = c.and<Int>(c.readX(Rd, size), c.not<Int>(mask));
    c.writeX(Rd, c.or<Int>(kept, c.and<Int>(moved, mask)));
  },
  { open: ['N'], variant: { count: 2, of: (f) => Number(f.imms < f.immr) } },
);

// Variant 1 is ROR (immediate).
semantics(
  'EXTR',
  (c, { Rd, Rn, Rm }, { sf, variant }) => {
    const size = width(sf);
    const lsb: I32 = c.imm32((f) => f.imms);
    const count: Int = size === 32 ? lsb : c.extendU(lsb);
    const low = c.readX(Rm, size);
    if (variant === 1) {
      c.writeX(Rd, c.rotr<Int>(low, count));
      return;
    }
    // Two left shifts, since one by the whole width would be one by 0.
    const high = c.shl<Int>(
      c.shl<Int>(c.readX(Rn, size), c.constant(size, 1)),
      c.xor<Int>(count, c.constant(size, size - 1)),
    );
    c.writeX(Rd, c.or<Int>(high, c.shrU<Int>(low, count)));
  },
  { open: ['N'], variant: { count: 2, of: (f) => Number(f.Rn === f.Rm) } },
);

for (const [name, shift] of [
  ['LSLV', (c: Builder, a: Int, b: Int) => c.shl<Int>(a, b)],
  ['LSRV', (c: Builder, a: Int, b: Int) => c.shrU<Int>(a, b)],
  ['ASRV', (c: Builder, a: Int, b: Int) => c.shrS<Int>(a, b)],
  ['RORV', (c: Builder, a: Int, b: Int) => c.rotr<Int>(a, b)],
] as const) {
  semantics(name, (c, { Rd, Rn, Rm }, { sf }) => {
    c.writeX(Rd, shift(c, c.readX(Rn, width(sf)), c.readX(Rm, width(sf))));
  });
}
