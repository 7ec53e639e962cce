/** CCMP, CCMN, CSEL, CSINC, CSINV, CSNEG. Arm ARM C4.1, "Conditional compare", "Conditional select". */
import type { Builder, Int } from '../../ir/builder.js';
import { width } from '../../ir/builder.js';
import { semantics } from '../registry.js';
import { addSettingFlags, subtractSettingFlags } from './add-subtract.js';

for (const [name, compare] of [
  ['CCMN', addSettingFlags],
  ['CCMP', subtractSettingFlags],
] as const) {
  const conditionally = (c: Builder, cond: number, a: Int, b: Int): void => {
    const otherwise = c.imm32((f) => f.nzcv << 28);
    c.if(
      c.condition(cond),
      () => compare(c, a, b),
      () => c.setNZCV(otherwise),
    );
  };
  semantics(
    `${name} (register)`,
    (c, { Rn, Rm }, { sf, cond }) => {
      const size = width(sf);
      conditionally(c, cond, c.readX(Rn, size), c.readX(Rm, size));
    },
    { open: ['nzcv'] },
  );
  semantics(
    `${name} (immediate)`,
    (c, { Rn }, { sf, cond }) => {
      const size = width(sf);
      const operand = c.imm32((f) => f.imm5);
      conditionally(c, cond, c.readX(Rn, size), size === 32 ? operand : c.extendU(operand));
    },
    { open: ['nzcv'] },
  );
}

for (const [name, otherwise] of [
  ['CSEL', (_: Builder, b: Int) => b],
  ['CSINC', (c: Builder, b: Int) => c.add<Int>(b, c.same(b, 1))],
  ['CSINV', (c: Builder, b: Int) => c.not<Int>(b)],
  ['CSNEG', (c: Builder, b: Int) => c.neg<Int>(b)],
] as const) {
  semantics(name, (c, { Rd, Rn, Rm }, { sf, cond }) => {
    const size = width(sf);
    const value = c.select(c.condition(cond), c.readX(Rn, size), otherwise(c, c.readX(Rm, size)));
    c.writeX(Rd, value);
  });
}
