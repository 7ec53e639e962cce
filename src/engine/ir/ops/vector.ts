/** The integer v128 rows of the operation table: WebAssembly SIMD, by lanes. */
import { joinLanes, lanesOf, simd, type OpRow } from './row.js';

const MASK128 = (1n << 128n) - 1n;

type Shape = 'i8x16' | 'i16x8' | 'i32x4' | 'i64x2';
const laneWidth: Readonly<Record<Shape, number>> = { i8x16: 8, i16x8: 16, i32x4: 32, i64x2: 64 };

// Opcodes by shape: not every operation exists for every one.
const all = (i8x16: number, i16x8: number, i32x4: number, i64x2: number) => ({ i8x16, i16x8, i32x4, i64x2 });
const notBytes = (i16x8: number, i32x4: number, i64x2: number) => ({ i16x8, i32x4, i64x2 });
const notDoublewords = (i8x16: number, i16x8: number, i32x4: number) => ({ i8x16, i16x8, i32x4 });
const narrow = (i8x16: number, i16x8: number) => ({ i8x16, i16x8 });

/** Opcodes and meaning. */
type Entry<F> = readonly [codes: Readonly<Partial<Record<Shape, number>>>, f: F];
/** Lanes of one width: their bits, and a lane as a signed number. */
interface Lane {
  readonly width: number;
  readonly signed: (x: bigint) => bigint;
}
const laneOf = (shape: Shape): Lane => {
  const width = laneWidth[shape];
  return { width, signed: (x) => BigInt.asIntN(width, x) };
};

/** Names of the rows that a table of entries makes. */
type ShapedName<T extends Readonly<Record<string, Entry<unknown>>>> = {
  [N in keyof T & string]: `${keyof T[N][0] & string}.${N}`;
}[keyof T & string];

/** Makes a row of each entry and shape. */
function shaped<T extends Readonly<Record<string, Entry<unknown>>>, Row>(
  table: T,
  row: (shape: Shape, code: readonly number[], f: T[keyof T][1]) => Row,
): { readonly [N in ShapedName<T>]: Row } {
  const rows = Object.entries(table).flatMap(([name, [codes, f]]) =>
    Object.entries(codes).map(([shape, code]) => [
      `${shape}.${name}`,
      row(shape as Shape, simd(code), f as T[keyof T][1]),
    ]),
  );
  return Object.fromEntries(rows) as { [N in ShapedName<T>]: Row };
}

const mask = (holds: boolean): bigint => (holds ? -1n : 0n);
const clamp = (x: bigint, low: bigint, high: bigint): bigint => (x < low ? low : x > high ? high : x);
const clampSigned = (x: bigint, { width }: Lane): bigint =>
  clamp(x, -(1n << BigInt(width - 1)), (1n << BigInt(width - 1)) - 1n);
const clampUnsigned = (x: bigint, { width }: Lane): bigint => clamp(x, 0n, (1n << BigInt(width)) - 1n);

const binary = {
  add: [all(110, 142, 174, 206), (a, b) => a + b],
  sub: [all(113, 145, 177, 209), (a, b) => a - b],
  mul: [notBytes(149, 181, 213), (a, b) => a * b],
  eq: [all(35, 45, 55, 214), (a, b) => mask(a === b)],
  ne: [all(36, 46, 56, 215), (a, b) => mask(a !== b)],
  lt_s: [all(37, 47, 57, 216), (a, b, { signed }) => mask(signed(a) < signed(b))],
  lt_u: [notDoublewords(38, 48, 58), (a, b) => mask(a < b)],
  gt_s: [all(39, 49, 59, 217), (a, b, { signed }) => mask(signed(a) > signed(b))],
  gt_u: [notDoublewords(40, 50, 60), (a, b) => mask(a > b)],
  le_s: [all(41, 51, 61, 218), (a, b, { signed }) => mask(signed(a) <= signed(b))],
  le_u: [notDoublewords(42, 52, 62), (a, b) => mask(a <= b)],
  ge_s: [all(43, 53, 63, 219), (a, b, { signed }) => mask(signed(a) >= signed(b))],
  ge_u: [notDoublewords(44, 54, 64), (a, b) => mask(a >= b)],
  min_s: [notDoublewords(118, 150, 182), (a, b, { signed }) => (signed(a) < signed(b) ? a : b)],
  min_u: [notDoublewords(119, 151, 183), (a, b) => (a < b ? a : b)],
  max_s: [notDoublewords(120, 152, 184), (a, b, { signed }) => (signed(a) > signed(b) ? a : b)],
  max_u: [notDoublewords(121, 153, 185), (a, b) => (a > b ? a : b)],
  add_sat_s: [narrow(111, 143), (a, b, lane) => clampSigned(lane.signed(a) + lane.signed(b), lane)],
  add_sat_u: [narrow(112, 144), (a, b, lane) => clampUnsigned(a + b, lane)],
  sub_sat_s: [narrow(114, 146), (a, b, lane) => clampSigned(lane.signed(a) - lane.signed(b), lane)],
  sub_sat_u: [narrow(115, 147), (a, b, lane) => clampUnsigned(a - b, lane)],
} satisfies Record<string, Entry<(a: bigint, b: bigint, lane: Lane) => bigint>>;

