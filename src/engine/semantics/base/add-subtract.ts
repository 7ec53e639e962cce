/**
 * ADD, ADDS, SUB, SUBS, ADC, ADCS, SBC, SBCS. Arm ARM C4.1, "Add/subtract (immediate)", "(shifted register)",
 * "(extended register)", "(with carry)".
 */
import type { Builder, I32, Int } from '../../ir/builder.js';
import { width } from '../../ir/builder.js';
import { CF } from '../../layout.js';
import { semantics } from '../registry.js';
import { extendedRegister, shiftedRegister, shiftVariant } from './operands.js';

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
  c.setFlags(result, noBorrow, overflow, [a, b]);
  return result;
}

for (const [name, sets, act] of [
  ['ADD', false, (c: Builder, a: Int, b: Int) => c.add<Int>(a, b)],
  ['SUB', false, (c: Builder, a: Int, b: Int) => c.sub<Int>(a, b)],
  ['ADDS', true, addSettingFlags],
  ['SUBS', true, subtractSettingFlags],
] as const) {
  semantics(
    `${name} (immediate)`,
    (c, { Rd, Rn }, { sf }) => {
      const size = width(sf);
      const operand = c.imm(size, (f) => f.imm12 << (12 * f.sh));
      const result = act(c, c.readXorSP(Rn, size), operand);
      if (sets) c.writeX(Rd, result);
      else c.writeXorSP(Rd, result);
    },
    { open: ['sh'] },
  );

  semantics(
    `${name} (shifted register)`,
    (c, { Rd, Rn, Rm }, { sf, variant }) => {
      const size = width(sf);
      c.writeX(Rd, act(c, c.readX(Rn, size), shiftedRegister(c, Rm, size, variant)));
    },
    shiftVariant,
  );

  semantics(`${name} (extended register)`, (c, { Rd, Rn, Rm }, { sf, option }) => {
    const size = width(sf);
    const result = act(c, c.readXorSP(Rn, size), extendedRegister(c, Rm, size, option));
    if (sets) c.writeX(Rd, result);
    else c.writeXorSP(Rd, result);
  });
}

/** AddWithCarry(a, b, PSTATE.C). */
function addWithCarry(c: Builder, a: Int, b: Int, sets: boolean): Int {
  const flag = c.get(CF) as I32;
  const carryIn: Int = a.type === 'i64' ? c.extendU(flag) : flag;
  const sum = c.add<Int>(a, b);
  const result = c.add<Int>(sum, carryIn);
  if (sets) {
    // At most one of the two additions carries out.
    const carry = c.or(c.ltU<Int>(sum, a), c.ltU<Int>(result, sum));
    c.setFlags(result, carry, c.and<Int>(c.xor<Int>(a, result), c.xor<Int>(b, result)));
  }
  return result;
}

for (const [name, sets, subtracts] of [
  ['ADC', false, false],
  ['ADCS', true, false],
  ['SBC', false, true],
  ['SBCS', true, true],
] as const) {
  semantics(name, (c, { Rd, Rn, Rm }, { sf }) => {
    const right = c.readX(Rm, width(sf));
    c.writeX(Rd, addWithCarry(c, c.readX(Rn, width(sf)), subtracts ? c.not<Int>(right) : right, sets));
  });
}
