/** Two sources, widening or narrowing. Arm ARM C4.1, "Advanced SIMD [scalar] three different". */
import { encodings } from '../../table.js';
import { rows, size16Or32, to32, type Form } from './simd-forms.js';

const scalarLong: Form = { where: size16Or32, text: 'op <Vd size wide>, <Vn size>, <Vm size>' };

const long: Form = { where: to32, text: 'op<2> <Vd.T size wide>, <Vn.T>, <Vm.T>' };
const long16Or32: Form = { where: size16Or32, text: 'op<2> <Vd.T size wide>, <Vn.T>, <Vm.T>' };
const longPolynomial: Form = {
  where: (f) => f.size === 0 || f.size === 3,
  text: 'op<2> <Vd.T size wide>, <Vn.T>, <Vm.T>',
};
const wide: Form = { where: to32, text: 'op<2> <Vd.T size wide>, <Vn.T size wide>, <Vm.T>' };
const narrow: Form = { where: to32, text: 'op<2> <Vd.T>, <Vn.T size wide>, <Vm.T size wide>' };

export const scalarThreeDifferent = encodings('Advanced SIMD scalar three different', {
  ...rows(scalarLong, {
    'SQDMLAL (vector), scalar': '01 0 11110 size:2 1 Rm:5 1001 00 Rn:5 Rd:5',
    'SQDMLSL (vector), scalar': '01 0 11110 size:2 1 Rm:5 1011 00 Rn:5 Rd:5',
    'SQDMULL (vector), scalar': '01 0 11110 size:2 1 Rm:5 1101 00 Rn:5 Rd:5',
  }),
});

export const vectorThreeDifferent = encodings('Advanced SIMD three different', {
  ...rows(long, {
    SADDL: '0 Q 0 01110 size:2 1 Rm:5 0000 00 Rn:5 Rd:5',
    UADDL: '0 Q 1 01110 size:2 1 Rm:5 0000 00 Rn:5 Rd:5',
    SSUBL: '0 Q 0 01110 size:2 1 Rm:5 0010 00 Rn:5 Rd:5',
    USUBL: '0 Q 1 01110 size:2 1 Rm:5 0010 00 Rn:5 Rd:5',
    SABAL: '0 Q 0 01110 size:2 1 Rm:5 0101 00 Rn:5 Rd:5',
    UABAL: '0 Q 1 01110 size:2 1 Rm:5 0101 00 Rn:5 Rd:5',
    SABDL: '0 Q 0 01110 size:2 1 Rm:5 0111 00 Rn:5 Rd:5',
    UABDL: '0 Q 1 01110 size:2 1 Rm:5 0111 00 Rn:5 Rd:5',
    'SMLAL (vector)': '0 Q 0 01110 size:2 1 Rm:5 1000 00 Rn:5 Rd:5',
    'UMLAL (vector)': '0 Q 1 01110 size:2 1 Rm:5 1000 00 Rn:5 Rd:5',
    'SMLSL (vector)': '0 Q 0 01110 size:2 1 Rm:5 1010 00 Rn:5 Rd:5',
    'UMLSL (vector)': '0 Q 1 01110 size:2 1 Rm:5 1010 00 Rn:5 Rd:5',
    'SMULL (vector)': '0 Q 0 01110 size:2 1 Rm:5 1100 00 Rn:5 Rd:5',
    'UMULL (vector)': '0 Q 1 01110 size:2 1 Rm:5 1100 00 Rn:5 Rd:5',
  }),
  ...rows(wide, {
    SADDW: '0 Q 0 01110 size:2 1 Rm:5 0001 00 Rn:5 Rd:5',
    UADDW: '0 Q 1 01110 size:2 1 Rm:5 0001 00 Rn:5 Rd:5',
    SSUBW: '0 Q 0 01110 size:2 1 Rm:5 0011 00 Rn:5 Rd:5',
    USUBW: '0 Q 1 01110 size:2 1 Rm:5 0011 00 Rn:5 Rd:5',
  }),
  ...rows(narrow, {
    ADDHN: '0 Q 0 01110 size:2 1 Rm:5 0100 00 Rn:5 Rd:5',
    RADDHN: '0 Q 1 01110 size:2 1 Rm:5 0100 00 Rn:5 Rd:5',
    SUBHN: '0 Q 0 01110 size:2 1 Rm:5 0110 00 Rn:5 Rd:5',
    RSUBHN: '0 Q 1 01110 size:2 1 Rm:5 0110 00 Rn:5 Rd:5',
  }),
  ...rows(long16Or32, {
    'SQDMLAL (vector), vector': '0 Q 0 01110 size:2 1 Rm:5 1001 00 Rn:5 Rd:5',
    'SQDMLSL (vector), vector': '0 Q 0 01110 size:2 1 Rm:5 1011 00 Rn:5 Rd:5',
    'SQDMULL (vector), vector': '0 Q 0 01110 size:2 1 Rm:5 1101 00 Rn:5 Rd:5',
  }),
  ...rows(longPolynomial, {
    PMULL: '0 Q 0 01110 size:2 1 Rm:5 1110 00 Rn:5 Rd:5',
  }),
});
