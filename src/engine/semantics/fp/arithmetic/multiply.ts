/** FPMul() and FPMulX(). Arm ARM J1.3.3. */
import type { Builder, I32, I64, Int } from '../../../ir/builder.js';
import { invalid, operands, roundingMode } from './environment.js';
import {
  isInfinity,
  isNaN,
  isSpecial,
  isZero,
  powerOfTwo,
  signed,
  signOf,
  unpack,
  type Format,
  type Unpacked,
} from './format.js';
import { fpProcessNaNs } from './nan.js';
import { fpRound } from './round.js';
import { cases, routine } from './routine.js';
import { jammed, multiplyWide } from './wide.js';

/** Product of normalized significands, jammed: bit 63 or bit 62 is its highest. */
function significandProduct(c: Builder, F: Format, a: I64, b: I64): I64 {
  if (F.bits === 64) return jammed(c, multiplyWide(c, a, b));
  return c.mul(c.shrU(a, 32), c.shrU(b, 32));
}

function finiteProduct(c: Builder, F: Format, sign: I32, x: Unpacked, y: Unpacked): Int {
  const product = significandProduct(c, F, x.significand, y.significand);
  const shift = c.clz(product);
  const exponent = c.sub(c.add(c.add(x.exponent, y.exponent), 1), c.wrap(shift));
  return fpRound(c, F, sign, exponent, c.shl(product, shift), roundingMode(c));
}

/** `infinityTimesZero` gives the result where the manual's two functions differ. */
function multiplication(name: string, infinityTimesZero: (c: Builder, F: Format, sign: I32) => Int) {
  return routine(name, ['F', 'F'], 'F', (c, F, given1, given2) => {
    const [a, b] = operands(c, F, given1, given2);
    const sign = c.xor(signOf(c, F, a), signOf(c, F, b));
    const special = () =>
      cases(
        c,
        F.type,
        [
          [() => c.or(isNaN(c, F, a), isNaN(c, F, b)), () => fpProcessNaNs(c, F, a, b)],
          [() => c.or(isZero(c, F, a), isZero(c, F, b)), () => infinityTimesZero(c, F, sign)],
        ],
        () => signed(c, F, sign, F.infinity),
      );
    return cases(
      c,
      F.type,
      [
        [() => c.or(isSpecial(c, F, a), isSpecial(c, F, b)), special],
        [() => c.or(isZero(c, F, a), isZero(c, F, b)), () => signed(c, F, sign, 0n)],
      ],
      () => finiteProduct(c, F, sign, unpack(c, F, a), unpack(c, F, b)),
    );
  });
}

/** FPMul(a, b, FPCR). */
export const fpMul = multiplication('FPMul', invalid);

/** FPMulX(a, b, FPCR): infinity times zero is two. */
export const fpMulX = multiplication('FPMulX', (c, F, sign) => signed(c, F, sign, powerOfTwo(F, 1)));

/** Whether the product of two operands is infinity times zero. */
export function isInfinityTimesZero(c: Builder, F: Format, a: Int, b: Int): I32 {
  return c.or(c.and(isInfinity(c, F, a), isZero(c, F, b)), c.and(isZero(c, F, a), isInfinity(c, F, b)));
}