const unary = {
  neg: [all(97, 129, 161, 193), (a) => -a],
  abs: [all(96, 128, 160, 192), (a, { signed }) => (signed(a) < 0n ? -a : a)],
  popcnt: [{ i8x16: 98 }, (a) => BigInt(a.toString(2).replaceAll('0', '').length)],
} satisfies Record<string, Entry<(a: bigint, lane: Lane) => bigint>>;

/** By a count, taken modulo the width. */
const shift = {
  shl: [all(107, 139, 171, 203), (a, n) => a << n],
  shr_s: [all(108, 140, 172, 204), (a, n, { signed }) => signed(a) >> n],
  shr_u: [all(109, 141, 173, 205), (a, n) => a >> n],
} satisfies Record<string, Entry<(a: bigint, n: bigint, lane: Lane) => bigint>>;

const test = {
  all_true: [all(99, 131, 163, 195), (lanes) => lanes.every((lane) => lane !== 0n)],
} satisfies Record<string, Entry<(lanes: readonly bigint[]) => boolean>>;

type Row = OpRow<'v128'>;

const lanewise = {
  ...shaped(binary, (shape, code, f): Row => {
    const lane = laneOf(shape);
    const evaluate: Row['evaluate'] = ([a, b]) => {
      const right = lanesOf(b, lane.width);
      const lanes = lanesOf(a, lane.width).map((x, i) => f(x, right[i], lane));
      return joinLanes(lanes, lane.width);
    };
    return { parameters: ['v128', 'v128'], result: 'v128', code, evaluate };
  }),
  ...shaped(unary, (shape, code, f): Row => {
    const lane = laneOf(shape);
    const evaluate: Row['evaluate'] = ([a]) => {
      const lanes = lanesOf(a, lane.width).map((x) => f(x, lane));
      return joinLanes(lanes, lane.width);
    };
    return { parameters: ['v128'], result: 'v128', code, evaluate };
  }),
  ...shaped(shift, (shape, code, f): Row => {
    const lane = laneOf(shape);
    const evaluate: Row['evaluate'] = ([a, n]) => {
      const lanes = lanesOf(a, lane.width).map((x) => f(x, n % BigInt(lane.width), lane));
      return joinLanes(lanes, lane.width);
    };
    return { parameters: ['v128', 'i32'], result: 'v128', code, evaluate };
  }),
  ...shaped(test, (shape, code, f): OpRow<'i32'> => {
    const evaluate: Row['evaluate'] = ([a]) => BigInt(f(lanesOf(a, laneWidth[shape])));
    return { parameters: ['v128'], result: 'i32', code, evaluate };
  }),
};

function bitwise(parameters: number, code: number, f: (...args: bigint[]) => bigint): Row {
  return {
    parameters: Array<'v128'>(parameters).fill('v128'),
    result: 'v128',
    code: simd(code),
    evaluate: (args) => f(...args),
  };
}

function splat(shape: Shape, code: number, floatCode?: number): Row {
  const width = laneWidth[shape];
  return {
    parameters: [width === 64 ? 'i64' : 'i32'],
    result: 'v128',
    code: simd(code),
    ...floatLane(floatCode),
    evaluate: ([a]) => joinLanes(Array<bigint>(128 / width).fill(a), width),
  };
}

function extract<R extends 'i32' | 'i64'>(
  shape: Shape,
  result: R,
  code: number,
  { isSigned = false, floatCode }: { isSigned?: boolean; floatCode?: number } = {},
): OpRow<R> {
  const { width, signed } = laneOf(shape);
  return {
    parameters: ['v128'],
    result,
    code: simd(code),
    ...floatLane(floatCode),
    lanes: 128 / width,
    evaluate: ([a], lane) => {
      const value = lanesOf(a, width)[lane];
      return BigInt.asUintN(result === 'i64' ? 64 : 32, isSigned ? signed(value) : value);
    },
  };
}

function replace(shape: Shape, code: number, floatCode?: number): Row {
  const width = laneWidth[shape];
  return {
    parameters: ['v128', width === 64 ? 'i64' : 'i32'],
    result: 'v128',
    code: simd(code),
    ...floatLane(floatCode),
    lanes: 128 / width,
    evaluate: ([a, x], lane) => {
      const lanes = lanesOf(a, width).map((old, i) => (i === lane ? x : old));
      return joinLanes(lanes, width);
    },
  };
}

