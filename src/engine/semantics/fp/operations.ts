/** The operations of scalar and vector instructions, by mnemonic. */
import type { Builder, Int, V128 } from '../../ir/builder.js';
import { fpAdd, fpSub } from './arithmetic/add.js';
import { fpMax, fpMaxNum, fpMin, fpMinNum } from './arithmetic/compare.js';
import { fpDiv, fpSqrt } from './arithmetic/divide.js';
import {
  NEAREST_AWAY,
  NEAREST_EVEN,
  TOWARD_NEGATIVE,
  TOWARD_POSITIVE,
  TOWARD_ZERO,
  roundingMode,
} from './arithmetic/environment.js';
import { fpRecipEstimate, fpRecpX, fpRSqrtEstimate } from './arithmetic/estimate.js';
import { fpRoundInt } from './arithmetic/fixed.js';
import { magnitude, negated, type Format } from './arithmetic/format.js';
import { fpRecipStepFused, fpRSqrtStepFused } from './arithmetic/fused.js';
import { fpMul, fpMulX } from './arithmetic/multiply.js';
import { exact, followed, software, type Operation } from './fast.js';
import { arithmetic } from './careful.js';
import { constantLanes } from './registers.js';

export function absoluteLanes(c: Builder, F: Format, x: V128): V128 {
  return c.op('v128.and', x, constantLanes(c, F, F.magnitude));
}

export function negatedLanes(c: Builder, F: Format, x: V128): V128 {
  return c.op('v128.xor', x, constantLanes(c, F, F.signBit));
}

const multiply = arithmetic('mul', fpMul);
const subtract = arithmetic('sub', fpSub);

/** Operations of two operands. */
export const binary = {
  FADD: arithmetic('add', fpAdd),
  FSUB: subtract,
  FMUL: multiply,
  FDIV: arithmetic('div', fpDiv),
  FMULX: arithmetic('mul', fpMulX),
  FNMUL: followed(multiply, negated, negatedLanes),
  FABD: followed(subtract, magnitude, absoluteLanes),
  FMAX: exact('max', fpMax),
  FMIN: exact('min', fpMin),
  FMAXNM: exact('max', fpMaxNum),
  FMINNM: exact('min', fpMinNum),
  FRECPS: software(fpRecipStepFused),
  FRSQRTS: software(fpRSqrtStepFused),
} satisfies Record<string, Operation>;

function roundInt(mode: number) {
  return (c: Builder, F: Format, x: Int): Int => fpRoundInt(c, F, x, c.i32(mode), c.i32(0));
}

function roundIntByFPCR(exactly: boolean) {
  return (c: Builder, F: Format, x: Int): Int => fpRoundInt(c, F, x, roundingMode(c), c.i32(exactly ? 1 : 0));
}

/** Operations of one operand. */
export const unary = {
  FABS: { scalar: magnitude, lanes: (c, F, _, x) => absoluteLanes(c, F, x) },
  FNEG: { scalar: negated, lanes: (c, F, _, x) => negatedLanes(c, F, x) },
  FSQRT: arithmetic('sqrt', fpSqrt),
  FRINTN: exact('nearest', roundInt(NEAREST_EVEN)),
  FRINTP: exact('ceil', roundInt(TOWARD_POSITIVE)),
  FRINTM: exact('floor', roundInt(TOWARD_NEGATIVE)),
  FRINTZ: exact('trunc', roundInt(TOWARD_ZERO)),
  FRINTA: software(roundInt(NEAREST_AWAY)),
  FRINTX: software(roundIntByFPCR(true)),
  FRINTI: software(roundIntByFPCR(false)),
  FRECPE: software(fpRecipEstimate),
  FRSQRTE: software(fpRSqrtEstimate),
  FRECPX: software(fpRecpX),
} satisfies Record<string, Operation>;
