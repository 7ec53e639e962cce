/** ADD, ADDS, SUB, SUBS. Arm ARM C4.1.93 (immediate), C4.1.95 (shifted and extended register). */
import type { Builder, I32, Int } from '../../ir/builder.js';
import { width } from '../../ir/builder.js';
import { semantics } from '../registry.js';

/** AddWithCarry(a, b, 0) and its flags. */
export function addSettingFlags<T extends Int>(c: Builder, a: T, b: T): T {
  const result = c.add<Int>(a, b) as T;
  const overflow = c.and<Int>(c.xor<Int>(a, result), c.xor<Int>(b, result));
  c.setFlags(result, c.ltU<Int>(result, a), overflow);
  return result;
}

/** AddWithCarry(a, NOT(b), 1) and its flags. */
export function subtractSettingFlags<T extends Int>(c: Builder, a: T, b: T): T {
  const result = c.sub<Int>(a, b) as T;
  const overflow = c.and<Int>(c.xor<Int>(a, b), c.xor<Int>(a, result));
  const noBorrow: I32 = c.geU<Int>(a, b);
  c.setFlags(result, noBorrow, overflow);
  return result;
}

for (const [name, sets, act] of [
  ['ADD', false, (c: Builder, a: Int, b: Int) => c.add<Int>(a, b)],
  ['SUB', false, (c: Builder, a: Int, b: Int) => c.sub<Int>(a, b)],
  ['ADDS', true, addSettingFlags],
  ['SUBS', true, subtractSettingFlags],
] as const) {
  semantics(`${name} (immediate)`, (c, { Rd, Rn }, { sf, sh }) => {
    const size = width(sf);
    const operand = c.imm(size, (f) => (sh === 1 ? f.imm12 << 12 : f.imm12));
    const result = act(c, c.readXorSP(Rn, size), operand);
    if (sets) c.writeX(Rd, result);
    else c.writeXorSP(Rd, result);
  });
}
