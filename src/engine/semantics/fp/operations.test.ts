/**
 * Arithmetic against exact rational arithmetic with bigints, in every rounding mode, with the flags; and special
 * cases whose results were read off QEMU 7.2.
 */
import { describe, expect, it } from 'vitest';
import { handlerModule } from '../../interpreter/called-handler.js';
import { EntryOperands } from '../../interpreter/entry-operands.js';
import { Builder, type Int } from '../../ir/builder.js';
import { FPCR, FPSR } from '../../layout.js';
import { CoreState } from '../../state.js';
import { fpConvert } from './arithmetic/convert.js';
import { roundingMode } from './arithmetic/environment.js';
import { double, half, single, type Format } from './arithmetic/format.js';
import type { Operation } from './fast.js';
import { multiplyAdd } from './fused-fast.js';
import { binary, unary } from './operations.js';

const memory = new WebAssembly.Memory({ initial: 4 });
const state = new CoreState(memory);
const nothing = () => 0;
const imports = {
  engine: { memory },
  host: { service: nothing, slowLoad: nothing, slowStore: nothing },
};
const ENTRY = 0x8000;

interface Outcome {
  readonly result: bigint;
  readonly fpsr: number;
}
type Run = (operands: readonly bigint[], fpcr: number, fpsr: number) => Outcome;

/** Compiles an operation to a handler on V0 (the result) and V1 to V3 (operands). */
function compiled(F: Format, arity: number, operation: (c: Builder, args: Int[]) => Int, to = F): Run {
  const c = new Builder();
  const fields = ['Rn', 'Rm', 'Ra'].slice(0, arity);
  const value = operation(
    c,
    fields.map((field) => c.readV<Format['bytes']>({ field }, F.bytes)),
  );
  c.writeV({ field: 'Rd' }, to.bytes, value);
  const places = new EntryOperands(c.block);
  const bytes = handlerModule([{ block: c.block, operands: places }]);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
  const handler = exports.h0 as (entry: number) => number;
  const view = new DataView(memory.buffer);
  return (operands, fpcr, fpsr) => {
    places.write(view, ENTRY, { Rd: 0, Rn: 1, Rm: 2, Ra: 3 });
    operands.forEach((x, i) => state.setV(i + 1, x));
    state.setLow(FPCR, fpcr);
    state.setLow(FPSR, fpsr);
    handler(ENTRY);
    return { result: state.v(0), fpsr: state.low(FPSR) };
  };
}

/** A rational number; `den` is positive. */
interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

function rational(F: Format, x: bigint): Rational {
  const biased = Number((x & F.infinity) >> BigInt(F.fractionBits));
  const fraction = x & F.fraction;
  const significand = biased === 0 ? fraction : fraction | F.leastNormal;
  const exponent = Math.max(biased, 1) - F.bias - F.fractionBits;
  const num = (x & F.signBit) !== 0n ? -significand : significand;
  return exponent >= 0 ? { num: num << BigInt(exponent), den: 1n } : { num, den: 1n << BigInt(-exponent) };
}

const bitLength = (x: bigint): number => x.toString(2).length;

/** Rounds a number that is not zero, in FPCR's mode; FPSR's bits with it. */
function rounded(F: Format, { num, den }: Rational, mode: number): Outcome {
  const negative = num < 0n;
  const size = negative ? -num : num;
  let exponent = bitLength(size) - bitLength(den);
  const scaled = (e: number) => (e >= 0 ? [size, den << BigInt(e)] : [size << BigInt(-e), den]);
  if (scaled(exponent)[0] < scaled(exponent)[1]) exponent -= 1;
  const tiny = exponent < 1 - F.bias;
  const place = Math.max(exponent, 1 - F.bias) - F.fractionBits;
  const [n, d] = scaled(place);
  let integer = n / d;
  const rest = 2n * (n % d);
  const away = mode === 1 ? !negative : mode === 2 && negative;
  const up = mode === 0 ? rest > d || (rest === d && (integer & 1n) === 1n) : away && rest > 0n;
  if (up) integer += 1n;
  const inexact = rest > 0n ? 0x10 : 0;
  const sign = negative ? F.signBit : 0n;
  const base = BigInt(Math.max(exponent, 1 - F.bias) + F.bias - 1) << BigInt(F.fractionBits);
  const value = base + integer;
  if (value >= F.infinity) {
    const toInfinity = mode === 0 || away;
    return { result: sign | (toInfinity ? F.infinity : F.infinity - 1n), fpsr: 0x14 };
  }
  return { result: sign | value, fpsr: inexact | (tiny && inexact !== 0 ? 8 : 0) };
}

