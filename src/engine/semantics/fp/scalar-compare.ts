/** FCMP, FCMPE, FCCMP, FCCMPE. Arm ARM C4.1, "Floating-point compare" and "conditional compare". */
import type { Builder, I32, Int } from '../../ir/builder.js';
import { CF, NF, VF, ZF } from '../../layout.js';
import { semantics } from '../registry.js';
import { fpCompare } from './arithmetic/compare.js';
import { bits, type Format } from './arithmetic/format.js';
import { keepsSubnormals } from './fast.js';
import { formatOf, native, readFP } from './registers.js';

/** Sets the flags of an ordered comparison: less 1000, equal 0110, greater 0010. */
function setOrdered(c: Builder, less: I32, equal: I32): void {
  c.set(NF, c.neg(c.extendU(less)));
  c.set(ZF, c.extendU(c.xor(equal, 1)));
  c.set(CF, c.xor(less, 1));
  c.set(VF, c.i64(0));
}

/** Sets the flags by FPCompare(a, b, signals, FPCR). */
function compare(c: Builder, F: Format, a: Int, b: Int, signals: boolean): void {
  const test = (name: 'lt' | 'ge' | 'eq', x: Int, y: Int) => c.op(native(F, name), x, y);
  const less = test('lt', a, b);
  const ordered = c.or(less, test('ge', a, b));
  c.if(
    c.and(ordered, keepsSubnormals(c)),
    () => setOrdered(c, less, test('eq', a, b)),
    () => c.setNZCV(fpCompare(c, F, a, b, c.i32(signals ? 1 : 0))),
  );
}

for (const [suffix, signals] of [
  ['', false],
  ['E', true],
] as const) {
  semantics(`FCMP${suffix}`, (c, { Rn, Rm }, { ftype, opc }) => {
    c.requireFP();
    const F = formatOf(ftype);
    compare(c, F, readFP(c, F, Rn), opc === 1 ? bits(c, F, 0n) : readFP(c, F, Rm), signals);
  });

  semantics(
    `FCCMP${suffix}`,
    (c, { Rn, Rm }, { ftype, cond }) => {
      c.requireFP();
      const F = formatOf(ftype);
      const [n, m] = [readFP(c, F, Rn), readFP(c, F, Rm)];
      const otherwise = c.imm32((f) => f.nzcv << 28);
      c.if(
        c.condition(cond),
        () => compare(c, F, n, m, signals),
        () => c.setNZCV(otherwise),
      );
    },
    { open: ['nzcv'] },
  );
}
