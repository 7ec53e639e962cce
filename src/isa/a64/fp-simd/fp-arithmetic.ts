/**
 * Scalar floating-point arithmetic, comparison, selection, moves. Arm ARM C4.1, "Floating-point data-processing
 * (1 source)" to "(3 source)", "compare", "conditional compare", "conditional select", "immediate".
 */
import type { FieldValues } from '../../encoding.js';
import { encodings } from '../../table.js';
import { rows, type Form } from './simd-forms.js';

/** `ftype` of single or double precision; 10 is reserved, 11 is half precision, FEAT_FP16. */
const singleOrDouble = (f: FieldValues): boolean => f.ftype < 2;

const oneSource: Form = { where: singleOrDouble, text: 'op <Vd ftype>, <Vn ftype>' };
const twoSource: Form = { where: singleOrDouble, text: 'op <Vd ftype>, <Vn ftype>, <Vm ftype>' };
const threeSource: Form = {
  where: singleOrDouble,
  text: 'op <Vd ftype>, <Vn ftype>, <Vm ftype>, <Va ftype>',
};
const compare: Form = {
  where: singleOrDouble,
  text: ['op <Vn ftype>, <Vm ftype> ; opc=0', 'op <Vn ftype>, #0.0 ; opc=1 Rm~0'],
};
const conditionalCompare: Form = {
  where: singleOrDouble,
  text: 'op <Vn ftype>, <Vm ftype>, #<nzcv>, <cond>',
};

export const fpOneSource = encodings('Floating-point data-processing (1 source)', {
  ...rows(oneSource, {
    'FMOV (register)': '0 0 0 11110 ftype:2 1 000000 10000 Rn:5 Rd:5',
    'FABS (scalar)': '0 0 0 11110 ftype:2 1 000001 10000 Rn:5 Rd:5',
    'FNEG (scalar)': '0 0 0 11110 ftype:2 1 000010 10000 Rn:5 Rd:5',
    'FSQRT (scalar)': '0 0 0 11110 ftype:2 1 000011 10000 Rn:5 Rd:5',
    'FRINTN (scalar)': '0 0 0 11110 ftype:2 1 001000 10000 Rn:5 Rd:5',
    'FRINTP (scalar)': '0 0 0 11110 ftype:2 1 001001 10000 Rn:5 Rd:5',
    'FRINTM (scalar)': '0 0 0 11110 ftype:2 1 001010 10000 Rn:5 Rd:5',
    'FRINTZ (scalar)': '0 0 0 11110 ftype:2 1 001011 10000 Rn:5 Rd:5',
    'FRINTA (scalar)': '0 0 0 11110 ftype:2 1 001100 10000 Rn:5 Rd:5',
    'FRINTX (scalar)': '0 0 0 11110 ftype:2 1 001110 10000 Rn:5 Rd:5',
    'FRINTI (scalar)': '0 0 0 11110 ftype:2 1 001111 10000 Rn:5 Rd:5',
  }),
  FCVT: {
    bits: '0 0 0 11110 ftype:2 1 0001 opc:2 10000 Rn:5 Rd:5',
    where: (f) => f.ftype !== 2 && f.opc !== 2 && f.ftype !== f.opc,
    text: 'fcvt <Vd opc>, <Vn ftype>',
  },
});

export const fpTwoSource = encodings('Floating-point data-processing (2 source)', {
  ...rows(twoSource, {
    'FMUL (scalar)': '0 0 0 11110 ftype:2 1 Rm:5 0000 10 Rn:5 Rd:5',
    'FDIV (scalar)': '0 0 0 11110 ftype:2 1 Rm:5 0001 10 Rn:5 Rd:5',
    'FADD (scalar)': '0 0 0 11110 ftype:2 1 Rm:5 0010 10 Rn:5 Rd:5',
    'FSUB (scalar)': '0 0 0 11110 ftype:2 1 Rm:5 0011 10 Rn:5 Rd:5',
    'FMAX (scalar)': '0 0 0 11110 ftype:2 1 Rm:5 0100 10 Rn:5 Rd:5',
    'FMIN (scalar)': '0 0 0 11110 ftype:2 1 Rm:5 0101 10 Rn:5 Rd:5',
    'FMAXNM (scalar)': '0 0 0 11110 ftype:2 1 Rm:5 0110 10 Rn:5 Rd:5',
    'FMINNM (scalar)': '0 0 0 11110 ftype:2 1 Rm:5 0111 10 Rn:5 Rd:5',
    'FNMUL (scalar)': '0 0 0 11110 ftype:2 1 Rm:5 1000 10 Rn:5 Rd:5',
  }),
});

export const fpThreeSource = encodings('Floating-point data-processing (3 source)', {
  ...rows(threeSource, {
    FMADD: '0 0 0 11111 ftype:2 0 Rm:5 0 Ra:5 Rn:5 Rd:5',
    FMSUB: '0 0 0 11111 ftype:2 0 Rm:5 1 Ra:5 Rn:5 Rd:5',
    FNMADD: '0 0 0 11111 ftype:2 1 Rm:5 0 Ra:5 Rn:5 Rd:5',
    FNMSUB: '0 0 0 11111 ftype:2 1 Rm:5 1 Ra:5 Rn:5 Rd:5',
  }),
});

export const fpCompare = encodings('Floating-point compare', {
  ...rows(compare, {
    FCMP: '0 0 0 11110 ftype:2 1 Rm:5 00 1000 Rn:5 0 opc 000',
    FCMPE: '0 0 0 11110 ftype:2 1 Rm:5 00 1000 Rn:5 1 opc 000',
  }),
});

export const fpConditional = [
  ...encodings('Floating-point conditional compare', {
    ...rows(conditionalCompare, {
      FCCMP: '0 0 0 11110 ftype:2 1 Rm:5 cond:4 01 Rn:5 0 nzcv:4',
      FCCMPE: '0 0 0 11110 ftype:2 1 Rm:5 cond:4 01 Rn:5 1 nzcv:4',
    }),
  }),
  ...encodings('Floating-point conditional select', {
    FCSEL: {
      bits: '0 0 0 11110 ftype:2 1 Rm:5 cond:4 11 Rn:5 Rd:5',
      where: singleOrDouble,
      text: 'fcsel <Vd ftype>, <Vn ftype>, <Vm ftype>, <cond>',
    },
  }),
];

export const fpImmediate = encodings('Floating-point immediate', {
  'FMOV (scalar, immediate)': {
    bits: '0 0 0 11110 ftype:2 1 imm8:8 100 00000 Rd:5',
    where: singleOrDouble,
    text: 'fmov <Vd ftype>, #<float imm8>',
  },
});
