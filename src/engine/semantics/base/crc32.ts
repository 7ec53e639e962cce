/**
 * CRC32B/H/W/X and CRC32CB/H/W/X. Arm ARM C4.1, "Data-processing (2 source)"; shared pseudocode Poly32Mod2().
 *
 * The remainder of a word is a linear function of its bits: the sum of one constant per bit that is set. The bits
 * are taken four at a time, as masks of the lanes of a vector.
 */
import type { Builder, I32, V128 } from '../../ir/builder.js';
import { semantics } from '../registry.js';
import { subroutine } from '../../ir/builder.js';

/** The polynomials, bit-reversed: x^32 is left out and x^31 is bit 0. */
const polynomials = { CRC32: 0xedb8_8320, CRC32C: 0x82f6_3b78 };

/** What bit `bit` of a chunk of `bits` bits contributes to the remainder. */
function contribution(polynomial: number, bit: number, bits: number): number {
  let remainder = (1 << bit) >>> 0;
  for (let i = 0; i < bits; i++) {
    remainder = (remainder >>> 1) ^ ((remainder & 1) === 1 ? polynomial : 0);
  }
  return remainder >>> 0;
}

const pack = (lanes: readonly number[]): bigint =>
  lanes.reduce((sum, lane, i) => sum | (BigInt(lane) << BigInt(32 * i)), 0n);

/** The remainder of the lowest `bits` bits of `chunk`. */
function remainder(c: Builder, polynomial: number, chunk: I32, bits: number): I32 {
  const v = (name: 'i32x4.eq' | 'v128.and' | 'v128.xor', a: V128, b: V128): V128 => c.op(name, a, b);
  const spread = c.op('i32x4.splat', chunk);
  let sum = c.v128(0n);
  for (let bit = 0; bit < bits; bit += 4) {
    const four = [bit, bit + 1, bit + 2, bit + 3];
    const masks = c.v128(pack(four.map((i) => (1 << i) >>> 0)));
    const set = v('i32x4.eq', v('v128.and', spread, masks), masks);
    const parts = c.v128(pack(four.map((i) => contribution(polynomial, i, bits))));
    sum = v('v128.xor', sum, v('v128.and', set, parts));
  }
  const pairs = v(
    'v128.xor',
    sum,
    c.shuffle(sum, sum, [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]),
  );
  const lane = (i: number): I32 => c.opLane('i32x4.extract_lane', i, pairs);
  return c.xor(lane(0), lane(1));
}

for (const [name, polynomial] of Object.entries(polynomials)) {
  const ofWord = subroutine(`${name} of a word`, ['i32', 'i32'], 'i32', (c, accumulator, value) =>
    remainder(c, polynomial, c.xor(accumulator, value), 32),
  );
  semantics(name, (c, { Rd, Rn, Rm }, { sz }) => {
    const accumulator = c.readX(Rn, 32);
    if (sz === 3) {
      const value = c.readX(Rm);
      const first = c.call<'i32'>(ofWord, accumulator, c.wrap(value));
      c.writeX(Rd, c.call<'i32'>(ofWord, first, c.wrap(c.shrU(value, 32))));
      return;
    }
    const value = c.readX(Rm, 32);
    if (sz === 2) {
      c.writeX(Rd, c.call<'i32'>(ofWord, accumulator, value));
      return;
    }
    const bits = 8 << sz;
    c.writeX(Rd, c.xor(c.shrU(accumulator, bits), remainder(c, polynomial, c.xor(accumulator, value), bits)));
  });
}
