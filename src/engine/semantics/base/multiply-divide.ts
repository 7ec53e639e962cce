/**
 * MADD, MSUB, SMADDL, SMSUBL, UMADDL, UMSUBL, SMULH, UMULH, SDIV, UDIV. Arm ARM C4.1, "Data-processing (3 source)",
 * "Data-processing (2 source)".
 */
import type { Builder, I32, I64, Int } from '../../ir/builder.js';
import { width } from '../../ir/builder.js';
import { semantics } from '../registry.js';

const add = (c: Builder, a: Int, b: Int): Int => c.add<Int>(a, b);
const subtract = (c: Builder, a: Int, b: Int): Int => c.sub<Int>(a, b);

for (const [name, accumulate] of [
  ['MADD', add],
  ['MSUB', subtract],
] as const) {
  semantics(name, (c, { Rd, Rn, Rm, Ra }, { sf }) => {
    const size = width(sf);
    c.writeX(Rd, accumulate(c, c.readX(Ra, size), c.mul<Int>(c.readX(Rn, size), c.readX(Rm, size))));
  });
}

for (const [name, accumulate, signed] of [
  ['SMADDL', add, true],
  ['SMSUBL', subtract, true],
  ['UMADDL', add, false],
  ['UMSUBL', subtract, false],
] as const) {
  semantics(name, (c, { Rd, Rn, Rm, Ra }) => {
    const extend = (a: I32): I64 => (signed ? c.extendS(a) : c.extendU(a));
    c.writeX(Rd, accumulate(c, c.readX(Ra), c.mul(extend(c.readX(Rn, 32)), extend(c.readX(Rm, 32)))));
  });
}

/** Upper 64 bits of the unsigned 128-bit product, from four products of halves. */
export function multiplyHighUnsigned(c: Builder, a: I64, b: I64): I64 {
  const lowA = c.and(a, 0xffff_ffff);
  const lowB = c.and(b, 0xffff_ffff);
  const highA = c.shrU(a, 32);
  const highB = c.shrU(b, 32);
  const middle = c.add(c.mul(highA, lowB), c.shrU(c.mul(lowA, lowB), 32));
  const other = c.add(c.mul(lowA, highB), c.and(middle, 0xffff_ffff));
  return c.add(c.add(c.mul(highA, highB), c.shrU(middle, 32)), c.shrU(other, 32));
}

semantics('UMULH', (c, { Rd, Rn, Rm }) => {
  c.writeX(Rd, multiplyHighUnsigned(c, c.readX(Rn), c.readX(Rm)));
});
semantics('SMULH', (c, { Rd, Rn, Rm }) => {
  const a = c.readX(Rn);
  const b = c.readX(Rm);
  // A negative factor stands for itself plus 2^64.
  const excess = c.add(c.and(c.shrS(a, 63), b), c.and(c.shrS(b, 63), a));
  c.writeX(Rd, c.sub(multiplyHighUnsigned(c, a, b), excess));
});

// Division by zero gives zero; the most negative number divided by -1 gives itself.
semantics('UDIV', (c, { Rd, Rn, Rm }, { sf }) => {
  const a = c.readX(Rn, width(sf));
  const b = c.readX(Rm, width(sf));
  const quotient = c.variable(a.type, c.same(a, 0));
  c.if(c.ne<Int>(b, 0), () => c.setVariable(quotient, c.divU<Int>(a, b)));
  c.writeX(Rd, c.getVariable(quotient));
});
semantics('SDIV', (c, { Rd, Rn, Rm }, { sf }) => {
  const a = c.readX(Rn, width(sf));
  const b = c.readX(Rm, width(sf));
  const quotient = c.variable(a.type, c.same(a, 0));
  c.if(
    c.eq<Int>(b, -1),
    () => c.setVariable(quotient, c.neg<Int>(a)),
    () => c.if(c.ne<Int>(b, 0), () => c.setVariable(quotient, c.divS<Int>(a, b))),
  );
  c.writeX(Rd, c.getVariable(quotient));
});
