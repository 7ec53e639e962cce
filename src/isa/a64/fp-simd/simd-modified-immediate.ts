/**
 * An expanded 8-bit immediate. Arm ARM C4.1, "Advanced SIMD modified immediate".
 *
 * One row per class of the manual: `cmode:2` is the free bits of `cmode`, the shift in bytes; `cmode` alone
 * selects a shift of 0 or 8 bits, for the "shifting ones" of 8 or 16.
 */
import { encodings } from '../../table.js';
import { rows, type Form } from './simd-forms.js';

const words: Form = { text: 'op <Vd.2s/4s>, #<immabc:immdefgh>(, lsl #<cmode *8>)' };
const halfwords: Form = { text: 'op <Vd.4h/8h>, #<immabc:immdefgh>(, lsl #<cmode *8>)' };
const shiftingOnes: Form = { text: 'op <Vd.2s/4s>, #<immabc:immdefgh>, msl #<cmode *8 +8>' };
const bytes: Form = { text: 'op <Vd.8b/16b>, #<immabc:immdefgh>' };
const byteMask: Form = { text: ['op <Dd>, #<byte-mask> ; Q=0', 'op <Vd.2d>, #<byte-mask> ; Q=1'] };
const singles: Form = { text: 'op <Vd.2s/4s>, #<float immabc:immdefgh>' };
const doubles: Form = { text: 'op <Vd.2d>, #<float immabc:immdefgh>' };

export const modifiedImmediate = encodings('Advanced SIMD modified immediate', {
  ...rows(words, {
    'MOVI, 32-bit shifted': '0 Q 0 0111100000 immabc:3 0 cmode:2 0 01 immdefgh:5 Rd:5',
    'MVNI, 32-bit shifted': '0 Q 1 0111100000 immabc:3 0 cmode:2 0 01 immdefgh:5 Rd:5',
    'ORR (vector, immediate), 32-bit': '0 Q 0 0111100000 immabc:3 0 cmode:2 1 01 immdefgh:5 Rd:5',
    'BIC (vector, immediate), 32-bit': '0 Q 1 0111100000 immabc:3 0 cmode:2 1 01 immdefgh:5 Rd:5',
  }),
  ...rows(halfwords, {
    'MOVI, 16-bit shifted': '0 Q 0 0111100000 immabc:3 10 cmode 0 01 immdefgh:5 Rd:5',
    'MVNI, 16-bit shifted': '0 Q 1 0111100000 immabc:3 10 cmode 0 01 immdefgh:5 Rd:5',
    'ORR (vector, immediate), 16-bit': '0 Q 0 0111100000 immabc:3 10 cmode 1 01 immdefgh:5 Rd:5',
    'BIC (vector, immediate), 16-bit': '0 Q 1 0111100000 immabc:3 10 cmode 1 01 immdefgh:5 Rd:5',
  }),
  ...rows(shiftingOnes, {
    'MOVI, 32-bit shifting ones': '0 Q 0 0111100000 immabc:3 110 cmode 01 immdefgh:5 Rd:5',
    'MVNI, 32-bit shifting ones': '0 Q 1 0111100000 immabc:3 110 cmode 01 immdefgh:5 Rd:5',
  }),
  ...rows(bytes, {
    'MOVI, 8-bit': '0 Q 0 0111100000 immabc:3 1110 01 immdefgh:5 Rd:5',
  }),
  ...rows(byteMask, {
    'MOVI, 64-bit': '0 Q 1 0111100000 immabc:3 1110 01 immdefgh:5 Rd:5',
  }),
  ...rows(singles, {
    'FMOV (vector, immediate), single': '0 Q 0 0111100000 immabc:3 1111 01 immdefgh:5 Rd:5',
  }),
  ...rows(doubles, {
    'FMOV (vector, immediate), double': '0 1 1 0111100000 immabc:3 1111 01 immdefgh:5 Rd:5',
  }),
});
