/** FPProcessNaN(), FPProcessNaNs(), FPProcessNaNs3(). Arm ARM A1.5.3, "NaN handling", and J1.3.3. */
import type { Int } from '../../../ir/builder.js';
import { DN, fpcr, INVALID, raise } from './environment.js';
import { bits, isNaN, isSignallingNaN } from './format.js';
import { cases, routine, type Arm } from './routine.js';

/** The result that a NaN operand gives: made quiet, or the default NaN. */
export const fpProcessNaN = routine('FPProcessNaN', ['F'], 'F', (c, F, x) => {
  c.if(isSignallingNaN(c, F, x), () => raise(c, INVALID));
  return cases(c, F.type, [[() => c.and(fpcr(c), DN), () => bits(c, F, F.defaultNaN)]], () =>
    c.or<Int>(x, F.quietBit),
  );
});

/** Of two operands, at least one of them a NaN. The first signalling one counts, else the first quiet one. */
export const fpProcessNaNs = routine('FPProcessNaNs', ['F', 'F'], 'F', (c, F, a, b) => {
  const chosen = cases(
    c,
    F.type,
    [
      [() => isSignallingNaN(c, F, a), () => a],
      [() => isSignallingNaN(c, F, b), () => b],
      [() => isNaN(c, F, a), () => a],
    ],
    () => b,
  );
  return fpProcessNaN(c, F, chosen);
});

/** Of three operands, at least one of them a NaN. */
export const fpProcessNaNs3 = routine('FPProcessNaNs3', ['F', 'F', 'F'], 'F', (c, F, ...given) => {
  const signalling = given.map((x): Arm => [() => isSignallingNaN(c, F, x), () => x]);
  const quiet = given.slice(0, 2).map((x): Arm => [() => isNaN(c, F, x), () => x]);
  return fpProcessNaN(
    c,
    F,
    cases(c, F.type, [...signalling, ...quiet], () => given[2]),
  );
});
