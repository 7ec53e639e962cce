/** FPAdd() and FPSub(). Arm ARM J1.3.3. */
import type { Builder, Int } from '../../../ir/builder.js';
import { invalid, operands, roundingMode } from './environment.js';
import {
  isInfinity,
  isNaN,
  isSpecial,
  isZero,
  magnitude,
  negated,
  shiftRightJamming,
  signOnly,
  unpack,
  type Format,
} from './format.js';
import { fpProcessNaNs } from './nan.js';
import { fpRound, zeroSum } from './round.js';
import { cases, routine } from './routine.js';

/** Sum of two finite numbers, not both zero. */
function finiteSum(c: Builder, F: Format, a: Int, b: Int): Int {
  const aIsLarger = c.geU<Int>(magnitude(c, F, a), magnitude(c, F, b));
  const large = unpack(c, F, c.select(aIsLarger, a, b));
  const small = unpack(c, F, c.select(aIsLarger, b, a));
  // One bit of headroom; the lowest bits of a significand are clear.
  const shift = c.add(c.sub(large.exponent, small.exponent), 1);
  const left = c.shrU(large.significand, 1);
  const right = shiftRightJamming(c, small.significand, shift);
  const opposite = c.ne(large.sign, small.sign);
  const sum = c.select(opposite, c.sub(left, right), c.add(left, right));
  const zeros = c.clz(sum);
  const exponent = c.sub(c.add(large.exponent, 1), c.wrap(zeros));
  return cases(c, F.type, [[() => c.eqz(sum), () => zeroSum(c, F, roundingMode(c))]], () =>
    fpRound(c, F, large.sign, exponent, c.shl(sum, zeros), roundingMode(c)),
  );
}

function addition(name: string, subtracts: boolean) {
  return routine(name, ['F', 'F'], 'F', (c, F, given1, given2) => {
    const [a, operand2] = operands(c, F, given1, given2);
    // A NaN keeps its sign in a subtraction.
    const b = subtracts ? negated(c, F, operand2) : operand2;
    const opposite = () => c.ne<Int>(signOnly(c, F, a), signOnly(c, F, b));
    return cases(
      c,
      F.type,
      [
        [
          () => c.or(isSpecial(c, F, a), isSpecial(c, F, b)),
          () =>
            cases(
              c,
              F.type,
              [
                [() => c.or(isNaN(c, F, a), isNaN(c, F, operand2)), () => fpProcessNaNs(c, F, a, operand2)],
                [
                  () => c.and(c.and(isInfinity(c, F, a), isInfinity(c, F, b)), opposite()),
                  () => invalid(c, F),
                ],
                [() => isInfinity(c, F, a), () => a],
              ],
              () => b,
            ),
        ],
        [
          () => c.and(isZero(c, F, a), isZero(c, F, b)),
          () => cases(c, F.type, [[opposite, () => zeroSum(c, F, roundingMode(c))]], () => a),
        ],
      ],
      () => finiteSum(c, F, a, b),
    );
  });
}

/** FPAdd(a, b, FPCR). */
export const fpAdd = addition('FPAdd', false);

/** FPSub(a, b, FPCR). */
export const fpSub = addition('FPSub', true);
