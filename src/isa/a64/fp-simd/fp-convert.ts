/**
 * Conversions between floating-point and general registers. Arm ARM C4.1, "Conversion between floating-point
 * and fixed-point", "... and integer". `immscale` is the manual's `scale`: 64 - fraction bits.
 */
import type { FieldValues } from '../../encoding.js';
import { encodings } from '../../table.js';
import { rows, type Form } from './simd-forms.js';

/** `ftype` of single or double precision; 10 is reserved, 11 is half precision, FEAT_FP16. */
const singleOrDouble = (f: FieldValues): boolean => f.ftype < 2;

/** A 32-bit register has at most 32 fraction bits. */
const fixedPoint: NonNullable<Form['where']> = (f) => singleOrDouble(f) && (f.sf === 1 || f.immscale >= 32);

const fromFixed: Form = { where: fixedPoint, text: 'op <Vd ftype>, <Rn>, #<fraction-bits>' };
const toFixed: Form = { where: fixedPoint, text: 'op <Rd>, <Vn ftype>, #<fraction-bits>' };
const fromInteger: Form = { where: singleOrDouble, text: 'op <Vd ftype>, <Rn>' };
const toInteger: Form = { where: singleOrDouble, text: 'op <Rd>, <Vn ftype>' };

export const fpFixedPoint = encodings('Conversion between floating-point and fixed-point', {
  ...rows(fromFixed, {
    'SCVTF (scalar, fixed-point)': 'sf 0 0 11110 ftype:2 0 00 010 immscale:6 Rn:5 Rd:5',
    'UCVTF (scalar, fixed-point)': 'sf 0 0 11110 ftype:2 0 00 011 immscale:6 Rn:5 Rd:5',
  }),
  ...rows(toFixed, {
    'FCVTZS (scalar, fixed-point)': 'sf 0 0 11110 ftype:2 0 11 000 immscale:6 Rn:5 Rd:5',
    'FCVTZU (scalar, fixed-point)': 'sf 0 0 11110 ftype:2 0 11 001 immscale:6 Rn:5 Rd:5',
  }),
});

/** `FMOV (general)` keeps the width: W with S, X with D, X with the upper half of Q (`rmode` 01). */
const sameWidth = (f: FieldValues): boolean =>
  f.rmode === 0 ? f.ftype === f.sf : f.rmode === 1 && f.ftype === 2 && f.sf === 1;

export const fpInteger = encodings('Conversion between floating-point and integer', {
  ...rows(toInteger, {
    'FCVTNS (scalar)': 'sf 0 0 11110 ftype:2 1 00 000 000000 Rn:5 Rd:5',
    'FCVTNU (scalar)': 'sf 0 0 11110 ftype:2 1 00 001 000000 Rn:5 Rd:5',
    'FCVTAS (scalar)': 'sf 0 0 11110 ftype:2 1 00 100 000000 Rn:5 Rd:5',
    'FCVTAU (scalar)': 'sf 0 0 11110 ftype:2 1 00 101 000000 Rn:5 Rd:5',
    'FCVTPS (scalar)': 'sf 0 0 11110 ftype:2 1 01 000 000000 Rn:5 Rd:5',
    'FCVTPU (scalar)': 'sf 0 0 11110 ftype:2 1 01 001 000000 Rn:5 Rd:5',
    'FCVTMS (scalar)': 'sf 0 0 11110 ftype:2 1 10 000 000000 Rn:5 Rd:5',
    'FCVTMU (scalar)': 'sf 0 0 11110 ftype:2 1 10 001 000000 Rn:5 Rd:5',
    'FCVTZS (scalar, integer)': 'sf 0 0 11110 ftype:2 1 11 000 000000 Rn:5 Rd:5',
    'FCVTZU (scalar, integer)': 'sf 0 0 11110 ftype:2 1 11 001 000000 Rn:5 Rd:5',
  }),
  ...rows(fromInteger, {
    'SCVTF (scalar, integer)': 'sf 0 0 11110 ftype:2 1 00 010 000000 Rn:5 Rd:5',
    'UCVTF (scalar, integer)': 'sf 0 0 11110 ftype:2 1 00 011 000000 Rn:5 Rd:5',
  }),
  'FMOV (general)': {
    bits: 'sf 0 0 11110 ftype:2 1 rmode:2 11 opcode 000000 Rn:5 Rd:5',
    where: sameWidth,
    text: [
      'fmov <Rd>, <Vn ftype> ; rmode=0 opcode=0',
      'fmov <Vd ftype>, <Rn> ; rmode=0 opcode=1',
      'fmov <Xd>, <Vn.d>[1] ; sf=1 ftype=2 rmode=1 opcode=0',
      'fmov <Vd.d>[1], <Xn> ; sf=1 ftype=2 rmode=1 opcode=1',
      'fmov <Vd ftype>, #0.0 ; sf=ftype rmode=0 opcode=1 Rn=31',
    ],
  },
});
