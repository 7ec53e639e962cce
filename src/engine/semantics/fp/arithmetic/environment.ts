/** FPCR and FPSR as the arithmetic uses them. Arm ARM C5.2.7 (FPCR), C5.2.8 (FPSR), D1.11 (exceptions). */
import type { Builder, I32, Int } from '../../../ir/builder.js';
import { FPCR, FPSR } from '../../../layout.js';
import { bits, magnitude, signOnly, type Format } from './format.js';
import { routine } from './routine.js';

/** FPCR.RMode at bits 23:22. */
export const RMODE_SHIFT = 22;
/** FPCR.FZ: subnormal operands and results become zero. */
export const FZ = 1 << 24;
/** FPCR.DN: every NaN result is the default NaN. */
export const DN = 1 << 25;
/** FPCR.AHP: half precision has no infinities and NaNs. */
export const AHP = 1 << 26;

/** FPSR's cumulative exception bits. */
export const INVALID = 1 << 0;
export const DIVIDE_BY_ZERO = 1 << 1;
export const OVERFLOW = 1 << 2;
export const UNDERFLOW = 1 << 3;
export const INEXACT = 1 << 4;
export const INPUT_DENORMAL = 1 << 7;

/** FPRounding: 0 to 3 as FPCR.RMode has them. */
export const NEAREST_EVEN = 0;
export const TOWARD_POSITIVE = 1;
export const TOWARD_NEGATIVE = 2;
export const TOWARD_ZERO = 3;
export const NEAREST_AWAY = 4;
/** Von Neumann rounding: an inexact result has its lowest bit set. */
export const TO_ODD = 5;

export function fpcr(c: Builder): I32 {
  return c.get(FPCR) as I32;
}

/** FPRoundingMode(FPCR). */
export function roundingMode(c: Builder): I32 {
  return c.and(c.shrU(fpcr(c), RMODE_SHIFT), 3);
}

/** Sets bits of FPSR. */
export function raise(c: Builder, exceptions: I32 | number): void {
  c.set(FPSR, c.or(c.get(FPSR) as I32, exceptions));
}

/** Sets bits of FPSR and gives the result that goes with them. */
export function raising(c: Builder, exceptions: number, result: Int): Int {
  raise(c, exceptions);
  return result;
}

/** Invalid Operation, and the default NaN. */
export function invalid(c: Builder, F: Format): Int {
  return raising(c, INVALID, bits(c, F, F.defaultNaN));
}

const flushed = routine('FPFlushInput', ['F'], 'F', (c, F, x) => {
  const subnormal = c.ltU<Int>(c.sub<Int>(magnitude(c, F, x), 1), F.leastNormal - 1n);
  c.if(subnormal, () => raise(c, INPUT_DENORMAL));
  return c.select(subnormal, signOnly(c, F, x) as I32, x as I32);
});

/** What FPUnpack() does with operands first: under FPCR.FZ subnormal ones become zero. */
export function operands(c: Builder, F: Format, ...given: readonly Int[]): Int[] {
  const variables = given.map((x) => c.variable(F.type, x as I32));
  c.if(c.and(fpcr(c), FZ), () => {
    variables.forEach((variable, i) => c.setVariable(variable, flushed(c, F, given[i])));
  });
  return variables.map((variable) => c.getVariable(variable) as Int);
}
