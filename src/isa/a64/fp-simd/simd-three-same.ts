/** Three registers of the same shape. Arm ARM C4.1, "Advanced SIMD scalar three same", "... three same". */
import { encodings } from '../../table.js';
import { fpArrangement, not1D, rows, size16Or32, size8, to32, type Form } from './simd-forms.js';

const scalarAny: Form = { text: 'op <Vd size>, <Vn size>, <Vm size>' };
const scalarD: Form = { text: 'op <Dd>, <Dn>, <Dm>' };
const scalarHS: Form = { where: size16Or32, text: 'op <Vd size>, <Vn size>, <Vm size>' };
const scalarFp: Form = { text: 'op <Vd sz>, <Vn sz>, <Vm sz>' };

const same: Form = { where: not1D, text: 'op <Vd.T>, <Vn.T>, <Vm.T>' };
const sameTo32: Form = { where: to32, text: 'op <Vd.T>, <Vn.T>, <Vm.T>' };
const same16Or32: Form = { where: size16Or32, text: 'op <Vd.T>, <Vn.T>, <Vm.T>' };
const same8: Form = { where: size8, text: 'op <Vd.T>, <Vn.T>, <Vm.T>' };
const sameFp: Form = { where: fpArrangement, text: 'op <Vd.T sz>, <Vn.T sz>, <Vm.T sz>' };
const logical: Form = { text: 'op <Vd.8b/16b>, <Vn.8b/16b>, <Vm.8b/16b>' };
const moveOrLogical: Form = { text: ['mov <Vd.8b/16b>, <Vn.8b/16b> ; Rm=Rn', logical.text].flat() };

export const scalarThreeSame = encodings('Advanced SIMD scalar three same', {
  ...rows(scalarAny, {
    'SQADD, scalar': '01 0 11110 size:2 1 Rm:5 00001 1 Rn:5 Rd:5',
    'UQADD, scalar': '01 1 11110 size:2 1 Rm:5 00001 1 Rn:5 Rd:5',
    'SQSUB, scalar': '01 0 11110 size:2 1 Rm:5 00101 1 Rn:5 Rd:5',
    'UQSUB, scalar': '01 1 11110 size:2 1 Rm:5 00101 1 Rn:5 Rd:5',
    'SQSHL (register), scalar': '01 0 11110 size:2 1 Rm:5 01001 1 Rn:5 Rd:5',
    'UQSHL (register), scalar': '01 1 11110 size:2 1 Rm:5 01001 1 Rn:5 Rd:5',
    'SQRSHL, scalar': '01 0 11110 size:2 1 Rm:5 01011 1 Rn:5 Rd:5',
    'UQRSHL, scalar': '01 1 11110 size:2 1 Rm:5 01011 1 Rn:5 Rd:5',
  }),
  ...rows(scalarD, {
    'CMGT (register), scalar': '01 0 11110 11 1 Rm:5 00110 1 Rn:5 Rd:5',
    'CMHI (register), scalar': '01 1 11110 11 1 Rm:5 00110 1 Rn:5 Rd:5',
    'CMGE (register), scalar': '01 0 11110 11 1 Rm:5 00111 1 Rn:5 Rd:5',
    'CMHS (register), scalar': '01 1 11110 11 1 Rm:5 00111 1 Rn:5 Rd:5',
    'SSHL, scalar': '01 0 11110 11 1 Rm:5 01000 1 Rn:5 Rd:5',
    'USHL, scalar': '01 1 11110 11 1 Rm:5 01000 1 Rn:5 Rd:5',
    'SRSHL, scalar': '01 0 11110 11 1 Rm:5 01010 1 Rn:5 Rd:5',
    'URSHL, scalar': '01 1 11110 11 1 Rm:5 01010 1 Rn:5 Rd:5',
    'ADD (vector), scalar': '01 0 11110 11 1 Rm:5 10000 1 Rn:5 Rd:5',
    'SUB (vector), scalar': '01 1 11110 11 1 Rm:5 10000 1 Rn:5 Rd:5',
    'CMTST, scalar': '01 0 11110 11 1 Rm:5 10001 1 Rn:5 Rd:5',
    'CMEQ (register), scalar': '01 1 11110 11 1 Rm:5 10001 1 Rn:5 Rd:5',
  }),
  ...rows(scalarHS, {
    'SQDMULH (vector), scalar': '01 0 11110 size:2 1 Rm:5 10110 1 Rn:5 Rd:5',
    'SQRDMULH (vector), scalar': '01 1 11110 size:2 1 Rm:5 10110 1 Rn:5 Rd:5',
  }),
  ...rows(scalarFp, {
    'FABD, scalar': '01 1 11110 1 sz 1 Rm:5 11010 1 Rn:5 Rd:5',
    'FMULX, scalar': '01 0 11110 0 sz 1 Rm:5 11011 1 Rn:5 Rd:5',
    'FCMEQ (register), scalar': '01 0 11110 0 sz 1 Rm:5 11100 1 Rn:5 Rd:5',
    'FCMGE (register), scalar': '01 1 11110 0 sz 1 Rm:5 11100 1 Rn:5 Rd:5',
    'FCMGT (register), scalar': '01 1 11110 1 sz 1 Rm:5 11100 1 Rn:5 Rd:5',
    'FACGE, scalar': '01 1 11110 0 sz 1 Rm:5 11101 1 Rn:5 Rd:5',
    'FACGT, scalar': '01 1 11110 1 sz 1 Rm:5 11101 1 Rn:5 Rd:5',
    'FRECPS, scalar': '01 0 11110 0 sz 1 Rm:5 11111 1 Rn:5 Rd:5',
    'FRSQRTS, scalar': '01 0 11110 1 sz 1 Rm:5 11111 1 Rn:5 Rd:5',
  }),
});