function random(seed: number): () => number {
  let x = seed;
  return () => {
    x = (Math.imul(x, 1664525) + 1013904223) | 0;
    return (x >>> 8) & 0xffffff;
  };
}

/** A finite number: any pattern, few bits, or near the ends of the range. */
function operand(F: Format, next: () => number): bigint {
  const any = (BigInt(next()) << 48n) | (BigInt(next()) << 24n) | BigInt(next());
  const biased = [() => next(), () => F.bias + (next() % 9) - 4, () => next() % 3, () => F.exponentMax - 1];
  const exponent = BigInt(biased[next() % 4]() % F.exponentMax) << BigInt(F.fractionBits);
  const keep = next() % 2 === 0 ? 0n : BigInt(F.fractionBits - 5);
  const fraction = ((any & F.fraction) >> keep) << keep;
  return (next() % 2 === 0 ? 0n : F.signBit) | exponent | fraction;
}

const CASES = 3000;

/** Compares an operation with the rational result; zero results are left to the special cases. */
function againstRationals(
  F: Format,
  arity: number,
  run: Run,
  exact: (...x: Rational[]) => Rational | undefined,
  to = F,
): void {
  const next = random(F.bits * 100 + arity);
  for (let i = 0; i < CASES; i++) {
    const operands = Array.from({ length: arity }, () => operand(F, next));
    const value = exact(...operands.map((x) => rational(F, x)));
    if (value === undefined || value.num === 0n) continue;
    const mode = i % 4;
    const sticky = (i >> 2) % 2 === 0 ? 0 : 0x10;
    const expected = rounded(to, value, mode);
    const actual = run(operands, mode << 22, sticky);
    const what = `${operands.map((x) => x.toString(16)).join()} mode ${mode}`;
    expect(`${what}: ${actual.result.toString(16)} ${actual.fpsr}`).toBe(
      `${what}: ${expected.result.toString(16)} ${expected.fpsr | sticky}`,
    );
  }
}

const sum = (a: Rational, b: Rational): Rational => ({
  num: a.num * b.den + b.num * a.den,
  den: a.den * b.den,
});
const minus = ({ num, den }: Rational): Rational => ({ num: -num, den });
const product = (a: Rational, b: Rational): Rational => ({ num: a.num * b.num, den: a.den * b.den });
const quotient = (a: Rational, b: Rational): Rational | undefined =>
  b.num === 0n
    ? undefined
    : { num: b.num < 0n ? -a.num * b.den : a.num * b.den, den: a.den * (b.num < 0n ? -b.num : b.num) };

const operations: Readonly<Record<string, Operation>> = { ...binary, ...unary };

describe.each([single, double])('$name precision against rationals', (F) => {
  const of = (arity: number, name: string): Run =>
    compiled(F, arity, (c, args) => operations[name].scalar(c, F, ...args));

  it('adds', () => againstRationals(F, 2, of(2, 'FADD'), sum));
  it('subtracts', () => againstRationals(F, 2, of(2, 'FSUB'), (a, b) => sum(a, minus(b))));
  it('multiplies', () => againstRationals(F, 2, of(2, 'FMUL'), product));
  it('divides', () => againstRationals(F, 2, of(2, 'FDIV'), quotient));
  it('multiplies and adds', () => {
    const run = compiled(F, 3, (c, [a, n, m]) => multiplyAdd.scalar(c, F, a, n, m));
    againstRationals(F, 3, run, (a, n, m) => sum(a, product(n, m)));
  });
  it('steps toward a reciprocal', () =>
    againstRationals(F, 2, of(2, 'FRECPS'), (a, b) => sum({ num: 2n, den: 1n }, minus(product(a, b)))));
  it('steps toward a reciprocal root', () =>
    againstRationals(F, 2, of(2, 'FRSQRTS'), (a, b) =>
      product({ num: 1n, den: 2n }, sum({ num: 3n, den: 1n }, minus(product(a, b)))),
    ));
  it('takes roots', () =>
    againstRationals(F, 1, of(1, 'FSQRT'), ({ num, den }) => {
      if (num <= 0n) return undefined;
      // 128 bits of the root and, unless it is exact, half of one more.
      const scaled = (num << 2300n) / den;
      let root = 1n << BigInt(Math.ceil(bitLength(scaled) / 2));
      for (let better = root; ; root = better) {
        better = (root + scaled / root) / 2n;
        if (better >= root) break;
      }
      return { num: 2n * root + (root * root === scaled ? 0n : 1n), den: 1n << 1151n };
    }));
});