/** What a row says of the operation with a float as its lane. */
function floatLane(code: number | undefined): Pick<OpRow, 'floatCode'> {
  return code === undefined ? {} : { floatCode: simd(code) };
}

/** From lanes to those of twice the width: `low` takes the lower half, `high` the upper. */
type Widened<
  To extends Shape,
  From extends Shape,
  Verb extends string,
> = `${To}.${Verb}_${'low' | 'high'}_${From}_${'s' | 'u'}`;

/** The four rows of a verb, whose opcodes follow each other: low and high signed, low and high unsigned. */
function widened<To extends Shape, From extends Shape, Verb extends string>(
  to: To,
  from: From,
  verb: Verb,
  first: number,
  parameters: 1 | 2,
  f: (...lane: bigint[]) => bigint,
): { readonly [N in Widened<To, From, Verb>]: Row } {
  const { width, signed } = laneOf(from);
  const rows = [0, 1, 2, 3].map((i) => {
    const isSigned = i < 2;
    const isLow = i % 2 === 0;
    const half = (value: bigint): bigint[] => {
      const lanes = lanesOf(value, width).map((x) => (isSigned ? signed(x) : x));
      return isLow ? lanes.slice(0, lanes.length / 2) : lanes.slice(lanes.length / 2);
    };
    const evaluate: Row['evaluate'] = (args) => {
      const halves = args.map(half);
      const lanes = halves[0].map((_, lane) => f(...halves.map((values) => values[lane])));
      return joinLanes(lanes, 2 * width);
    };
    const row: Row = {
      parameters: Array<'v128'>(parameters).fill('v128'),
      result: 'v128',
      code: simd(first + i),
      evaluate,
    };
    return [`${to}.${verb}_${isLow ? 'low' : 'high'}_${from}_${isSigned ? 's' : 'u'}`, row];
  });
  return Object.fromEntries(rows) as { [N in Widened<To, From, Verb>]: Row };
}
const same = (a: bigint): bigint => a;
const product = (a: bigint, b: bigint): bigint => a * b;

export const vectorOps = {
  ...lanewise,
  'v128.not': bitwise(1, 77, (a) => a ^ MASK128),
  'v128.and': bitwise(2, 78, (a, b) => a & b),
  'v128.andnot': bitwise(2, 79, (a, b) => a & (b ^ MASK128)),
  'v128.or': bitwise(2, 80, (a, b) => a | b),
  'v128.xor': bitwise(2, 81, (a, b) => a ^ b),
  'v128.bitselect': bitwise(3, 82, (a, b, c) => (a & c) | (b & (c ^ MASK128))),
  'v128.any_true': { ...bitwise(1, 83, (a) => BigInt(a !== 0n)), result: 'i32' },
  // Lane numbers past 15 give zero.
  'i8x16.swizzle': bitwise(2, 14, (a, b) => {
    const from = lanesOf(a, 8);
    const lanes = lanesOf(b, 8).map((i) => (i < 16n ? from[Number(i)] : 0n));
    return joinLanes(lanes, 8);
  }),
  'i8x16.splat': splat('i8x16', 15),
  'i16x8.splat': splat('i16x8', 16),
  'i32x4.splat': splat('i32x4', 17, 19),
  'i64x2.splat': splat('i64x2', 18, 20),
  'i8x16.extract_lane_s': extract('i8x16', 'i32', 21, { isSigned: true }),
  'i8x16.extract_lane_u': extract('i8x16', 'i32', 22),
  'i16x8.extract_lane_s': extract('i16x8', 'i32', 24, { isSigned: true }),
  'i16x8.extract_lane_u': extract('i16x8', 'i32', 25),
  'i32x4.extract_lane': extract('i32x4', 'i32', 27, { floatCode: 31 }),
  'i64x2.extract_lane': extract('i64x2', 'i64', 29, { floatCode: 33 }),
  'i8x16.replace_lane': replace('i8x16', 23),
  'i16x8.replace_lane': replace('i16x8', 26),
  'i32x4.replace_lane': replace('i32x4', 28, 32),
  'i64x2.replace_lane': replace('i64x2', 30, 34),
  ...widened('i16x8', 'i8x16', 'extend', 135, 1, same),
  ...widened('i32x4', 'i16x8', 'extend', 167, 1, same),
  ...widened('i64x2', 'i32x4', 'extend', 199, 1, same),
  ...widened('i16x8', 'i8x16', 'extmul', 156, 2, product),
  ...widened('i32x4', 'i16x8', 'extmul', 188, 2, product),
  ...widened('i64x2', 'i32x4', 'extmul', 220, 2, product),
} as const;
