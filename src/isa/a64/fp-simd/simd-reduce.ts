/** Reductions of pairs and vectors. Arm ARM C4.1, "Advanced SIMD scalar pairwise", "... across lanes". */
import { encodings } from '../../table.js';
import { rows, type Form } from './simd-forms.js';

const scalarAdd: Form = { text: 'op <Dd>, <Vn.2d>' };
const scalarFpPair: Form = { text: 'op <Vd sz>, <Vn.T sz pair>' };

/** Four elements at least: 8B, 16B, 4H, 8H, 4S. */
const fourLanes: NonNullable<Form['where']> = (f) => f.size < 2 || (f.size === 2 && f.Q === 1);
const across: Form = { where: fourLanes, text: 'op <Vd size>, <Vn.T>' };
const acrossLong: Form = { where: fourLanes, text: 'op <Vd size wide>, <Vn.T>' };
const acrossFp: Form = { text: 'op <Sd>, <Vn.4s>' };

export const scalarPairwise = encodings('Advanced SIMD scalar pairwise', {
  ...rows(scalarAdd, {
    'ADDP (scalar)': '01 0 11110 11 11000 11011 10 Rn:5 Rd:5',
  }),
  ...rows(scalarFpPair, {
    'FMAXNMP (scalar)': '01 1 11110 0 sz 11000 01100 10 Rn:5 Rd:5',
    'FMINNMP (scalar)': '01 1 11110 1 sz 11000 01100 10 Rn:5 Rd:5',
    'FADDP (scalar)': '01 1 11110 0 sz 11000 01101 10 Rn:5 Rd:5',
    'FMAXP (scalar)': '01 1 11110 0 sz 11000 01111 10 Rn:5 Rd:5',
    'FMINP (scalar)': '01 1 11110 1 sz 11000 01111 10 Rn:5 Rd:5',
  }),
});

export const acrossLanes = encodings('Advanced SIMD across lanes', {
  ...rows(acrossLong, {
    SADDLV: '0 Q 0 01110 size:2 11000 00011 10 Rn:5 Rd:5',
    UADDLV: '0 Q 1 01110 size:2 11000 00011 10 Rn:5 Rd:5',
  }),
  ...rows(across, {
    SMAXV: '0 Q 0 01110 size:2 11000 01010 10 Rn:5 Rd:5',
    UMAXV: '0 Q 1 01110 size:2 11000 01010 10 Rn:5 Rd:5',
    SMINV: '0 Q 0 01110 size:2 11000 11010 10 Rn:5 Rd:5',
    UMINV: '0 Q 1 01110 size:2 11000 11010 10 Rn:5 Rd:5',
    ADDV: '0 Q 0 01110 size:2 11000 11011 10 Rn:5 Rd:5',
  }),
  ...rows(acrossFp, {
    FMAXNMV: '0 1 1 01110 0 0 11000 01100 10 Rn:5 Rd:5',
    FMINNMV: '0 1 1 01110 1 0 11000 01100 10 Rn:5 Rd:5',
    FMAXV: '0 1 1 01110 0 0 11000 01111 10 Rn:5 Rd:5',
    FMINV: '0 1 1 01110 1 0 11000 01111 10 Rn:5 Rd:5',
  }),
});