export const vectorThreeSame = encodings('Advanced SIMD three same', {
  ...rows(sameTo32, {
    SHADD: '0 Q 0 01110 size:2 1 Rm:5 00000 1 Rn:5 Rd:5',
    UHADD: '0 Q 1 01110 size:2 1 Rm:5 00000 1 Rn:5 Rd:5',
    SRHADD: '0 Q 0 01110 size:2 1 Rm:5 00010 1 Rn:5 Rd:5',
    URHADD: '0 Q 1 01110 size:2 1 Rm:5 00010 1 Rn:5 Rd:5',
    SHSUB: '0 Q 0 01110 size:2 1 Rm:5 00100 1 Rn:5 Rd:5',
    UHSUB: '0 Q 1 01110 size:2 1 Rm:5 00100 1 Rn:5 Rd:5',
    SMAX: '0 Q 0 01110 size:2 1 Rm:5 01100 1 Rn:5 Rd:5',
    UMAX: '0 Q 1 01110 size:2 1 Rm:5 01100 1 Rn:5 Rd:5',
    SMIN: '0 Q 0 01110 size:2 1 Rm:5 01101 1 Rn:5 Rd:5',
    UMIN: '0 Q 1 01110 size:2 1 Rm:5 01101 1 Rn:5 Rd:5',
    SABD: '0 Q 0 01110 size:2 1 Rm:5 01110 1 Rn:5 Rd:5',
    UABD: '0 Q 1 01110 size:2 1 Rm:5 01110 1 Rn:5 Rd:5',
    SABA: '0 Q 0 01110 size:2 1 Rm:5 01111 1 Rn:5 Rd:5',
    UABA: '0 Q 1 01110 size:2 1 Rm:5 01111 1 Rn:5 Rd:5',
    'MLA (vector)': '0 Q 0 01110 size:2 1 Rm:5 10010 1 Rn:5 Rd:5',
    'MLS (vector)': '0 Q 1 01110 size:2 1 Rm:5 10010 1 Rn:5 Rd:5',
    'MUL (vector)': '0 Q 0 01110 size:2 1 Rm:5 10011 1 Rn:5 Rd:5',
    SMAXP: '0 Q 0 01110 size:2 1 Rm:5 10100 1 Rn:5 Rd:5',
    UMAXP: '0 Q 1 01110 size:2 1 Rm:5 10100 1 Rn:5 Rd:5',
    SMINP: '0 Q 0 01110 size:2 1 Rm:5 10101 1 Rn:5 Rd:5',
    UMINP: '0 Q 1 01110 size:2 1 Rm:5 10101 1 Rn:5 Rd:5',
  }),
  ...rows(same, {
    'SQADD, vector': '0 Q 0 01110 size:2 1 Rm:5 00001 1 Rn:5 Rd:5',
    'UQADD, vector': '0 Q 1 01110 size:2 1 Rm:5 00001 1 Rn:5 Rd:5',
    'SQSUB, vector': '0 Q 0 01110 size:2 1 Rm:5 00101 1 Rn:5 Rd:5',
    'UQSUB, vector': '0 Q 1 01110 size:2 1 Rm:5 00101 1 Rn:5 Rd:5',
    'CMGT (register), vector': '0 Q 0 01110 size:2 1 Rm:5 00110 1 Rn:5 Rd:5',
    'CMHI (register), vector': '0 Q 1 01110 size:2 1 Rm:5 00110 1 Rn:5 Rd:5',
    'CMGE (register), vector': '0 Q 0 01110 size:2 1 Rm:5 00111 1 Rn:5 Rd:5',
    'CMHS (register), vector': '0 Q 1 01110 size:2 1 Rm:5 00111 1 Rn:5 Rd:5',
    'SSHL, vector': '0 Q 0 01110 size:2 1 Rm:5 01000 1 Rn:5 Rd:5',
    'USHL, vector': '0 Q 1 01110 size:2 1 Rm:5 01000 1 Rn:5 Rd:5',
    'SQSHL (register), vector': '0 Q 0 01110 size:2 1 Rm:5 01001 1 Rn:5 Rd:5',
    'UQSHL (register), vector': '0 Q 1 01110 size:2 1 Rm:5 01001 1 Rn:5 Rd:5',
    'SRSHL, vector': '0 Q 0 01110 size:2 1 Rm:5 01010 1 Rn:5 Rd:5',
    'URSHL, vector': '0 Q 1 01110 size:2 1 Rm:5 01010 1 Rn:5 Rd:5',
    'SQRSHL, vector': '0 Q 0 01110 size:2 1 Rm:5 01011 1 Rn:5 Rd:5',
    'UQRSHL, vector': '0 Q 1 01110 size:2 1 Rm:5 01011 1 Rn:5 Rd:5',
    'ADD (vector), vector': '0 Q 0 01110 size:2 1 Rm:5 10000 1 Rn:5 Rd:5',
    'SUB (vector), vector': '0 Q 1 01110 size:2 1 Rm:5 10000 1 Rn:5 Rd:5',
    'CMTST, vector': '0 Q 0 01110 size:2 1 Rm:5 10001 1 Rn:5 Rd:5',
    'CMEQ (register), vector': '0 Q 1 01110 size:2 1 Rm:5 10001 1 Rn:5 Rd:5',
    'ADDP (vector)': '0 Q 0 01110 size:2 1 Rm:5 10111 1 Rn:5 Rd:5',
  }),
  ...rows(same16Or32, {
    'SQDMULH (vector), vector': '0 Q 0 01110 size:2 1 Rm:5 10110 1 Rn:5 Rd:5',
    'SQRDMULH (vector), vector': '0 Q 1 01110 size:2 1 Rm:5 10110 1 Rn:5 Rd:5',
  }),
  ...rows(same8, {
    PMUL: '0 Q 1 01110 size:2 1 Rm:5 10011 1 Rn:5 Rd:5',
  }),
  ...rows(logical, {
    'AND (vector)': '0 Q 0 01110 00 1 Rm:5 00011 1 Rn:5 Rd:5',
    'BIC (vector, register)': '0 Q 0 01110 01 1 Rm:5 00011 1 Rn:5 Rd:5',
    'ORN (vector)': '0 Q 0 01110 11 1 Rm:5 00011 1 Rn:5 Rd:5',
    'EOR (vector)': '0 Q 1 01110 00 1 Rm:5 00011 1 Rn:5 Rd:5',
    BSL: '0 Q 1 01110 01 1 Rm:5 00011 1 Rn:5 Rd:5',
    BIT: '0 Q 1 01110 10 1 Rm:5 00011 1 Rn:5 Rd:5',
    BIF: '0 Q 1 01110 11 1 Rm:5 00011 1 Rn:5 Rd:5',
  }),
  ...rows(moveOrLogical, {
    'ORR (vector, register)': '0 Q 0 01110 10 1 Rm:5 00011 1 Rn:5 Rd:5',
  }),
  ...rows(sameFp, {
    'FMAXNM (vector)': '0 Q 0 01110 0 sz 1 Rm:5 11000 1 Rn:5 Rd:5',
    'FMAXNMP (vector)': '0 Q 1 01110 0 sz 1 Rm:5 11000 1 Rn:5 Rd:5',
    'FMINNM (vector)': '0 Q 0 01110 1 sz 1 Rm:5 11000 1 Rn:5 Rd:5',
    'FMINNMP (vector)': '0 Q 1 01110 1 sz 1 Rm:5 11000 1 Rn:5 Rd:5',
    'FMLA (vector)': '0 Q 0 01110 0 sz 1 Rm:5 11001 1 Rn:5 Rd:5',
    'FMLS (vector)': '0 Q 0 01110 1 sz 1 Rm:5 11001 1 Rn:5 Rd:5',
    'FADD (vector)': '0 Q 0 01110 0 sz 1 Rm:5 11010 1 Rn:5 Rd:5',
    'FADDP (vector)': '0 Q 1 01110 0 sz 1 Rm:5 11010 1 Rn:5 Rd:5',
    'FSUB (vector)': '0 Q 0 01110 1 sz 1 Rm:5 11010 1 Rn:5 Rd:5',
    'FABD, vector': '0 Q 1 01110 1 sz 1 Rm:5 11010 1 Rn:5 Rd:5',
    'FMULX, vector': '0 Q 0 01110 0 sz 1 Rm:5 11011 1 Rn:5 Rd:5',
    'FMUL (vector)': '0 Q 1 01110 0 sz 1 Rm:5 11011 1 Rn:5 Rd:5',
    'FCMEQ (register), vector': '0 Q 0 01110 0 sz 1 Rm:5 11100 1 Rn:5 Rd:5',
    'FCMGE (register), vector': '0 Q 1 01110 0 sz 1 Rm:5 11100 1 Rn:5 Rd:5',
    'FCMGT (register), vector': '0 Q 1 01110 1 sz 1 Rm:5 11100 1 Rn:5 Rd:5',
    'FACGE, vector': '0 Q 1 01110 0 sz 1 Rm:5 11101 1 Rn:5 Rd:5',
    'FACGT, vector': '0 Q 1 01110 1 sz 1 Rm:5 11101 1 Rn:5 Rd:5',
    'FMAX (vector)': '0 Q 0 01110 0 sz 1 Rm:5 11110 1 Rn:5 Rd:5',
    'FMAXP (vector)': '0 Q 1 01110 0 sz 1 Rm:5 11110 1 Rn:5 Rd:5',
    'FMIN (vector)': '0 Q 0 01110 1 sz 1 Rm:5 11110 1 Rn:5 Rd:5',
    'FMINP (vector)': '0 Q 1 01110 1 sz 1 Rm:5 11110 1 Rn:5 Rd:5',
    'FRECPS, vector': '0 Q 0 01110 0 sz 1 Rm:5 11111 1 Rn:5 Rd:5',
    'FRSQRTS, vector': '0 Q 0 01110 1 sz 1 Rm:5 11111 1 Rn:5 Rd:5',
    'FDIV (vector)': '0 Q 1 01110 0 sz 1 Rm:5 11111 1 Rn:5 Rd:5',
  }),
});
