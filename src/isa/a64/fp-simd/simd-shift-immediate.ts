/**
 * Advanced SIMD shifts by an immediate. Arm ARM C4.1, "Advanced SIMD [scalar] shift by immediate".
 *
 * The highest set bit of `immh` gives the element size; `immh` = 0000 is another group, "modified immediate".
 */
import { encodings } from '../../table.js';
import { rows, type Form } from './simd-forms.js';

const scalarRightD: Form = { where: (f) => f.immh >= 8, text: 'op <Vd immh>, <Vn immh>, #<right-shift>' };
const scalarLeftD: Form = { where: (f) => f.immh >= 8, text: 'op <Vd immh>, <Vn immh>, #<left-shift>' };
const scalarLeft: Form = { where: (f) => f.immh !== 0, text: 'op <Vd immh>, <Vn immh>, #<left-shift>' };
const scalarRightNarrow: Form = {
  where: (f) => f.immh !== 0 && f.immh < 8,
  text: 'op <Vd immh>, <Vn immh wide>, #<right-shift>',
};
const scalarFixedPoint: Form = { where: (f) => f.immh >= 4, text: 'op <Vd immh>, <Vn immh>, #<right-shift>' };

/** Every arrangement but the reserved 1D. */
const shiftArrangement: NonNullable<Form['where']> = (f) => f.immh !== 0 && (f.immh < 8 || f.Q === 1);
const right: Form = { where: shiftArrangement, text: 'op <Vd.T immh>, <Vn.T immh>, #<right-shift>' };
const left: Form = { where: shiftArrangement, text: 'op <Vd.T immh>, <Vn.T immh>, #<left-shift>' };
const rightNarrow: Form = {
  where: (f) => f.immh !== 0 && f.immh < 8,
  text: 'op<2> <Vd.T immh>, <Vn.T immh wide>, #<right-shift>',
};
/** SSHLL and USHLL; `alias` is the name of the shift by 0. */
const leftLong = (alias: string): Form => ({
  where: (f) => f.immh !== 0 && f.immh < 8,
  text: [
    'op<2> <Vd.T immh wide>, <Vn.T immh>, #<left-shift>',
    `${alias}<2> <Vd.T immh wide>, <Vn.T immh-alone> ; immb=0`,
  ],
});
const fixedPoint: Form = {
  where: (f) => f.immh >= 4 && shiftArrangement(f),
  text: 'op <Vd.T immh>, <Vn.T immh>, #<right-shift>',
};

export const scalarShiftImmediate = encodings('Advanced SIMD scalar shift by immediate', {
  ...rows(scalarRightD, {
    'SSHR, scalar': '01 0 111110 immh:4 immb:3 00000 1 Rn:5 Rd:5',
    'USHR, scalar': '01 1 111110 immh:4 immb:3 00000 1 Rn:5 Rd:5',
    'SSRA, scalar': '01 0 111110 immh:4 immb:3 00010 1 Rn:5 Rd:5',
    'USRA, scalar': '01 1 111110 immh:4 immb:3 00010 1 Rn:5 Rd:5',
    'SRSHR, scalar': '01 0 111110 immh:4 immb:3 00100 1 Rn:5 Rd:5',
    'URSHR, scalar': '01 1 111110 immh:4 immb:3 00100 1 Rn:5 Rd:5',
    'SRSRA, scalar': '01 0 111110 immh:4 immb:3 00110 1 Rn:5 Rd:5',
    'URSRA, scalar': '01 1 111110 immh:4 immb:3 00110 1 Rn:5 Rd:5',
    'SRI, scalar': '01 1 111110 immh:4 immb:3 01000 1 Rn:5 Rd:5',
  }),
  ...rows(scalarLeftD, {
    'SHL, scalar': '01 0 111110 immh:4 immb:3 01010 1 Rn:5 Rd:5',
    'SLI, scalar': '01 1 111110 immh:4 immb:3 01010 1 Rn:5 Rd:5',
  }),
  ...rows(scalarLeft, {
    'SQSHLU, scalar': '01 1 111110 immh:4 immb:3 01100 1 Rn:5 Rd:5',
    'SQSHL (immediate), scalar': '01 0 111110 immh:4 immb:3 01110 1 Rn:5 Rd:5',
    'UQSHL (immediate), scalar': '01 1 111110 immh:4 immb:3 01110 1 Rn:5 Rd:5',
  }),
  ...rows(scalarRightNarrow, {
    'SQSHRUN, scalar': '01 1 111110 immh:4 immb:3 10000 1 Rn:5 Rd:5',
    'SQRSHRUN, scalar': '01 1 111110 immh:4 immb:3 10001 1 Rn:5 Rd:5',
    'SQSHRN, scalar': '01 0 111110 immh:4 immb:3 10010 1 Rn:5 Rd:5',
    'UQSHRN, scalar': '01 1 111110 immh:4 immb:3 10010 1 Rn:5 Rd:5',
    'SQRSHRN, scalar': '01 0 111110 immh:4 immb:3 10011 1 Rn:5 Rd:5',
    'UQRSHRN, scalar': '01 1 111110 immh:4 immb:3 10011 1 Rn:5 Rd:5',
  }),
  ...rows(scalarFixedPoint, {
    'SCVTF (vector, fixed-point), scalar': '01 0 111110 immh:4 immb:3 11100 1 Rn:5 Rd:5',
    'UCVTF (vector, fixed-point), scalar': '01 1 111110 immh:4 immb:3 11100 1 Rn:5 Rd:5',
    'FCVTZS (vector, fixed-point), scalar': '01 0 111110 immh:4 immb:3 11111 1 Rn:5 Rd:5',
    'FCVTZU (vector, fixed-point), scalar': '01 1 111110 immh:4 immb:3 11111 1 Rn:5 Rd:5',
  }),
});

