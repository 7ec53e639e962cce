/** FPConvert() between formats, FPConvertNaN(). Arm ARM J1.3.3; half precision: A1.4.2. */
import type { Builder, I32, I64, Int } from '../../../ir/builder.js';
import { AHP, DN, INVALID, fpcr, operands, raise, raising } from './environment.js';
import {
  bits,
  double,
  half,
  isNaN,
  isSignallingNaN,
  isSpecial,
  isZero,
  signed,
  signOf,
  single,
  unpack,
  withSign,
  type Format,
} from './format.js';
import { fpRound } from './round.js';
import { cases, routine } from './routine.js';

function toWidthOf(c: Builder, F: Format, value: I64): Int {
  return F.type === 'i64' ? value : c.wrap(value);
}

/** A NaN of `from` as a quiet one of `to`: the fraction keeps its highest bits. */
function convertedNaN(c: Builder, from: Format, to: Format, x: Int): Int {
  const payload = c.and(c.to64(x), from.fraction);
  const distance = to.fractionBits - from.fractionBits;
  const fraction = distance > 0 ? c.shl(payload, distance) : c.shrU(payload, -distance);
  const quiet = toWidthOf(c, to, c.or(fraction, to.defaultNaN));
  return cases(c, to.type, [[() => c.and(fpcr(c), DN), () => bits(c, to, to.defaultNaN)]], () =>
    withSign(c, to, signOf(c, from, x), quiet),
  );
}

/** A NaN to half precision: the alternative format has none, every NaN is invalid and gives zero. */
function convertedNaNToHalf(c: Builder, from: Format, x: Int): Int {
  const alternative = () => c.and(fpcr(c), AHP);
  const zero = () => raising(c, INVALID, signed(c, half, signOf(c, from, x), 0n));
  return cases(c, half.type, [[alternative, zero]], () => convertedNaN(c, from, half, x));
}

function convertedInfinity(c: Builder, to: Format, sign: I32): Int {
  const infinity = () => signed(c, to, sign, to.infinity);
  if (to !== half) return infinity();
  const largest = () => raising(c, INVALID, signed(c, to, sign, to.magnitude));
  return cases(c, to.type, [[() => c.and(fpcr(c), AHP), largest]], infinity);
}

function conversion(from: Format, to: Format) {
  const name = `FPConvert.${from.bits}`;
  return routine(name, [from.type, 'i32'], 'F', (c, _, given, rounding) => {
    // FPCR.FZ does not act on half-precision operands.
    const [x] = from === half ? [given] : operands(c, from, given);
    const sign = signOf(c, from, x);
    const nan = () => {
      c.if(isSignallingNaN(c, from, x), () => raise(c, INVALID));
      return to === half ? convertedNaNToHalf(c, from, x) : convertedNaN(c, from, to, x);
    };
    const finite = () => {
      const { exponent, significand } = unpack(c, from, x);
      return fpRound(c, to, sign, exponent, significand, rounding);
    };
    // The alternative half-precision format has numbers in place of infinities and NaNs.
    const special = () =>
      from === half ? c.and(isSpecial(c, from, x), c.eqz(c.and(fpcr(c), AHP))) : isSpecial(c, from, x);
    const specials = () =>
      cases(c, to.type, [[() => isNaN(c, from, x), nan]], () => convertedInfinity(c, to, sign));
    return cases(
      c,
      to.type,
      [
        [special, specials],
        [() => isZero(c, from, x), () => signed(c, to, sign, 0n)],
      ],
      finite,
    );
  });
}

const conversions = new Map(
  [half, single, double].flatMap((from) =>
    [half, single, double].map((to) => [`${from.name} ${to.name}`, conversion(from, to)] as const),
  ),
);

/** FPConvert(x, FPCR, rounding) from one format to another. */
export function fpConvert(c: Builder, from: Format, to: Format, x: Int, rounding: I32): Int {
  const convert = conversions.get(`${from.name} ${to.name}`);
  if (convert === undefined) throw new Error(`no conversion from ${from.name} to ${to.name}`);
  return convert(c, to, x, rounding);
}
