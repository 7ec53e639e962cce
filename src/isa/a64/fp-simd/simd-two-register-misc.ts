/** One source. Arm ARM C4.1, "Advanced SIMD [scalar] two-register miscellaneous". */
import { encodings } from '../../table.js';
import { fpArrangement, not1D, rows, size8, to32, type Form } from './simd-forms.js';

const scalarAny: Form = { text: 'op <Vd size>, <Vn size>' };
const scalarD: Form = { text: 'op <Dd>, <Dn>' };
const scalarZero: Form = { text: 'op <Dd>, <Dn>, #0' };
const scalarNarrow: Form = { where: to32, text: 'op <Vd size>, <Vn size wide>' };
const scalarFp: Form = { text: 'op <Vd sz>, <Vn sz>' };
const scalarFpZero: Form = { text: 'op <Vd sz>, <Vn sz>, #0.0' };
const scalarFpNarrow: Form = { where: (f) => f.sz === 1, text: 'op <Sd>, <Dn> ; sz=1' };

const misc: Form = { where: not1D, text: 'op <Vd.T>, <Vn.T>' };
const miscTo32: Form = { where: to32, text: 'op <Vd.T>, <Vn.T>' };
const miscTo16: Form = { where: (f) => f.size < 2, text: 'op <Vd.T>, <Vn.T>' };
const misc8: Form = { where: size8, text: 'op <Vd.T>, <Vn.T>' };
const bitwise: Form = { text: 'op <Vd.8b/16b>, <Vn.8b/16b>' };
const inverted: Form = { text: ['mvn <Vd.8b/16b>, <Vn.8b/16b>', bitwise.text].flat() };
const zero: Form = { where: not1D, text: 'op <Vd.T>, <Vn.T>, #0' };
const pairwiseLong: Form = { where: to32, text: 'op <Vd.T size long>, <Vn.T>' };
const narrow: Form = { where: to32, text: 'op<2> <Vd.T>, <Vn.T size wide>' };
const shiftLong: Form = { where: to32, text: 'op<2> <Vd.T size wide>, <Vn.T>, #<element-bits>' };
const fp: Form = { where: fpArrangement, text: 'op <Vd.T sz>, <Vn.T sz>' };
const fpZero: Form = { where: fpArrangement, text: 'op <Vd.T sz>, <Vn.T sz>, #0.0' };
const fpSingle: Form = { where: (f) => f.sz === 0, text: 'op <Vd.T sz>, <Vn.T sz>' };
const fpNarrow: Form = { text: 'op<2> <Vd.T sz-narrow>, <Vn.T sz-narrow wide>' };
const fpNarrowOdd: Form = { where: (f) => f.sz === 1, text: 'op<2> <Vd.T sz-narrow>, <Vn.T sz-narrow wide>' };
const fpLong: Form = { text: 'op<2> <Vd.T sz-narrow wide>, <Vn.T sz-narrow>' };

