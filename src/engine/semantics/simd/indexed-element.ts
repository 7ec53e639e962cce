/** The second operand of "x indexed element" instructions. Arm ARM C4.1, "Advanced SIMD [scalar] x indexed element". */
import type { V128 } from '../../ir/builder.js';
import type { VectorInstruction } from './forms.js';

/** One element of Rm in all lanes. Halfwords: H:L:M is the index. Words: H:L is, and M the register's top bit. */
export function indexedElement({ c, f, s, lanes }: VectorInstruction): V128 {
  const { H, L, M } = s;
  if (lanes.width === 16) return lanes.repeat(c.readV(f.Rm, 16), (H << 2) | (L << 1) | M);
  return lanes.repeat(c.readV(f.Rm, 16, 0, M << 4), (H << 1) | L);
}
