/**
 * Between the fast paths in `fast.ts` and the routines that follow the manual: while FPSR.IXC is clear, proof that
 * WebAssembly's result is exact, for code that computes with integers in floating point.
 */
import type { Builder, I32, I64, Int } from '../../ir/builder.js';
import { FPSR } from '../../layout.js';
import { FZ, INEXACT, RMODE_SHIFT, fpcr } from './arithmetic/environment.js';
import { double, type Format } from './arithmetic/format.js';
import { routine } from './arithmetic/routine.js';
import {
  accelerated,
  carefree,
  inRange,
  lanesInRange,
  unless,
  type Operation,
  type Range,
  type Routine,
} from './fast.js';
import { native } from './registers.js';

type Binary = (c: Builder, F: Format, a: Int, b: Int) => Int;

function operation(name: 'add' | 'sub' | 'mul'): Binary {
  return (c, F, a, b) => c.op(native(F, name), a, b);
}
const add = operation('add');
const subtract = operation('sub');
const multiply = operation('mul');

function equal(c: Builder, F: Format, a: Int, b: Int): I32 {
  return c.op(native(F, 'eq'), a, b);
}

function promoted(c: Builder, x: Int): I64 {
  return c.op('f64.promote_f32', x);
}

/** What rounding `sum` of a and b lost (Knuth's TwoSum); exact unless something overflows. */
function sumError(c: Builder, F: Format, a: Int, b: Int, sum: Int): Int {
  const partOfB = subtract(c, F, sum, a);
  const partOfA = subtract(c, F, sum, partOfB);
  return add(c, F, subtract(c, F, a, partOfA), subtract(c, F, b, partOfB));
}

/** Zeros at the end of a significand; at most 52. */
function trailingZeros(c: Builder, x: I64): I64 {
  return c.ctz(c.or(x, double.leastNormal));
}

/** Whether the significands of two doubles are so short that their product has at most 53 bits. */
function shortProduct(c: Builder, a: I64, b: I64): I32 {
  return c.gtU(c.add(trailingZeros(c, a), trailingZeros(c, b)), 52);
}

/** Whether a * b is c exactly; neither is subnormal, and for doubles it may answer no where it is. */
function isProduct(c: Builder, F: Format, a: Int, b: Int, product: Int): I32 {
  if (F === double) {
    return c.and(shortProduct(c, a as I64, b as I64), equal(c, F, multiply(c, F, a, b), product));
  }
  const wide = multiply(c, double, promoted(c, a), promoted(c, b));
  return equal(c, double, wide, promoted(c, product));
}

/** Rounding to nearest, subnormal numbers kept. */
export function plainModes(c: Builder): I32 {
  return c.eqz(c.and(fpcr(c), FZ | (3 << RMODE_SHIFT)));
}

type Proof = (c: Builder, F: Format, result: Int, ...args: readonly Int[]) => I32;

/** Whether WebAssembly's result is exact. The result is in the range that goes with the operation. */
const proofs: Readonly<Record<'add' | 'sub' | 'mul' | 'div' | 'sqrt', Proof>> = {
  add: (c, F, sum, a, b) => equal(c, F, sumError(c, F, a, b, sum), c.same<Int>(sum, 0)),
  sub: (c, F, sum, a, b) =>
    equal(c, F, sumError(c, F, a, c.xor<Int>(b, F.signBit), sum), c.same<Int>(sum, 0)),
  mul: (c, F, product, a, b) => isProduct(c, F, a, b, product),
  div: (c, F, quotient, a, b) => c.and(inRange(c, F, 'normal', a), isProduct(c, F, quotient, b, a)),
  sqrt: (c, F, root, a) => c.and(inRange(c, F, 'normal', a), isProduct(c, F, root, root, a)),
};

/** `soft`, but where FPCR is plain and nothing is to be recorded, WebAssembly's result. */
function careful(name: keyof typeof proofs, range: Range, soft: Routine): Routine {
  const attempt = (c: Builder, F: Format, ...args: Int[]): Int => {
    const result = c.op(native(F, name), ...args) as Int;
    const mayUse = c.and(plainModes(c), inRange(c, F, range, result));
    const proven = c.variable('i32', mayUse);
    // With IXC set this is one lane of a vector of which another lane needs care.
    const needsProof = c.and(mayUse, c.eqz(c.and(c.get(FPSR) as I32, INEXACT)));
    c.if(needsProof, () => c.setVariable(proven, proofs[name](c, F, result, ...args)));
    return unless(c, c.getVariable(proven), result, () => soft(c, F, ...(args as never[])));
  };
  if (name === 'sqrt') return routine(`careful.${name}`, ['F'], 'F', attempt);
  return routine(`careful.${name}`, ['F', 'F'], 'F', attempt);
}

/**
 * An arithmetic operation. A subnormal sum or difference is exact; a product or quotient that is not normal may
 * be an underflow.
 */
export function arithmetic(name: keyof typeof proofs, soft: Routine): Operation {
  const range: Range = name === 'add' || name === 'sub' ? 'finite' : 'normal';
  return accelerated(name, careful(name, range, soft), {
    scalar: (c, F, result) => c.and(carefree(c), inRange(c, F, range, result)),
    lanes: (c, F, result) => c.and(carefree(c), lanesInRange(c, F, range, result)),
  });
}
