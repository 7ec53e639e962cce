/** "Data processing: scalar floating-point and Advanced SIMD", Arm ARM C4.1: every row of the group. */
import type { Encoding } from '../encoding.js';
import { cryptographic } from './crypto.js';
import * as fpArithmetic from './fp-arithmetic.js';
import * as fpConvert from './fp-convert.js';
import * as byElement from './simd-by-element.js';
import * as copyPermute from './simd-copy-permute.js';
import { modifiedImmediate } from './simd-modified-immediate.js';
import * as reduce from './simd-reduce.js';
import * as shiftImmediate from './simd-shift-immediate.js';
import * as threeDifferent from './simd-three-different.js';
import * as threeSame from './simd-three-same.js';
import * as twoRegisterMisc from './simd-two-register-misc.js';

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
