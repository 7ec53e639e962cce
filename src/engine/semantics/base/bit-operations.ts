/** RBIT, REV, REV16, REV32, CLZ, CLS. Arm ARM C4.1, "Data-processing (1 source)". */
import type { Builder, Int, V128 } from '../../ir/builder.js';
import { width } from '../../ir/builder.js';
import { semantics } from '../registry.js';

/** Lane numbers of a shuffle that reverses the bytes in each group of `group` bytes. */
export function reversedBytes(group: number): number[] {
  return Array.from({ length: 16 }, (_, i) => i ^ (group - 1));
}

function toVector(c: Builder, value: Int): V128 {
  return value.type === 'i64' ? c.op('i64x2.splat', value) : c.op('i32x4.splat', value);
}
function fromVector(c: Builder, value: V128, like: Int): Int {
  return like.type === 'i64'
    ? c.opLane('i64x2.extract_lane', 0, value)
    : c.opLane('i32x4.extract_lane', 0, value);
}

function reverseBytes(c: Builder, value: Int, group: number): Int {
  const vector = toVector(c, value);
  return fromVector(c, c.shuffle(vector, vector, reversedBytes(group)), value);
}

semantics('REV', (c, { Rd, Rn }, { sf }) => {
  c.writeX(Rd, reverseBytes(c, c.readX(Rn, width(sf)), width(sf) / 8));
});
semantics('REV32', (c, { Rd, Rn }) => c.writeX(Rd, reverseBytes(c, c.readX(Rn), 4)));
semantics('REV16', (c, { Rd, Rn }, { sf }) => c.writeX(Rd, reverseBytes(c, c.readX(Rn, width(sf)), 2)));

/** The 16 nibbles reversed, times `scale`, as a table for `i8x16.swizzle`. */
function reversedNibbles(scale: number): bigint {
  let table = 0n;
  for (let i = 0; i < 16; i++) {
    const reversed = ((i & 1) << 3) | ((i & 2) << 1) | ((i & 4) >> 1) | ((i & 8) >> 3);
    table |= BigInt(reversed * scale) << BigInt(8 * i);
  }
  return table;
}

/** Reverses the bits of every byte. */
export function reverseBitsOfBytes(c: Builder, value: V128): V128 {
  const nibble = c.v128(0x0f0f0f0f_0f0f0f0f_0f0f0f0f_0f0f0f0fn);
  const low = c.op('v128.and', value, nibble);
  const high = c.op('i8x16.shr_u', value, c.i32(4));
  return c.op(
    'v128.or',
    c.op('i8x16.swizzle', c.v128(reversedNibbles(16)), low),
    c.op('i8x16.swizzle', c.v128(reversedNibbles(1)), high),
  );
}

semantics('RBIT', (c, { Rd, Rn }, { sf }) => {
  const value = c.readX(Rn, width(sf));
  const bytes = reverseBitsOfBytes(c, toVector(c, value));
  c.writeX(Rd, fromVector(c, c.shuffle(bytes, bytes, reversedBytes(width(sf) / 8)), value));
});

semantics('CLZ', (c, { Rd, Rn }, { sf }) => c.writeX(Rd, c.clz<Int>(c.readX(Rn, width(sf)))));
semantics('CLS', (c, { Rd, Rn }, { sf }) => {
  const value = c.readX(Rn, width(sf));
  // Each bit against its left neighbour; the sign bit has none and gives 0.
  const changes = c.xor<Int>(value, c.shrS<Int>(value, c.same(value, 1)));
  c.writeX(Rd, c.sub<Int>(c.clz<Int>(changes), c.same(value, 1)));
});