export const scalarTwoRegisterMisc = encodings('Advanced SIMD scalar two-register miscellaneous', {
  ...rows(scalarAny, {
    'SUQADD, scalar': '01 0 11110 size:2 10000 00011 10 Rn:5 Rd:5',
    'USQADD, scalar': '01 1 11110 size:2 10000 00011 10 Rn:5 Rd:5',
    'SQABS, scalar': '01 0 11110 size:2 10000 00111 10 Rn:5 Rd:5',
    'SQNEG, scalar': '01 1 11110 size:2 10000 00111 10 Rn:5 Rd:5',
  }),
  ...rows(scalarD, {
    'ABS, scalar': '01 0 11110 11 10000 01011 10 Rn:5 Rd:5',
    'NEG (vector), scalar': '01 1 11110 11 10000 01011 10 Rn:5 Rd:5',
  }),
  ...rows(scalarZero, {
    'CMGT (zero), scalar': '01 0 11110 11 10000 01000 10 Rn:5 Rd:5',
    'CMGE (zero), scalar': '01 1 11110 11 10000 01000 10 Rn:5 Rd:5',
    'CMEQ (zero), scalar': '01 0 11110 11 10000 01001 10 Rn:5 Rd:5',
    'CMLE (zero), scalar': '01 1 11110 11 10000 01001 10 Rn:5 Rd:5',
    'CMLT (zero), scalar': '01 0 11110 11 10000 01010 10 Rn:5 Rd:5',
  }),
  ...rows(scalarNarrow, {
    'SQXTUN, scalar': '01 1 11110 size:2 10000 10010 10 Rn:5 Rd:5',
    'SQXTN, scalar': '01 0 11110 size:2 10000 10100 10 Rn:5 Rd:5',
    'UQXTN, scalar': '01 1 11110 size:2 10000 10100 10 Rn:5 Rd:5',
  }),
  ...rows(scalarFp, {
    'FCVTNS (vector), scalar': '01 0 11110 0 sz 10000 11010 10 Rn:5 Rd:5',
    'FCVTNU (vector), scalar': '01 1 11110 0 sz 10000 11010 10 Rn:5 Rd:5',
    'FCVTPS (vector), scalar': '01 0 11110 1 sz 10000 11010 10 Rn:5 Rd:5',
    'FCVTPU (vector), scalar': '01 1 11110 1 sz 10000 11010 10 Rn:5 Rd:5',
    'FCVTMS (vector), scalar': '01 0 11110 0 sz 10000 11011 10 Rn:5 Rd:5',
    'FCVTMU (vector), scalar': '01 1 11110 0 sz 10000 11011 10 Rn:5 Rd:5',
    'FCVTZS (vector, integer), scalar': '01 0 11110 1 sz 10000 11011 10 Rn:5 Rd:5',
    'FCVTZU (vector, integer), scalar': '01 1 11110 1 sz 10000 11011 10 Rn:5 Rd:5',
    'FCVTAS (vector), scalar': '01 0 11110 0 sz 10000 11100 10 Rn:5 Rd:5',
    'FCVTAU (vector), scalar': '01 1 11110 0 sz 10000 11100 10 Rn:5 Rd:5',
    'SCVTF (vector, integer), scalar': '01 0 11110 0 sz 10000 11101 10 Rn:5 Rd:5',
    'UCVTF (vector, integer), scalar': '01 1 11110 0 sz 10000 11101 10 Rn:5 Rd:5',
    'FRECPE, scalar': '01 0 11110 1 sz 10000 11101 10 Rn:5 Rd:5',
    'FRSQRTE, scalar': '01 1 11110 1 sz 10000 11101 10 Rn:5 Rd:5',
    FRECPX: '01 0 11110 1 sz 10000 11111 10 Rn:5 Rd:5',
  }),
  ...rows(scalarFpZero, {
    'FCMGT (zero), scalar': '01 0 11110 1 sz 10000 01100 10 Rn:5 Rd:5',
    'FCMGE (zero), scalar': '01 1 11110 1 sz 10000 01100 10 Rn:5 Rd:5',
    'FCMEQ (zero), scalar': '01 0 11110 1 sz 10000 01101 10 Rn:5 Rd:5',
    'FCMLE (zero), scalar': '01 1 11110 1 sz 10000 01101 10 Rn:5 Rd:5',
    'FCMLT (zero), scalar': '01 0 11110 1 sz 10000 01110 10 Rn:5 Rd:5',
  }),
  ...rows(scalarFpNarrow, {
    'FCVTXN, scalar': '01 1 11110 0 sz 10000 10110 10 Rn:5 Rd:5',
  }),
});

