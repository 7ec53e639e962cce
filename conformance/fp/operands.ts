/** Adversarial floating-point operands, states of FPCR and FPSR. Every draw is reproducible from the seed. */

/** 32 random bits a call: xorshift128 by Marsaglia. */
export class Random {
  private state: [number, number, number, number];

  constructor(seed: number) {
    this.state = [seed | 1, 0x9e3779b9, 0x243f6a88, 0xb7e15162];
    for (let i = 0; i < 16; i++) this.bits32();
  }
  bits32(): number {
    const [x, y, z, w] = this.state;
    const t = x ^ (x << 11);
    const next = (w ^ (w >>> 19) ^ t ^ (t >>> 8)) >>> 0;
    this.state = [y, z, w, next];
    return next;
  }
  bits64(): bigint {
    return (BigInt(this.bits32()) << 32n) | BigInt(this.bits32());
  }
  below(count: number): number {
    return this.bits32() % count;
  }
  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)];
  }
}

interface Shape {
  readonly bits: number;
  readonly fraction: number;
}
const shapes: Readonly<Record<16 | 32 | 64, Shape>> = {
  16: { bits: 16, fraction: 10 },
  32: { bits: 32, fraction: 23 },
  64: { bits: 64, fraction: 52 },
};

/** Zero, subnormal and normal limits, one and its neighbours, infinity, NaNs; without signs. */
function specials({ bits, fraction }: Shape): bigint[] {
  const one = 1n << BigInt(fraction);
  const infinity = ((1n << BigInt(bits - 1 - fraction)) - 1n) * one;
  const unity = ((1n << BigInt(bits - 2 - fraction)) - 1n) * one;
  return [
    ...[0n, 1n, 2n, one - 1n, one, one + 1n, 2n * one, one >> 1n, one >> 2n, (one >> 2n) - 1n],
    ...[unity, unity - 1n, unity + 1n, unity - one, unity + one, unity | (one >> 1n), unity - one + 1n],
    ...[infinity - 1n, infinity - one, infinity - 2n * one, infinity - one - 1n, infinity],
    ...[infinity | 1n, infinity | (one >> 1n), infinity | (one - 1n), infinity | (one >> 2n) | 5n],
  ];
}

const specialsOf = { 16: specials(shapes[16]), 32: specials(shapes[32]), 64: specials(shapes[64]) };

/** A number near a power of two that bounds an integer or fixed-point range, or near half of an integer. */
function nearInteger(random: Random, { bits, fraction }: Shape): bigint {
  const bias = (1 << (bits - 2 - fraction)) - 1;
  const exponent =
    bias + random.pick([-1, 0, 1, 3, 7, 15, 22, 23, 24, 30, 31, 32, 33, 51, 52, 53, 61, 62, 63, 64]);
  const kept = BigInt(random.below(8));
  const integer = BigInt(exponent) << BigInt(fraction);
  const low = random.pick([
    0n,
    1n,
    (1n << BigInt(fraction)) - 1n,
    kept << BigInt(fraction - 3),
    random.bits64(),
  ]);
  return BigInt.asUintN(bits - 1, integer | (low & ((1n << BigInt(fraction)) - 1n)));
}

/** A significand of few bits: sums, products and quotients are exact or ties. */
function fewBits(random: Random, { bits, fraction }: Shape): bigint {
  const bias = (1 << (bits - 2 - fraction)) - 1;
  const exponent = BigInt(bias + random.below(9) - 4);
  const used = BigInt(1 + random.below(Math.min(12, fraction)));
  const significand = (random.bits64() & ((1n << used) - 1n)) << (BigInt(fraction) - used);
  return (exponent << BigInt(fraction)) | significand;
}

/** A random pattern of a moderate exponent. */
function moderate(random: Random, { bits, fraction }: Shape): bigint {
  const bias = (1 << (bits - 2 - fraction)) - 1;
  const exponent = BigInt(bias + random.below(17) - 8);
  return (exponent << BigInt(fraction)) | (random.bits64() & ((1n << BigInt(fraction)) - 1n));
}

