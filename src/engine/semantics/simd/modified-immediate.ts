/** MOVI, MVNI, ORR and BIC with an immediate. Arm ARM C4.1, "Advanced SIMD modified immediate"; AdvSIMDExpandImm(). */
import type { Builder, V128 } from '../../ir/builder.js';
import type { Operand } from '../../ir/nodes.js';
import type { FieldValues } from '../../../isa/index.js';
import { semantics } from '../registry.js';
import { writeLow } from './forms.js';

const imm8 = (f: FieldValues): bigint => BigInt((f.immabc << 5) | f.immdefgh);

/** The lowest `bits` bits of a number, repeated over 64 bits. */
function repeat(value: bigint, bits: number): bigint {
  let result = 0n;
  for (let at = 0; at < 64; at += bits) result |= BigInt.asUintN(bits, value) << BigInt(at);
  return result;
}

/** The 64-bit value of each class of immediates. */
const expansions: Readonly<Record<string, (f: FieldValues) => bigint>> = {
  '32-bit': (f) => repeat(imm8(f) << BigInt(8 * f.cmode), 32),
  '16-bit': (f) => repeat(imm8(f) << BigInt(8 * f.cmode), 16),
  '32-bit shifting ones': (f) => {
    const shift = BigInt(8 * (f.cmode + 1));
    return repeat((imm8(f) << shift) | ((1n << shift) - 1n), 32);
  },
  '8-bit': (f) => repeat(imm8(f), 8),
  '64-bit': (f) => {
    let bytes = 0n;
    for (let i = 0n; i < 8n; i++) bytes |= ((imm8(f) >> i) & 1n) * (0xffn << (8n * i));
    return bytes;
  },
};

type Combine = (c: Builder, immediate: V128, Rd: Operand) => V128;
const move: Combine = (_, immediate) => immediate;
const or: Combine = (c, immediate, Rd) => c.op('v128.or', c.readV(Rd, 16), immediate);
const clear: Combine = (c, immediate, Rd) => c.op('v128.andnot', c.readV(Rd, 16), immediate);

for (const [name, expansion, inverts, combine] of [
  ['MOVI, 32-bit shifted', '32-bit', false, move],
  ['MOVI, 16-bit shifted', '16-bit', false, move],
  ['MOVI, 32-bit shifting ones', '32-bit shifting ones', false, move],
  ['MOVI, 8-bit', '8-bit', false, move],
  ['MOVI, 64-bit', '64-bit', false, move],
  ['MVNI, 32-bit shifted', '32-bit', true, move],
  ['MVNI, 16-bit shifted', '16-bit', true, move],
  ['MVNI, 32-bit shifting ones', '32-bit shifting ones', true, move],
  ['ORR (vector, immediate), 32-bit', '32-bit', false, or],
  ['ORR (vector, immediate), 16-bit', '16-bit', false, or],
  ['BIC (vector, immediate), 32-bit', '32-bit', false, clear],
  ['BIC (vector, immediate), 16-bit', '16-bit', false, clear],
] as const) {
  const expand = expansions[expansion];
  semantics(
    name,
    (c, { Rd }, { Q }) => {
      c.requireFP();
      const value = c.imm64((f) => (inverts ? BigInt.asUintN(64, ~expand(f)) : expand(f)));
      writeLow(c, Rd, Q === 1 ? 128 : 64, combine(c, c.op('i64x2.splat', value), Rd));
    },
    { open: ['cmode'] },
  );
}
