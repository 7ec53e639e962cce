/**
 * The pure operations of the intermediate representation, under WebAssembly's names. Each row gives the operand
 * types, the result type, the WebAssembly encoding and what the reference evaluator computes.
 */
import { floatOps } from './float.js';
import { floatVectorOps } from './float-vector.js';
import { integerOps } from './integer.js';
import type { OpRow } from './row.js';
import { vectorOps } from './vector.js';

const table = { ...integerOps, ...floatOps, ...vectorOps, ...floatVectorOps };

/** Name of an operation. */
export type OpName = keyof typeof table;
/** Type of what an operation gives. */
export type ResultOf<N extends OpName> = (typeof table)[N]['result'];

export type { OpRow };
export type { FloatArithmetic, FloatComparison } from './float.js';
export type { IntegerBinary, IntegerComparison, IntegerUnary } from './integer.js';
/** Every operation by name. */
export const ops: Readonly<Record<OpName, OpRow>> = table;