describe('conversion against rationals', () => {
  const run = compiled(double, 1, (c, [x]) => fpConvert(c, double, single, x, roundingMode(c)), single);
  it('narrows', () => againstRationals(double, 1, run, (x) => x, single));
});

const FZ = 1 << 24;
const DN = 1 << 25;
const AHP = 1 << 26;

describe('special cases as on QEMU', () => {
  const run2 = (name: keyof typeof binary): Run =>
    compiled(single, 2, (c, [a, b]) => binary[name].scalar(c, single, a, b));
  it.each([
    ['FADD', 0x7f800000, 0xff800000, 0, 0x7fc00000, 0x01],
    ['FADD', 0x7fc00001, 0xff800002, 0, 0xffc00002, 0x01],
    ['FADD', 0x7fc00001, 0xffc00002, 0, 0x7fc00001, 0x00],
    ['FADD', 0x7fc00001, 0xff800002, DN, 0x7fc00000, 0x01],
    ['FADD', 0x3f800000, 0xbf800000, 2 << 22, 0x80000000, 0x00],
    ['FADD', 0x00000001, 0x80000001, FZ, 0x00000000, 0x80],
    ['FSUB', 0x00800001, 0x00800000, FZ, 0x00000000, 0x08],
    ['FMUL', 0x7f800000, 0x80000000, 0, 0x7fc00000, 0x01],
    ['FMULX', 0x7f800000, 0x80000000, 0, 0xc0000000, 0x00],
    ['FDIV', 0x3f800000, 0x80000000, 0, 0xff800000, 0x02],
    ['FDIV', 0x00000000, 0x00000000, 0, 0x7fc00000, 0x01],
    ['FMAX', 0x80000000, 0x00000000, 0, 0x00000000, 0x00],
    ['FMIN', 0x80000000, 0x00000000, 0, 0x80000000, 0x00],
    ['FMAXNM', 0x7fc00001, 0xbf800000, 0, 0xbf800000, 0x00],
    ['FMAXNM', 0x7f800001, 0xbf800000, 0, 0x7fc00001, 0x01],
    ['FRECPS', 0x7f800000, 0x00000000, 0, 0x40000000, 0x00],
    ['FRSQRTS', 0x7f800000, 0x00000000, 0, 0x3fc00000, 0x00],
  ] as const)('%s(%i, %i) with FPCR %i', (name, a, b, fpcr, result, fpsr) => {
    expect(run2(name)([BigInt(a), BigInt(b)], fpcr, 0)).toEqual({ result: BigInt(result), fpsr });
  });

  it.each([
    ['FRECPE', 0x3f800000, 0, 0x3f7f8000, 0x00],
    ['FRECPE', 0x00100000, 0, 0x7f800000, 0x14],
    ['FRECPE', 0x7f000000, FZ, 0x00000000, 0x08],
    ['FRSQRTE', 0x40000000, 0, 0x3f348000, 0x00],
    ['FRSQRTE', 0x80000000, 0, 0xff800000, 0x02],
    ['FRSQRTE', 0xbf800000, 0, 0x7fc00000, 0x01],
    ['FRECPX', 0x40490fdb, 0, 0x3f800000, 0x00],
    ['FRINTX', 0x3fc00000, 0, 0x40000000, 0x10],
    ['FRINTA', 0xc0200000, 0, 0xc0400000, 0x00],
    ['FRINTN', 0xbe800000, 0, 0x80000000, 0x00],
    ['FSQRT', 0x80000000, 0, 0x80000000, 0x00],
  ] as const)('%s(%i) with FPCR %i', (name, a, fpcr, result, fpsr) => {
    const run = compiled(single, 1, (c, [x]) => unary[name].scalar(c, single, x));
    expect(run([BigInt(a)], fpcr, 0)).toEqual({ result: BigInt(result), fpsr });
  });

  it.each([
    [0x7f800000, 0, 0x7c00, 0x00],
    [0x7f800000, AHP, 0x7fff, 0x01],
    [0xffc00000, AHP, 0x8000, 0x01],
    [0x477fe000, 0, 0x7bff, 0x00],
    [0x477ff000, 0, 0x7c00, 0x14],
    [0x477ff000, AHP, 0x7c00, 0x10],
    [0x33000001, 0, 0x0001, 0x18],
  ] as const)('single %i to half with FPCR %i', (x, fpcr, result, fpsr) => {
    const run = compiled(single, 1, (c, [v]) => fpConvert(c, single, half, v, roundingMode(c)), half);
    expect(run([BigInt(x)], fpcr, 0)).toEqual({ result: BigInt(result), fpsr });
  });
});
