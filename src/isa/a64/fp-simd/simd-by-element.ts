/** Advanced SIMD multiplications by one element. Arm ARM C4.1, "Advanced SIMD [scalar] x indexed element". */
import { encodings } from '../../table.js';
import { fpArrangement, rows, size16Or32, type Form } from './simd-forms.js';

/** A doubleword's index is `H` alone: `L` must be 0. */
const fpIndex: NonNullable<Form['where']> = (f) => f.sz === 0 || f.L === 0;

const scalarSame: Form = { where: size16Or32, text: 'op <Vd size>, <Vn size>, <Vm.element size>' };
const scalarLong: Form = { where: size16Or32, text: 'op <Vd size wide>, <Vn size>, <Vm.element size>' };
const scalarFp: Form = { where: fpIndex, text: 'op <Vd sz>, <Vn sz>, <Vm.element sz>' };

const same: Form = { where: size16Or32, text: 'op <Vd.T>, <Vn.T>, <Vm.element size>' };
const long: Form = { where: size16Or32, text: 'op<2> <Vd.T size wide>, <Vn.T>, <Vm.element size>' };
const fp: Form = {
  where: (f) => fpArrangement(f) && fpIndex(f),
  text: 'op <Vd.T sz>, <Vn.T sz>, <Vm.element sz>',
};

export const scalarByElement = encodings('Advanced SIMD scalar x indexed element', {
  ...rows(scalarSame, {
    'SQDMULH (by element), scalar': '01 0 11111 size:2 L M Rm:4 1100 H 0 Rn:5 Rd:5',
    'SQRDMULH (by element), scalar': '01 0 11111 size:2 L M Rm:4 1101 H 0 Rn:5 Rd:5',
  }),
  ...rows(scalarLong, {
    'SQDMLAL (by element), scalar': '01 0 11111 size:2 L M Rm:4 0011 H 0 Rn:5 Rd:5',
    'SQDMLSL (by element), scalar': '01 0 11111 size:2 L M Rm:4 0111 H 0 Rn:5 Rd:5',
    'SQDMULL (by element), scalar': '01 0 11111 size:2 L M Rm:4 1011 H 0 Rn:5 Rd:5',
  }),
  ...rows(scalarFp, {
    'FMLA (by element), scalar': '01 0 11111 1 sz L M Rm:4 0001 H 0 Rn:5 Rd:5',
    'FMLS (by element), scalar': '01 0 11111 1 sz L M Rm:4 0101 H 0 Rn:5 Rd:5',
    'FMUL (by element), scalar': '01 0 11111 1 sz L M Rm:4 1001 H 0 Rn:5 Rd:5',
    'FMULX (by element), scalar': '01 1 11111 1 sz L M Rm:4 1001 H 0 Rn:5 Rd:5',
  }),
});

export const vectorByElement = encodings('Advanced SIMD vector x indexed element', {
  ...rows(same, {
    'MLA (by element)': '0 Q 1 01111 size:2 L M Rm:4 0000 H 0 Rn:5 Rd:5',
    'MLS (by element)': '0 Q 1 01111 size:2 L M Rm:4 0100 H 0 Rn:5 Rd:5',
    'MUL (by element)': '0 Q 0 01111 size:2 L M Rm:4 1000 H 0 Rn:5 Rd:5',
    'SQDMULH (by element), vector': '0 Q 0 01111 size:2 L M Rm:4 1100 H 0 Rn:5 Rd:5',
    'SQRDMULH (by element), vector': '0 Q 0 01111 size:2 L M Rm:4 1101 H 0 Rn:5 Rd:5',
  }),
  ...rows(long, {
    'SMLAL (by element)': '0 Q 0 01111 size:2 L M Rm:4 0010 H 0 Rn:5 Rd:5',
    'UMLAL (by element)': '0 Q 1 01111 size:2 L M Rm:4 0010 H 0 Rn:5 Rd:5',
    'SMLSL (by element)': '0 Q 0 01111 size:2 L M Rm:4 0110 H 0 Rn:5 Rd:5',
    'UMLSL (by element)': '0 Q 1 01111 size:2 L M Rm:4 0110 H 0 Rn:5 Rd:5',
    'SMULL (by element)': '0 Q 0 01111 size:2 L M Rm:4 1010 H 0 Rn:5 Rd:5',
    'UMULL (by element)': '0 Q 1 01111 size:2 L M Rm:4 1010 H 0 Rn:5 Rd:5',
    'SQDMLAL (by element), vector': '0 Q 0 01111 size:2 L M Rm:4 0011 H 0 Rn:5 Rd:5',
    'SQDMLSL (by element), vector': '0 Q 0 01111 size:2 L M Rm:4 0111 H 0 Rn:5 Rd:5',
    'SQDMULL (by element), vector': '0 Q 0 01111 size:2 L M Rm:4 1011 H 0 Rn:5 Rd:5',
  }),
  ...rows(fp, {
    'FMLA (by element), vector': '0 Q 0 01111 1 sz L M Rm:4 0001 H 0 Rn:5 Rd:5',
    'FMLS (by element), vector': '0 Q 0 01111 1 sz L M Rm:4 0101 H 0 Rn:5 Rd:5',
    'FMUL (by element), vector': '0 Q 0 01111 1 sz L M Rm:4 1001 H 0 Rn:5 Rd:5',
    'FMULX (by element), vector': '0 Q 1 01111 1 sz L M Rm:4 1001 H 0 Rn:5 Rd:5',
  }),
});
