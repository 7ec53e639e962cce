/** The v128 rows of the operation table: WebAssembly SIMD, by lanes. */
import type { OpRow } from './ops.js';
import type { Type } from './nodes.js';

const V: Type = 'v128';
const MASK128 = (1n << 128n) - 1n;

/** LEB128 encoding of a SIMD opcode behind its 0xfd prefix. */
const simd = (code: number): number[] =>
  code < 0x80 ? [0xfd, code] : [0xfd, (code & 0x7f) | 0x80, code >> 7];

type Shape = 'i8x16' | 'i16x8' | 'i32x4' | 'i64x2';
const laneWidth: Readonly<Record<Shape, number>> = { i8x16: 8, i16x8: 16, i32x4: 32, i64x2: 64 };

function lanes(value: bigint, width: number): bigint[] {
  const result: bigint[] = [];
  for (let at = 0; at < 128; at += width) result.push(BigInt.asUintN(width, value >> BigInt(at)));
  return result;
}

function join(values: readonly bigint[], width: number): bigint {
  return values.reduce((sum, lane, i) => sum | (BigInt.asUintN(width, lane) << BigInt(i * width)), 0n);
}

/** Builds the rows. */
export function vectorOps(): Record<string, OpRow> {
  const rows: Record<string, OpRow> = {};
  const row = (
    name: string,
    parameters: readonly Type[],
    result: Type,
    code: number,
    evaluate: OpRow['evaluate'],
    lane = false,
  ) => {
    rows[name] = { parameters, result, code: simd(code), evaluate, ...(lane ? { lane } : {}) };
  };

  row('v128.not', [V], V, 77, ([a]) => a ^ MASK128);
  row('v128.and', [V, V], V, 78, ([a, b]) => a & b);
  row('v128.andnot', [V, V], V, 79, ([a, b]) => a & (b ^ MASK128));
  row('v128.or', [V, V], V, 80, ([a, b]) => a | b);
  row('v128.xor', [V, V], V, 81, ([a, b]) => a ^ b);
  row('v128.bitselect', [V, V, V], V, 82, ([a, b, c]) => (a & c) | (b & (c ^ MASK128)));
  row('v128.any_true', [V], 'i32', 83, ([a]) => BigInt(a !== 0n));
  // Lane numbers past 15 give zero.
  row('i8x16.swizzle', [V, V], V, 14, ([a, b]) => {
    const table = lanes(a, 8);
    return join(
      lanes(b, 8).map((i) => (i < 16n ? table[Number(i)] : 0n)),
      8,
    );
  });

  const binary = (
    shape: Shape,
    name: string,
    code: number,
    f: (a: bigint, b: bigint, s: (x: bigint) => bigint) => bigint,
  ) => {
    const width = laneWidth[shape];
    const signed = (x: bigint) => BigInt.asIntN(width, x);
    row(`${shape}.${name}`, [V, V], V, code, ([a, b]) => {
      const right = lanes(b, width);
      return join(
        lanes(a, width).map((x, i) => f(x, right[i], signed)),
        width,
      );
    });
  };
  const unary = (
    shape: Shape,
    name: string,
    code: number,
    f: (a: bigint, s: (x: bigint) => bigint) => bigint,
  ) => {
    const width = laneWidth[shape];
    const signed = (x: bigint) => BigInt.asIntN(width, x);
    row(`${shape}.${name}`, [V], V, code, ([a]) =>
      join(
        lanes(a, width).map((x) => f(x, signed)),
        width,
      ),
    );
  };
  const shift = (
    shape: Shape,
    name: string,
    code: number,
    f: (a: bigint, n: bigint, s: (x: bigint) => bigint) => bigint,
  ) => {
    const width = laneWidth[shape];
    const signed = (x: bigint) => BigInt.asIntN(width, x);
    row(`${shape}.${name}`, [V, 'i32'], V, code, ([a, n]) =>
      join(
        lanes(a, width).map((x) => f(x, n % BigInt(width), signed)),
        width,
      ),
    );
  };
  const all = (cond: boolean): bigint => (cond ? -1n : 0n);

  const shapes: readonly Shape[] = ['i8x16', 'i16x8', 'i32x4', 'i64x2'];
  const codes = (a: number, b: number, c: number, d: number): Record<Shape, number> => ({
    i8x16: a,
    i16x8: b,
    i32x4: c,
    i64x2: d,
  });
  const each = (table: Record<Shape, number>, f: (shape: Shape, code: number) => void): void => {
    for (const shape of shapes) if (table[shape] >= 0) f(shape, table[shape]);
  };
  each(codes(110, 142, 174, 206), (s, code) => binary(s, 'add', code, (a, b) => a + b));
  each(codes(113, 145, 177, 209), (s, code) => binary(s, 'sub', code, (a, b) => a - b));
  each(codes(-1, 149, 181, 213), (s, code) => binary(s, 'mul', code, (a, b) => a * b));
  each(codes(97, 129, 161, 193), (s, code) => unary(s, 'neg', code, (a) => -a));
  each(codes(96, 128, 160, 192), (s, code) => unary(s, 'abs', code, (a, sg) => (sg(a) < 0n ? -a : a)));
  each(codes(107, 139, 171, 203), (s, code) => shift(s, 'shl', code, (a, n) => a << n));
  each(codes(108, 140, 172, 204), (s, code) => shift(s, 'shr_s', code, (a, n, sg) => sg(a) >> n));
  each(codes(109, 141, 173, 205), (s, code) => shift(s, 'shr_u', code, (a, n) => a >> n));
  each(codes(35, 45, 55, 214), (s, code) => binary(s, 'eq', code, (a, b) => all(a === b)));
  each(codes(36, 46, 56, 215), (s, code) => binary(s, 'ne', code, (a, b) => all(a !== b)));
  each(codes(37, 47, 57, 216), (s, code) => binary(s, 'lt_s', code, (a, b, sg) => all(sg(a) < sg(b))));
  each(codes(38, 48, 58, -1), (s, code) => binary(s, 'lt_u', code, (a, b) => all(a < b)));
  each(codes(39, 49, 59, 217), (s, code) => binary(s, 'gt_s', code, (a, b, sg) => all(sg(a) > sg(b))));
  each(codes(40, 50, 60, -1), (s, code) => binary(s, 'gt_u', code, (a, b) => all(a > b)));
  each(codes(41, 51, 61, 218), (s, code) => binary(s, 'le_s', code, (a, b, sg) => all(sg(a) <= sg(b))));
  each(codes(42, 52, 62, -1), (s, code) => binary(s, 'le_u', code, (a, b) => all(a <= b)));
  each(codes(43, 53, 63, 219), (s, code) => binary(s, 'ge_s', code, (a, b, sg) => all(sg(a) >= sg(b))));
  each(codes(44, 54, 64, -1), (s, code) => binary(s, 'ge_u', code, (a, b) => all(a >= b)));
  each(codes(118, 150, 182, -1), (s, code) =>
    binary(s, 'min_s', code, (a, b, sg) => (sg(a) < sg(b) ? a : b)),
  );
  each(codes(119, 151, 183, -1), (s, code) => binary(s, 'min_u', code, (a, b) => (a < b ? a : b)));
  each(codes(120, 152, 184, -1), (s, code) =>
    binary(s, 'max_s', code, (a, b, sg) => (sg(a) > sg(b) ? a : b)),
  );
  each(codes(121, 153, 185, -1), (s, code) => binary(s, 'max_u', code, (a, b) => (a > b ? a : b)));
  unary('i8x16', 'popcnt', 98, (a) => BigInt(a.toString(2).replaceAll('0', '').length));

  const clamp = (x: bigint, low: bigint, high: bigint): bigint => (x < low ? low : x > high ? high : x);
  for (const [s, base] of [
    ['i8x16', 111],
    ['i16x8', 143],
  ] as const) {
    const w = BigInt(laneWidth[s]);
    const half = 1n << (w - 1n);
    binary(s, 'add_sat_s', base, (a, b, sg) => clamp(sg(a) + sg(b), -half, half - 1n));
    binary(s, 'add_sat_u', base + 1, (a, b) => clamp(a + b, 0n, 2n * half - 1n));
    binary(s, 'sub_sat_s', base + 3, (a, b, sg) => clamp(sg(a) - sg(b), -half, half - 1n));
    binary(s, 'sub_sat_u', base + 4, (a, b) => clamp(a - b, 0n, 2n * half - 1n));
  }

  const splatCodes = { i8x16: 15, i16x8: 16, i32x4: 17, i64x2: 18 };
  for (const shape of shapes) {
    const width = laneWidth[shape];
    const scalar: Type = shape === 'i64x2' ? 'i64' : 'i32';
    row(`${shape}.splat`, [scalar], V, splatCodes[shape], ([a]) =>
      join(Array<bigint>(128 / width).fill(a), width),
    );
  }
  const extract = (name: string, width: number, result: Type, code: number, signed: boolean): void =>
    row(
      name,
      [V],
      result,
      code,
      ([a], lane) => {
        const value = lanes(a, width)[lane];
        return BigInt.asUintN(result === 'i64' ? 64 : 32, signed ? BigInt.asIntN(width, value) : value);
      },
      true,
    );
  extract('i8x16.extract_lane_s', 8, 'i32', 21, true);
  extract('i8x16.extract_lane_u', 8, 'i32', 22, false);
  extract('i16x8.extract_lane_s', 16, 'i32', 24, true);
  extract('i16x8.extract_lane_u', 16, 'i32', 25, false);
  extract('i32x4.extract_lane', 32, 'i32', 27, false);
  extract('i64x2.extract_lane', 64, 'i64', 29, false);
  const replace = (name: string, width: number, scalar: Type, code: number): void =>
    row(
      name,
      [V, scalar],
      V,
      code,
      ([a, x], lane) => {
        const values = lanes(a, width);
        values[lane] = x;
        return join(values, width);
      },
      true,
    );
  replace('i8x16.replace_lane', 8, 'i32', 23);
  replace('i16x8.replace_lane', 16, 'i32', 26);
  replace('i32x4.replace_lane', 32, 'i32', 28);
  replace('i64x2.replace_lane', 64, 'i64', 30);

  // Widening and narrowing. `low` takes lanes of the lower half, `high` of the upper.
  const extend = (to: Shape, from: Shape, code: number): void => {
    const width = laneWidth[from];
    for (const [i, half] of (['low', 'high'] as const).entries()) {
      for (const [j, sign] of (['s', 'u'] as const).entries()) {
        row(`${to}.extend_${half}_${from}_${sign}`, [V], V, code + 2 * j + i, ([a]) => {
          const all = lanes(a, width);
          const part = i === 0 ? all.slice(0, all.length / 2) : all.slice(all.length / 2);
          return join(
            part.map((x) => (sign === 's' ? BigInt.asIntN(width, x) : x)),
            width * 2,
          );
        });
      }
    }
  };
  extend('i16x8', 'i8x16', 135);
  extend('i32x4', 'i16x8', 167);
  extend('i64x2', 'i32x4', 199);
  const extmul = (to: Shape, from: Shape, code: number): void => {
    const width = laneWidth[from];
    for (const [i, half] of (['low', 'high'] as const).entries()) {
      for (const [j, sign] of (['s', 'u'] as const).entries()) {
        row(`${to}.extmul_${half}_${from}_${sign}`, [V, V], V, code + 2 * j + i, ([a, b]) => {
          const pick = (v: bigint): bigint[] => {
            const all = lanes(v, width);
            const part = i === 0 ? all.slice(0, all.length / 2) : all.slice(all.length / 2);
            return part.map((x) => (sign === 's' ? BigInt.asIntN(width, x) : x));
          };
          const right = pick(b);
          return join(
            pick(a).map((x, k) => x * right[k]),
            width * 2,
          );
        });
      }
    }
  };
  extmul('i16x8', 'i8x16', 156);
  extmul('i32x4', 'i16x8', 188);
  extmul('i64x2', 'i32x4', 220);
  return rows;
}
