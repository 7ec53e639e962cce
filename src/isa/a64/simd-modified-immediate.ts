/**
 * Advanced SIMD instructions with an expanded 8-bit immediate. Arm ARM C4.1, "Advanced SIMD modified immediate".
 *
 * One row per class of the manual: `cmode:2` is the free bits of `cmode`, the shift in bytes; `cmode` alone selects
 * a shift of 0 or 8 bits, for the "shifting ones" of 8 or 16.
 */
import { encodings } from '../table.js';

export const modifiedImmediate = encodings('Advanced SIMD modified immediate', {
  'MOVI, 32-bit shifted': '0 Q 0 0111100000 immabc:3 0 cmode:2 0 01 immdefgh:5 Rd:5',
  'MOVI, 16-bit shifted': '0 Q 0 0111100000 immabc:3 10 cmode 0 01 immdefgh:5 Rd:5',
  'MOVI, 32-bit shifting ones': '0 Q 0 0111100000 immabc:3 110 cmode 01 immdefgh:5 Rd:5',
  'MOVI, 8-bit': '0 Q 0 0111100000 immabc:3 1110 01 immdefgh:5 Rd:5',
  'MOVI, 64-bit': '0 Q 1 0111100000 immabc:3 1110 01 immdefgh:5 Rd:5',
  'MVNI, 32-bit shifted': '0 Q 1 0111100000 immabc:3 0 cmode:2 0 01 immdefgh:5 Rd:5',
  'MVNI, 16-bit shifted': '0 Q 1 0111100000 immabc:3 10 cmode 0 01 immdefgh:5 Rd:5',
  'MVNI, 32-bit shifting ones': '0 Q 1 0111100000 immabc:3 110 cmode 01 immdefgh:5 Rd:5',
  'ORR (vector, immediate), 32-bit': '0 Q 0 0111100000 immabc:3 0 cmode:2 1 01 immdefgh:5 Rd:5',
  'ORR (vector, immediate), 16-bit': '0 Q 0 0111100000 immabc:3 10 cmode 1 01 immdefgh:5 Rd:5',
  'BIC (vector, immediate), 32-bit': '0 Q 1 0111100000 immabc:3 0 cmode:2 1 01 immdefgh:5 Rd:5',
  'BIC (vector, immediate), 16-bit': '0 Q 1 0111100000 immabc:3 10 cmode 1 01 immdefgh:5 Rd:5',
  'FMOV (vector, immediate), single': '0 Q 0 0111100000 immabc:3 1111 01 immdefgh:5 Rd:5',
  'FMOV (vector, immediate), double': '0 1 1 0111100000 immabc:3 1111 01 immdefgh:5 Rd:5',
});
