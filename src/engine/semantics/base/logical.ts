/** AND, ORR, EOR and relatives. Arm ARM C4.1, "Logical (immediate)", "Logical (shifted register)". */
import type { Builder, Int } from '../../ir/builder.js';
import { width } from '../../ir/builder.js';
import { decodeLogicalImmediate } from '../../../isa/index.js';
import { semantics } from '../registry.js';
import { shiftedRegister, shiftVariant } from './operands.js';

type Combine = (c: Builder, a: Int, b: Int) => Int;
const and: Combine = (c, a, b) => c.and<Int>(a, b);
const or: Combine = (c, a, b) => c.or<Int>(a, b);
const xor: Combine = (c, a, b) => c.xor<Int>(a, b);

/** N and Z by the result; C and V are cleared. */
function setLogicalFlags(c: Builder, result: Int): void {
  c.setFlags(result, c.i32(0), c.same<Int>(result, 0));
}

for (const [name, combine] of [
  ['AND', and],
  ['ORR', or],
  ['EOR', xor],
  ['ANDS', and],
] as const) {
  semantics(
    `${name} (immediate)`,
    (c, { Rd, Rn }, { sf }) => {
      const size = width(sf);
      const mask = c.imm(size, (f) => decodeLogicalImmediate(f.N, f.immr, f.imms, size));
      const result = combine(c, c.readX(Rn, size), mask);
      if (name === 'ANDS') {
        setLogicalFlags(c, result);
        c.writeX(Rd, result);
      } else {
        c.writeXorSP(Rd, result);
      }
    },
    { open: ['N'] },
  );
}

for (const [name, combine, inverts] of [
  ['AND', and, false],
  ['BIC', and, true],
  ['ORR', or, false],
  ['ORN', or, true],
  ['EOR', xor, false],
  ['EON', xor, true],
  ['ANDS', and, false],
  ['BICS', and, true],
] as const) {
  semantics(
    `${name} (shifted register)`,
    (c, { Rd, Rn, Rm }, { sf, variant }) => {
      const size = width(sf);
      const right = shiftedRegister(c, Rm, size, variant);
      const result = combine(c, c.readX(Rn, size), inverts ? c.not<Int>(right) : right);
      if (name.endsWith('S')) setLogicalFlags(c, result);
      c.writeX(Rd, result);
    },
    shiftVariant,
  );
}