export const vectorShiftImmediate = encodings('Advanced SIMD shift by immediate', {
  ...rows(right, {
    'SSHR, vector': '0 Q 0 011110 immh:4 immb:3 00000 1 Rn:5 Rd:5',
    'USHR, vector': '0 Q 1 011110 immh:4 immb:3 00000 1 Rn:5 Rd:5',
    'SSRA, vector': '0 Q 0 011110 immh:4 immb:3 00010 1 Rn:5 Rd:5',
    'USRA, vector': '0 Q 1 011110 immh:4 immb:3 00010 1 Rn:5 Rd:5',
    'SRSHR, vector': '0 Q 0 011110 immh:4 immb:3 00100 1 Rn:5 Rd:5',
    'URSHR, vector': '0 Q 1 011110 immh:4 immb:3 00100 1 Rn:5 Rd:5',
    'SRSRA, vector': '0 Q 0 011110 immh:4 immb:3 00110 1 Rn:5 Rd:5',
    'URSRA, vector': '0 Q 1 011110 immh:4 immb:3 00110 1 Rn:5 Rd:5',
    'SRI, vector': '0 Q 1 011110 immh:4 immb:3 01000 1 Rn:5 Rd:5',
  }),
  ...rows(left, {
    'SHL, vector': '0 Q 0 011110 immh:4 immb:3 01010 1 Rn:5 Rd:5',
    'SLI, vector': '0 Q 1 011110 immh:4 immb:3 01010 1 Rn:5 Rd:5',
    'SQSHLU, vector': '0 Q 1 011110 immh:4 immb:3 01100 1 Rn:5 Rd:5',
    'SQSHL (immediate), vector': '0 Q 0 011110 immh:4 immb:3 01110 1 Rn:5 Rd:5',
    'UQSHL (immediate), vector': '0 Q 1 011110 immh:4 immb:3 01110 1 Rn:5 Rd:5',
  }),
  ...rows(rightNarrow, {
    SHRN: '0 Q 0 011110 immh:4 immb:3 10000 1 Rn:5 Rd:5',
    'SQSHRUN, vector': '0 Q 1 011110 immh:4 immb:3 10000 1 Rn:5 Rd:5',
    RSHRN: '0 Q 0 011110 immh:4 immb:3 10001 1 Rn:5 Rd:5',
    'SQRSHRUN, vector': '0 Q 1 011110 immh:4 immb:3 10001 1 Rn:5 Rd:5',
    'SQSHRN, vector': '0 Q 0 011110 immh:4 immb:3 10010 1 Rn:5 Rd:5',
    'UQSHRN, vector': '0 Q 1 011110 immh:4 immb:3 10010 1 Rn:5 Rd:5',
    'SQRSHRN, vector': '0 Q 0 011110 immh:4 immb:3 10011 1 Rn:5 Rd:5',
    'UQRSHRN, vector': '0 Q 1 011110 immh:4 immb:3 10011 1 Rn:5 Rd:5',
  }),
  ...rows(leftLong('sxtl'), {
    SSHLL: '0 Q 0 011110 immh:4 immb:3 10100 1 Rn:5 Rd:5',
  }),
  ...rows(leftLong('uxtl'), {
    USHLL: '0 Q 1 011110 immh:4 immb:3 10100 1 Rn:5 Rd:5',
  }),
  ...rows(fixedPoint, {
    'SCVTF (vector, fixed-point), vector': '0 Q 0 011110 immh:4 immb:3 11100 1 Rn:5 Rd:5',
    'UCVTF (vector, fixed-point), vector': '0 Q 1 011110 immh:4 immb:3 11100 1 Rn:5 Rd:5',
    'FCVTZS (vector, fixed-point), vector': '0 Q 0 011110 immh:4 immb:3 11111 1 Rn:5 Rd:5',
    'FCVTZU (vector, fixed-point), vector': '0 Q 1 011110 immh:4 immb:3 11111 1 Rn:5 Rd:5',
  }),
});
