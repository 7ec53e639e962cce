/** Operands of the scalar floating-point and Advanced SIMD instructions. */
import type { OperandFactory } from './operand.js';

export const simdOperands: Readonly<Record<string, OperandFactory>> = {};
