/** Operand values that are likely to find a wrong instruction: limits, edges, special floating-point values. */
import type { Random } from './random.js';

const MASK64 = 0xffff_ffff_ffff_ffffn;

const integerEdges: readonly bigint[] = [
  0n,
  1n,
  2n,
  MASK64,
  MASK64 - 1n,
  0x8000_0000_0000_0000n,
  0x7fff_ffff_ffff_ffffn,
  0x8000_0000n,
  0x7fff_ffffn,
  0xffff_ffffn,
  0xffff_ffff_8000_0000n,
  0x1_0000_0000n,
  0x8000n,
  0x7fffn,
  0xffffn,
  0x80n,
  0x7fn,
  0xffn,
  0x5555_5555_5555_5555n,
  0xaaaa_aaaa_aaaa_aaaan,
  0x0123_4567_89ab_cdefn,
];

/** A 64-bit integer operand. */
export function integerOperand(random: Random): bigint {
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2:
      return random.pick(integerEdges);
    case 3:
      return 1n << BigInt(random.below(64));
    case 4:
      return (MASK64 << BigInt(random.below(64))) & MASK64;
    case 5:
      return BigInt.asUintN(64, BigInt(random.below(256) - 128));
    case 6:
      return BigInt(random.word());
    default:
      return random.long();
  }
}

/** A floating-point format: widths of exponent and fraction in bits. */
interface Format {
  readonly bits: number;
  readonly exponent: number;
  readonly fraction: number;
}

const formats: Readonly<Record<number, Format>> = {
  16: { bits: 16, exponent: 5, fraction: 10 },
  32: { bits: 32, exponent: 8, fraction: 23 },
  64: { bits: 64, exponent: 11, fraction: 52 },
};

/** Fractions whose rounding is delicate: none, all, lowest bit, highest bit, around the middle. */
function fractionOperand(random: Random, width: number): bigint {
  const all = (1n << BigInt(width)) - 1n;
  switch (random.below(6)) {
    case 0:
      return 0n;
    case 1:
      return all;
    case 2:
      return 1n;
    case 3:
      return 1n << BigInt(random.below(width));
    case 4:
      return all ^ ((1n << BigInt(random.below(width))) - 1n);
    default:
      return random.long() & all;
  }
}

/** A floating-point operand of 16, 32 or 64 bits, as its encoding. */
function floatOperand(random: Random, bits: number): bigint {
  const { exponent, fraction } = formats[bits];
  const sign = BigInt(random.below(2)) << BigInt(bits - 1);
  const exponents = 2 ** exponent;
  const bias = exponents / 2 - 1;
  let power: number;
  switch (random.below(10)) {
    case 0:
      return sign; // zero
    case 1:
      power = 0; // denormal
      break;
    case 2:
      return sign | (BigInt(exponents - 1) << BigInt(fraction)); // infinity
    case 3:
      power = exponents - 1; // NaN, quiet or signalling
      break;
    case 4:
      power = 1 + random.below(3); // next to the denormals
      break;
    case 5:
      power = exponents - 2 - random.below(3); // next to infinity
      break;
    case 6:
    case 7:
      power = bias + random.below(7) - 3; // near one
      break;
    case 8:
      // Near the limits of integers and of narrower formats.
      power =
        bias + random.pick([-150, -127, -24, -15, 7, 15, 23, 31, 32, 52, 63, 64, 127]) + random.below(3) - 1;
      break;
    default:
      power = random.below(exponents);
  }
  const biased = Math.min(Math.max(power, 0), exponents - 1);
  return sign | (BigInt(biased) << BigInt(fraction)) | fractionOperand(random, fraction);
}

/** What the lanes of a vector operand hold. */
export interface LaneKind {
  readonly bits: 8 | 16 | 32 | 64;
  readonly float: boolean;
}

/** 64 bits of a vector operand with lanes of one kind. */
export function laneOperands(random: Random, { bits, float }: LaneKind): bigint {
  if (bits === 64) return float ? floatOperand(random, 64) : integerOperand(random);
  let value = 0n;
  const mask = (1n << BigInt(bits)) - 1n;
  for (let at = 0; at < 64; at += bits) {
    const lane = float && bits !== 8 ? floatOperand(random, bits) : laneInteger(random, bits) & mask;
    value |= lane << BigInt(at);
  }
  return value;
}

function laneInteger(random: Random, bits: number): bigint {
  const top = 1n << BigInt(bits - 1);
  switch (random.below(8)) {
    case 0:
      return 0n;
    case 1:
      return MASK64;
    case 2:
      return top;
    case 3:
      return top - 1n;
    case 4:
      return 1n;
    case 5:
      return BigInt.asUintN(64, BigInt(random.below(2 * bits + 2) - bits - 1)); // shift distances
    default:
      return BigInt(random.word());
  }
}
