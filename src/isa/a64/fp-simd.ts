/** "Data processing: scalar floating-point and Advanced SIMD", Arm ARM C4.1: every row of the group. */
import type { Encoding } from '../encoding.js';
import { cryptographic } from './fp-simd/crypto.js';
import * as fpArithmetic from './fp-simd/fp-arithmetic.js';
import * as fpConvert from './fp-simd/fp-convert.js';
import * as byElement from './fp-simd/simd-by-element.js';
import * as copyPermute from './fp-simd/simd-copy-permute.js';
import { modifiedImmediate } from './fp-simd/simd-modified-immediate.js';
import * as reduce from './fp-simd/simd-reduce.js';
import * as shiftImmediate from './fp-simd/simd-shift-immediate.js';
import * as threeDifferent from './fp-simd/simd-three-different.js';
import * as threeSame from './fp-simd/simd-three-same.js';
import * as twoRegisterMisc from './fp-simd/simd-two-register-misc.js';

export const floatingPointAndSimd: readonly Encoding[] = [
  ...Object.values(fpArithmetic),
  ...Object.values(fpConvert),
  ...Object.values(threeSame),
  ...Object.values(threeDifferent),
  ...Object.values(twoRegisterMisc),
  ...Object.values(reduce),
  ...Object.values(shiftImmediate),
  ...Object.values(byElement),
  ...Object.values(copyPermute),
  modifiedImmediate,
  cryptographic,
].flat();