export const vectorTwoRegisterMisc = encodings('Advanced SIMD two-register miscellaneous', {
  ...rows(misc, {
    'SUQADD, vector': '0 Q 0 01110 size:2 10000 00011 10 Rn:5 Rd:5',
    'USQADD, vector': '0 Q 1 01110 size:2 10000 00011 10 Rn:5 Rd:5',
    'SQABS, vector': '0 Q 0 01110 size:2 10000 00111 10 Rn:5 Rd:5',
    'SQNEG, vector': '0 Q 1 01110 size:2 10000 00111 10 Rn:5 Rd:5',
    'ABS, vector': '0 Q 0 01110 size:2 10000 01011 10 Rn:5 Rd:5',
    'NEG (vector), vector': '0 Q 1 01110 size:2 10000 01011 10 Rn:5 Rd:5',
  }),
  ...rows(zero, {
    'CMGT (zero), vector': '0 Q 0 01110 size:2 10000 01000 10 Rn:5 Rd:5',
    'CMGE (zero), vector': '0 Q 1 01110 size:2 10000 01000 10 Rn:5 Rd:5',
    'CMEQ (zero), vector': '0 Q 0 01110 size:2 10000 01001 10 Rn:5 Rd:5',
    'CMLE (zero), vector': '0 Q 1 01110 size:2 10000 01001 10 Rn:5 Rd:5',
    'CMLT (zero), vector': '0 Q 0 01110 size:2 10000 01010 10 Rn:5 Rd:5',
  }),
  ...rows(miscTo32, {
    REV64: '0 Q 0 01110 size:2 10000 00000 10 Rn:5 Rd:5',
    'CLS (vector)': '0 Q 0 01110 size:2 10000 00100 10 Rn:5 Rd:5',
    'CLZ (vector)': '0 Q 1 01110 size:2 10000 00100 10 Rn:5 Rd:5',
  }),
  ...rows(miscTo16, {
    'REV32 (vector)': '0 Q 1 01110 size:2 10000 00000 10 Rn:5 Rd:5',
  }),
  ...rows(misc8, {
    'REV16 (vector)': '0 Q 0 01110 size:2 10000 00001 10 Rn:5 Rd:5',
    CNT: '0 Q 0 01110 size:2 10000 00101 10 Rn:5 Rd:5',
  }),
  ...rows(inverted, {
    NOT: '0 Q 1 01110 00 10000 00101 10 Rn:5 Rd:5',
  }),
  ...rows(bitwise, {
    'RBIT (vector)': '0 Q 1 01110 01 10000 00101 10 Rn:5 Rd:5',
  }),
  ...rows(pairwiseLong, {
    SADDLP: '0 Q 0 01110 size:2 10000 00010 10 Rn:5 Rd:5',
    UADDLP: '0 Q 1 01110 size:2 10000 00010 10 Rn:5 Rd:5',
    SADALP: '0 Q 0 01110 size:2 10000 00110 10 Rn:5 Rd:5',
    UADALP: '0 Q 1 01110 size:2 10000 00110 10 Rn:5 Rd:5',
  }),
  ...rows(narrow, {
    XTN: '0 Q 0 01110 size:2 10000 10010 10 Rn:5 Rd:5',
    'SQXTUN, vector': '0 Q 1 01110 size:2 10000 10010 10 Rn:5 Rd:5',
    'SQXTN, vector': '0 Q 0 01110 size:2 10000 10100 10 Rn:5 Rd:5',
    'UQXTN, vector': '0 Q 1 01110 size:2 10000 10100 10 Rn:5 Rd:5',
  }),
  ...rows(shiftLong, {
    SHLL: '0 Q 1 01110 size:2 10000 10011 10 Rn:5 Rd:5',
  }),
  ...rows(fp, {
    'FRINTN (vector)': '0 Q 0 01110 0 sz 10000 11000 10 Rn:5 Rd:5',
    'FRINTA (vector)': '0 Q 1 01110 0 sz 10000 11000 10 Rn:5 Rd:5',
    'FRINTP (vector)': '0 Q 0 01110 1 sz 10000 11000 10 Rn:5 Rd:5',
    'FRINTM (vector)': '0 Q 0 01110 0 sz 10000 11001 10 Rn:5 Rd:5',
    'FRINTX (vector)': '0 Q 1 01110 0 sz 10000 11001 10 Rn:5 Rd:5',
    'FRINTZ (vector)': '0 Q 0 01110 1 sz 10000 11001 10 Rn:5 Rd:5',
    'FRINTI (vector)': '0 Q 1 01110 1 sz 10000 11001 10 Rn:5 Rd:5',
    'FCVTNS (vector), vector': '0 Q 0 01110 0 sz 10000 11010 10 Rn:5 Rd:5',
    'FCVTNU (vector), vector': '0 Q 1 01110 0 sz 10000 11010 10 Rn:5 Rd:5',
    'FCVTPS (vector), vector': '0 Q 0 01110 1 sz 10000 11010 10 Rn:5 Rd:5',
    'FCVTPU (vector), vector': '0 Q 1 01110 1 sz 10000 11010 10 Rn:5 Rd:5',
    'FCVTMS (vector), vector': '0 Q 0 01110 0 sz 10000 11011 10 Rn:5 Rd:5',
    'FCVTMU (vector), vector': '0 Q 1 01110 0 sz 10000 11011 10 Rn:5 Rd:5',
    'FCVTZS (vector, integer), vector': '0 Q 0 01110 1 sz 10000 11011 10 Rn:5 Rd:5',
    'FCVTZU (vector, integer), vector': '0 Q 1 01110 1 sz 10000 11011 10 Rn:5 Rd:5',
    'FCVTAS (vector), vector': '0 Q 0 01110 0 sz 10000 11100 10 Rn:5 Rd:5',
    'FCVTAU (vector), vector': '0 Q 1 01110 0 sz 10000 11100 10 Rn:5 Rd:5',
    'SCVTF (vector, integer), vector': '0 Q 0 01110 0 sz 10000 11101 10 Rn:5 Rd:5',
    'UCVTF (vector, integer), vector': '0 Q 1 01110 0 sz 10000 11101 10 Rn:5 Rd:5',
    'FRECPE, vector': '0 Q 0 01110 1 sz 10000 11101 10 Rn:5 Rd:5',
    'FRSQRTE, vector': '0 Q 1 01110 1 sz 10000 11101 10 Rn:5 Rd:5',
    'FABS (vector)': '0 Q 0 01110 1 sz 10000 01111 10 Rn:5 Rd:5',
    'FNEG (vector)': '0 Q 1 01110 1 sz 10000 01111 10 Rn:5 Rd:5',
    'FSQRT (vector)': '0 Q 1 01110 1 sz 10000 11111 10 Rn:5 Rd:5',
  }),
  ...rows(fpZero, {
    'FCMGT (zero), vector': '0 Q 0 01110 1 sz 10000 01100 10 Rn:5 Rd:5',
    'FCMGE (zero), vector': '0 Q 1 01110 1 sz 10000 01100 10 Rn:5 Rd:5',
    'FCMEQ (zero), vector': '0 Q 0 01110 1 sz 10000 01101 10 Rn:5 Rd:5',
    'FCMLE (zero), vector': '0 Q 1 01110 1 sz 10000 01101 10 Rn:5 Rd:5',
    'FCMLT (zero), vector': '0 Q 0 01110 1 sz 10000 01110 10 Rn:5 Rd:5',
  }),
  ...rows(fpSingle, {
    URECPE: '0 Q 0 01110 1 sz 10000 11100 10 Rn:5 Rd:5',
    URSQRTE: '0 Q 1 01110 1 sz 10000 11100 10 Rn:5 Rd:5',
  }),
  ...rows(fpNarrow, {
    FCVTN: '0 Q 0 01110 0 sz 10000 10110 10 Rn:5 Rd:5',
  }),
  ...rows(fpNarrowOdd, {
    'FCVTXN, vector': '0 Q 1 01110 0 sz 10000 10110 10 Rn:5 Rd:5',
  }),
  ...rows(fpLong, {
    FCVTL: '0 Q 0 01110 0 sz 10000 10111 10 Rn:5 Rd:5',
  }),
});
