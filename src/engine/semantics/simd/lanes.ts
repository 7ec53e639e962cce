/** Arithmetic on vectors of equal lanes: WebAssembly's operations where they exist, compositions elsewhere. */
import type { Builder, I32, I64, Int, V128 } from '../../ir/builder.js';

export type LaneWidth = 8 | 16 | 32 | 64;

const shapes = { 8: 'i8x16', 16: 'i16x8', 32: 'i32x4', 64: 'i64x2' } as const;

/** Operations that exist for lanes of every width. */
type EveryShape =
  | 'splat'
  | 'add'
  | 'sub'
  | 'neg'
  | 'abs'
  | 'shl'
  | 'shr_u'
  | 'shr_s'
  | 'eq'
  | 'ne'
  | 'gt_s'
  | 'ge_s'
  | 'lt_s'
  | 'le_s';

/** A 128-bit number with the low `width` bits of `value` in every lane. */
export function everyLane(width: LaneWidth, value: number | bigint): bigint {
  const lane = BigInt.asUintN(width, BigInt(value));
  let result = 0n;
  for (let at = 0; at < 128; at += width) result |= lane << BigInt(at);
  return result;
}

/** Operations on lanes of one width. Masks are lanes of all ones or all zeros. */
export class Lanes {
  /** Number of lanes in 128 bits. */
  readonly count: number;

  constructor(
    readonly c: Builder,
    readonly width: LaneWidth,
  ) {
    this.count = 128 / width;
  }

  /** Lanes of twice the width. Throws for 64 bits. */
  get wide(): Lanes {
    if (this.width === 64) throw new Error('no lanes are wider than 64 bits');
    return new Lanes(this.c, (this.width * 2) as LaneWidth);
  }

  private op(name: EveryShape, ...args: readonly (V128 | I32 | I64)[]): V128 {
    return this.c.op(`${shapes[this.width]}.${name}`, ...args);
  }

  /** The shape of lanes that are narrower than 64 bits. Throws for those. */
  private get narrow(): 'i8x16' | 'i16x8' | 'i32x4' {
    if (this.width === 64) throw new Error('there is no such operation on lanes of 64 bits');
    return shapes[this.width];
  }

  constant(value: number | bigint): V128 {
    return this.c.v128(everyLane(this.width, value));
  }
  /** The most negative number. */
  get minimum(): V128 {
    return this.constant(1n << BigInt(this.width - 1));
  }
  /** The most positive signed number. */
  get maximum(): V128 {
    return this.constant((1n << BigInt(this.width - 1)) - 1n);
  }

  and(a: V128, b: V128): V128 {
    return this.c.op('v128.and', a, b);
  }
  /** a AND NOT(b). */
  andNot(a: V128, b: V128): V128 {
    return this.c.op('v128.andnot', a, b);
  }
  or(a: V128, b: V128): V128 {
    return this.c.op('v128.or', a, b);
  }
  xor(a: V128, b: V128): V128 {
    return this.c.op('v128.xor', a, b);
  }
  not(a: V128): V128 {
    return this.c.op('v128.not', a);
  }
  /** Bits of a where the mask is set, of b elsewhere. */
  select(mask: V128, a: V128, b: V128): V128 {
    return this.c.op('v128.bitselect', a, b, mask);
  }

  add(a: V128, b: V128): V128 {
    return this.op('add', a, b);
  }
  sub(a: V128, b: V128): V128 {
    return this.op('sub', a, b);
  }
  mul(a: V128, b: V128): V128 {
    if (this.width !== 8) return this.c.op(`${shapes[this.width]}.mul`, a, b);
    // Even and odd bytes as halfwords.
    const { wide } = this;
    const even = wide.and(wide.mul(a, b), wide.constant(0xff));
    const odd = wide.mul(wide.shrU(a, 8), wide.and(b, wide.constant(0xff00)));
    return wide.or(even, odd);
  }
  neg(a: V128): V128 {
    return this.op('neg', a);
  }
  abs(a: V128): V128 {
    return this.op('abs', a);
  }
  /** Shifts all lanes by a count of 0 to `width` - 1. */
  shl(a: V128, count: I32 | number): V128 {
    return this.op('shl', a, this.countOf(count));
  }
  shrU(a: V128, count: I32 | number): V128 {
    return this.op('shr_u', a, this.countOf(count));
  }
  shrS(a: V128, count: I32 | number): V128 {
    return this.op('shr_s', a, this.countOf(count));
  }
  shr(signed: boolean, a: V128, count: I32 | number): V128 {
    return signed ? this.shrS(a, count) : this.shrU(a, count);
  }
  private countOf(count: I32 | number): I32 {
    return typeof count === 'number' ? this.c.i32(count) : count;
  }

