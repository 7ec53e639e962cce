/** MOVZ, MOVN, MOVK, ADR, ADRP. Arm ARM C4.1, "Move wide (immediate)", "PC-rel. addressing". */
import type { Int } from '../../ir/builder.js';
import { width } from '../../ir/builder.js';
import type { FieldValues } from '../../../isa/index.js';
import { semantics } from '../registry.js';

const halfword = (f: FieldValues): bigint => BigInt(f.imm16) << BigInt(16 * f.hw);

semantics('MOVZ', (c, { Rd }) => c.writeX(Rd, c.imm64(halfword)), { open: ['sf', 'hw'] });
semantics(
  'MOVN',
  (c, { Rd }) =>
    c.writeX(
      Rd,
      c.imm64((f) => BigInt.asUintN(width(f.sf), ~halfword(f))),
    ),
  { open: ['sf', 'hw'] },
);
semantics('MOVK', (c, { Rd }, { sf, hw }) => {
  const size = width(sf);
  const kept = c.and<Int>(c.readX(Rd, size), c.constant(size, ~(0xffffn << BigInt(16 * hw))));
  c.writeX(Rd, c.or<Int>(kept, c.imm(size, halfword)));
});

/** immhi:immlo as a signed number of 21 bits. */
const label = (f: FieldValues): bigint => BigInt.asIntN(21, BigInt((f.immhi << 2) | f.immlo));

semantics('ADR', (c, { Rd }) => c.writeX(Rd, c.add(c.pc(), c.imm64(label))));
semantics('ADRP', (c, { Rd }) => {
  const page = c.and(c.pc(), -4096);
  c.writeX(
    Rd,
    c.add(
      page,
      c.imm64((f) => label(f) << 12n),
    ),
  );
});
