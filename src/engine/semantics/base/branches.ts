/** B, BL, B.cond, CBZ, CBNZ, TBZ, TBNZ, BR, BLR, RET. Arm ARM C4.1, "Branches". */
import type { Builder, I32 } from '../../ir/builder.js';
import { width } from '../../ir/builder.js';
import type { Immediate } from '../../ir/nodes.js';
import { semantics } from '../registry.js';

/** A field of `bits` bits as a signed number of words, in bytes. */
function words(field: string, bits: number): Immediate {
  return (f) => ((f[field] << (32 - bits)) >> (32 - bits)) * 4;
}

/** Writes the return address. */
function link(c: Builder): void {
  c.writeLink(c.add(c.pc(), 4));
}

semantics('B', (c) => c.branchRelative(words('imm26', 26)));
semantics('BL', (c) => {
  link(c);
  c.branchRelative(words('imm26', 26));
});
semantics('B.cond', (c, _, { cond }) => {
  c.branchRelative(words('imm19', 19), cond >= 14 ? undefined : c.condition(cond));
});

semantics('CBZ', (c, { Rt }, { sf }) => {
  c.branchRelative(words('imm19', 19), c.eqz(c.readX(Rt, width(sf))));
});
semantics('CBNZ', (c, { Rt }, { sf }) => {
  const value = c.readX(Rt, width(sf));
  c.branchRelative(words('imm19', 19), value.type === 'i64' ? c.ne(value, 0) : value);
});

/** Not zero if the tested bit is set. The bit is looked for in the half of the register that `b5` selects. */
function testedBit(c: Builder, half: I32): I32 {
  return c.and(
    half,
    c.imm32((f) => 1 << f.immb40),
  );
}
semantics('TBZ', (c, { Rt }, { b5 }) => {
  const half = b5 === 0 ? c.readX(Rt, 32) : c.wrap(c.shrU(c.readX(Rt), 32));
  c.branchRelative(words('imm14', 14), c.eqz(testedBit(c, half)));
});
semantics('TBNZ', (c, { Rt }, { b5 }) => {
  const half = b5 === 0 ? c.readX(Rt, 32) : c.wrap(c.shrU(c.readX(Rt), 32));
  c.branchRelative(words('imm14', 14), testedBit(c, half));
});

semantics('BR', (c, { Rn }) => c.branch(c.readX(Rn)));
semantics('RET', (c, { Rn }) => c.branch(c.readX(Rn)));
semantics('BLR', (c, { Rn }) => {
  const target = c.readX(Rn);
  link(c);
  c.branch(target);
});