  eq(a: V128, b: V128): V128 {
    return this.op('eq', a, b);
  }
  ne(a: V128, b: V128): V128 {
    return this.op('ne', a, b);
  }
  gtS(a: V128, b: V128): V128 {
    return this.op('gt_s', a, b);
  }
  geS(a: V128, b: V128): V128 {
    return this.op('ge_s', a, b);
  }
  ltS(a: V128, b: V128): V128 {
    return this.op('lt_s', a, b);
  }
  leS(a: V128, b: V128): V128 {
    return this.op('le_s', a, b);
  }
  gtU(a: V128, b: V128): V128 {
    if (this.width !== 64) return this.c.op(`${shapes[this.width]}.gt_u`, a, b);
    return this.gtS(this.xor(a, this.minimum), this.xor(b, this.minimum));
  }
  geU(a: V128, b: V128): V128 {
    if (this.width !== 64) return this.c.op(`${shapes[this.width]}.ge_u`, a, b);
    return this.geS(this.xor(a, this.minimum), this.xor(b, this.minimum));
  }
  /** Lanes of 8, 16 or 32 bits only, as is `max`. */
  min(signed: boolean, a: V128, b: V128): V128 {
    return this.c.op(`${this.narrow}.${signed ? 'min_s' : 'min_u'}`, a, b);
  }
  max(signed: boolean, a: V128, b: V128): V128 {
    return this.c.op(`${this.narrow}.${signed ? 'max_s' : 'max_u'}`, a, b);
  }

  /** Lanes chosen by number: from a, or from b if the number is at least `count`. */
  choose(a: V128, b: V128, numbers: readonly number[]): V128 {
    const bytes = this.width / 8;
    return this.c.shuffle(
      a,
      b,
      numbers.flatMap((n) => Array.from({ length: bytes }, (_, i) => n * bytes + i)),
    );
  }
  /** One lane in all lanes. */
  repeat(a: V128, lane: number): V128 {
    return this.choose(a, a, Array<number>(this.count).fill(lane));
  }

  /** The lower or upper half of the lanes, extended to twice the width. */
  extend(signed: boolean, half: 'low' | 'high', a: V128): V128 {
    const sign = signed ? 's' : 'u';
    const { narrow } = this;
    if (narrow === 'i8x16') return this.c.op(`i16x8.extend_${half}_i8x16_${sign}`, a);
    if (narrow === 'i16x8') return this.c.op(`i32x4.extend_${half}_i16x8_${sign}`, a);
    return this.c.op(`i64x2.extend_${half}_i32x4_${sign}`, a);
  }
  /** Products, of twice the width, of the lower or upper half of the lanes. */
  extendedMul(signed: boolean, half: 'low' | 'high', a: V128, b: V128): V128 {
    const sign = signed ? 's' : 'u';
    const { narrow } = this;
    if (narrow === 'i8x16') return this.c.op(`i16x8.extmul_${half}_i8x16_${sign}`, a, b);
    if (narrow === 'i16x8') return this.c.op(`i32x4.extmul_${half}_i16x8_${sign}`, a, b);
    return this.c.op(`i64x2.extmul_${half}_i32x4_${sign}`, a, b);
  }

  splat(value: Int): V128 {
    return this.op('splat', value);
  }
  /** One lane as an i64 (64 bits) or i32, extended. */
  extract(signed: boolean, a: V128, lane: number): Int {
    const { width, c } = this;
    if (width === 64) return c.opLane('i64x2.extract_lane', lane, a);
    if (width === 32) return c.opLane('i32x4.extract_lane', lane, a);
    return c.opLane(`${shapes[width]}.extract_lane_${signed ? 's' : 'u'}`, lane, a);
  }
  replace(a: V128, lane: number, value: Int): V128 {
    return this.c.opLane(`${shapes[this.width]}.replace_lane`, lane, a, value);
  }
  /** Applies `f` to each of the first `count` lanes on its own; the others become zero. */
  map(count: number, signed: boolean, sources: readonly V128[], f: (...values: Int[]) => Int): V128 {
    let result = this.c.v128(0n);
    for (let lane = 0; lane < count; lane++) {
      result = this.replace(result, lane, f(...sources.map((a) => this.extract(signed, a, lane))));
    }
    return result;
  }
}