/** About half of the last place of `other`: sums with it are ties or nearly so. */
function halfPlace(random: Random, { bits, fraction }: Shape, other: bigint): bigint {
  const exponent = BigInt.asUintN(bits - 1, other) >> BigInt(fraction);
  const place = exponent - BigInt(fraction + random.pick([0, 1, 1, 2]));
  const low = random.pick([0n, 0n, 1n, 1n << BigInt(fraction - 1)]);
  return place > 0n ? (place << BigInt(fraction)) | low : low;
}

/** One operand of `width` bits; `related` to some that were drawn before. */
function operand(random: Random, width: 16 | 32 | 64, related: readonly bigint[]): bigint {
  const shape = shapes[width];
  const sign = BigInt(random.below(2)) << BigInt(width - 1);
  switch (random.below(8)) {
    case 0:
    case 1:
      return random.pick(specialsOf[width]) | sign;
    case 2:
      return nearInteger(random, shape) | sign;
    case 3:
      return fewBits(random, shape) | sign;
    case 4:
    case 5:
      return moderate(random, shape) | sign;
    case 6: {
      if (related.length === 0) return BigInt.asUintN(width, random.bits64());
      if (random.below(2) === 0) return halfPlace(random, shape, random.pick(related)) | sign;
      const delta = random.pick([
        0n,
        1n,
        -1n,
        2n,
        1n << BigInt(shape.fraction),
        -1n << BigInt(shape.fraction),
      ]);
      return BigInt.asUintN(width, (random.pick(related) ^ sign) + delta);
    }
    default:
      return BigInt.asUintN(width, random.bits64());
  }
}

/** A 128-bit register of such operands. */
export function register(random: Random, width: 16 | 32 | 64, related: bigint[]): bigint {
  let value = 0n;
  for (let at = 0; at < 128; at += width) {
    const part = operand(random, width, related);
    related.push(part);
    value |= part << BigInt(at);
  }
  return value;
}

/** An integer near the limits of its ranges, of few bits, or any. */
export function integer(random: Random): bigint {
  const power = 1n << BigInt(random.below(64));
  const delta = BigInt(random.below(5) - 2);
  const value = random.pick([
    power + delta,
    -power + delta,
    delta,
    random.bits64(),
    random.bits64() >> BigInt(random.below(64)),
  ]);
  return BigInt.asUintN(64, value);
}

/** FPCR: all defaults every other time, else any of RMode, FZ, DN, AHP. */
export function fpcr(random: Random): number {
  if (random.below(2) === 0) return 0;
  const bit = (at: number) => random.below(2) << at;
  return (random.below(4) << 22) | bit(24) | bit(25) | bit(26);
}

/** FPSR: Inexact set or not; the other cumulative bits now and then. */
export function fpsr(random: Random): number {
  const inexact = random.below(2) << 4;
  return random.below(8) === 0 ? inexact | (random.bits32() & 0x0800009f) : inexact;
}

/**
 * Factors and an addend of a fused multiply-add whose result is nearly a tie or nearly cancels: bit patterns of
 * `width` bits.
 */
export function nearTie(random: Random, width: 32 | 64): { addend: bigint; a: bigint; b: bigint } {
  const fraction = shapes[width].fraction;
  const pattern = (x: number): bigint => {
    const view = new DataView(new ArrayBuffer(8));
    if (width === 32) view.setFloat32(4, x);
    else view.setFloat64(0, x);
    return view.getBigUint64(0);
  };
  const sign = () => random.pick([1, -1]);
  const small = 2 ** -random.pick([fraction, fraction - 1, fraction >> 1, (fraction >> 1) + 1]);
  const random1 = () => 1 + random.bits32() / 2 ** 32;
  const factor = (near: number) => random.pick([near, near, 1, 1.5, random1()]);
  const a = sign() * factor(1 + small);
  const b = sign() * factor(1 - small) * 2 ** random.pick([0, 1, -1, 5]);
  const scale =
    2 ** random.pick([0, 0, 1, -1, fraction, fraction + 1, fraction + 2, -fraction, -fraction - 2]);
  const base = random.pick([a * b, 1, 1 + 2 ** -fraction, 1 + 2 ** (1 - fraction), random1()]);
  const delta = BigInt(random.pick([0, 0, 1, -1]));
  return { a: pattern(a), b: pattern(b), addend: pattern(sign() * base * scale) + delta };
}
