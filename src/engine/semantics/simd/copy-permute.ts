/**
 * Moves of whole elements. Arm ARM C4.1, "Advanced SIMD [scalar] copy", "permute", "extract", "table lookup".
 */
import type { V128 } from '../../ir/builder.js';
import { semantics, type Options } from '../registry.js';
import type { VectorInstruction } from './forms.js';
import { vectorAndScalarRows, vectorRow, type SizeOf } from './forms.js';

/** The lowest set bit of `imm5` gives the element's size, the bits above it the index. */
const byImm5: Options = { variant: { count: 32, of: (f) => f.imm5 } };
function element(imm5: number): { bytes: 1 | 2 | 4 | 8; index: number } {
  const bytes = (imm5 & -imm5) as 1 | 2 | 4 | 8;
  return { bytes, index: Math.floor(imm5 / (2 * bytes)) };
}
const sizeOfImm5: SizeOf = ({ variant }) => 8 * element(variant).bytes;

vectorAndScalarRows(
  'DUP (element)',
  ({ lanes, n, s }) => lanes.repeat(n, element(s.variant).index),
  byImm5,
  sizeOfImm5,
);
vectorRow(
  'DUP (general)',
  ({ c, f, lanes }) => lanes.splat(c.readX(f.Rn, lanes.width === 64 ? 64 : 32)),
  byImm5,
  sizeOfImm5,
);

semantics(
  'SMOV',
  (c, { Rd, Rn }, { Q, variant }) => {
    c.requireFP();
    const { bytes, index } = element(variant);
    const value = c.readV(Rn, bytes as 1 | 2 | 4, index);
    const word = bytes === 4 ? value : c.signExtend(value, bytes === 1 ? 8 : 16);
    c.writeX(Rd, Q === 1 ? c.extendS(word) : word);
  },
  byImm5,
);
semantics(
  'UMOV',
  (c, { Rd, Rn }, { variant }) => {
    c.requireFP();
    const { bytes, index } = element(variant);
    c.writeX(Rd, c.readV(Rn, bytes, index));
  },
  byImm5,
);
semantics(
  'INS (general)',
  (c, { Rd, Rn }, { variant }) => {
    c.requireFP();
    const { bytes, index } = element(variant);
    c.writeElement(Rd, bytes, index, c.readX(Rn, bytes === 8 ? 64 : 32));
  },
  byImm5,
);
semantics(
  'INS (element)',
  (c, { Rd, Rn }, { variant }) => {
    c.requireFP();
    const { bytes, index } = element(variant >> 4);
    c.writeElement(Rd, bytes, index, c.readV(Rn, bytes, Math.floor((variant & 15) / bytes)));
  },
  { variant: { count: 512, of: (f) => (f.imm5 << 4) | f.imm4 } },
);

/** Result lanes as lane numbers of Rn, and of Rm from `lanes.count` on; `at(i)` counts over both as they are used. */
function permute({ lanes, count, n, m }: VectorInstruction, at: (i: number) => number): V128 {
  const numbers = Array.from({ length: lanes.count }, (_, i) => {
    const source = i < count ? at(i) : 0;
    return source < count ? source : lanes.count + source - count;
  });
  return lanes.choose(n, m, numbers);
}
for (const part of [0, 1]) {
  vectorRow(`UZP${part + 1}`, (v) => permute(v, (i) => 2 * i + part));
  vectorRow(`TRN${part + 1}`, (v) => permute(v, (i) => (i & ~1) + part + (i & 1) * v.count));
  vectorRow(`ZIP${part + 1}`, (v) => permute(v, (i) => (i >> 1) + (part * v.count) / 2 + (i & 1) * v.count));
}

const bytes: SizeOf = () => 8;
vectorRow(
  'EXT',
  (v) => permute(v, (i) => i + v.s.variant),
  { variant: { count: 16, of: (f) => f.imm4 } },
  bytes,
);

/** Bytes looked up in a list of `len` + 1 registers from Rn on; zero where the index is past their end. */
function lookUp({ c, f, s, lanes, m }: VectorInstruction): { found: V128; index: V128 } {
  const index = m;
  let found = c.v128(0n);
  for (let register = 0; register <= s.len; register++) {
    const relative = register === 0 ? index : lanes.sub(index, lanes.constant(16 * register));
    const part = c.op('i8x16.swizzle', c.readV(f.Rn, 16, 0, register), relative);
    found = register === 0 ? part : lanes.or(found, part);
  }
  return { found, index };
}
vectorRow('TBL', (v) => lookUp(v).found, {}, bytes);
vectorRow(
  'TBX',
  (v) => {
    const { found, index } = lookUp(v);
    return v.lanes.select(v.lanes.gtU(v.lanes.constant(16 * (v.s.len + 1)), index), found, v.d);
  },
  {},
  bytes,
);
