/** How the rows of the Advanced SIMD tables become meanings: registers read, lanes computed, result written. */
import type { Builder, V128 } from '../../ir/builder.js';
import type { Operand } from '../../ir/nodes.js';
import type { Numbers, Operands, Options } from '../registry.js';
import { semantics } from '../registry.js';
import { Lanes, type LaneWidth } from './lanes.js';

/** What a recording of one vector instruction works with. */
export class VectorInstruction {
  constructor(
    readonly c: Builder,
    readonly f: Operands,
    readonly s: Numbers,
    /** Lanes of the element size. */
    readonly lanes: Lanes,
    /** Bits of the registers that count: 128, 64, or one element in scalar forms. */
    readonly bits: number,
  ) {}

  /** Elements that count. */
  get count(): number {
    return this.bits / this.lanes.width;
  }
  /** The operands, with whatever is in the bits that do not count. */
  get n(): V128 {
    return this.c.readV(this.f.Rn, 16);
  }
  get m(): V128 {
    return this.c.readV(this.f.Rm, 16);
  }
  get d(): V128 {
    return this.c.readV(this.f.Rd, 16);
  }
  /** Zeroes the bits that do not count. */
  valid(value: V128): V128 {
    return lowBits(this.c, this.bits, value);
  }
}

/** The lowest `bits` bits of a vector, zeros above. */
export function lowBits(c: Builder, bits: number, value: V128): V128 {
  return bits === 128 ? value : c.op('v128.and', value, c.v128((1n << BigInt(bits)) - 1n));
}

/** Writes the lowest `bits` bits of a vector and clears the rest of the register. */
export function writeLow(c: Builder, Rd: Operand, bits: number, value: V128): void {
  c.writeV(Rd, 16, lowBits(c, bits, value));
}

/** Gives the new value of Rd; bits that do not count are cleared afterwards. */
export type Compute = (v: VectorInstruction) => V128;

/** Where an element's size in bits comes from: the field `size`, unless the form has another. */
export type SizeOf = (s: Numbers) => number;
const bySize: SizeOf = ({ size = 3 }) => 8 << size;

/** Gives a row its meaning; a name that ends in `, scalar` works on one element. */
export function vectorRow(
  name: string,
  compute: Compute,
  options: Options = {},
  sizeOf: SizeOf = bySize,
): void {
  const scalar = name.endsWith(', scalar');
  semantics(
    name,
    (c, f, s) => {
      c.requireFP();
      const width = sizeOf(s) as LaneWidth;
      const bits = scalar ? width : s.Q === 1 ? 128 : 64;
      writeLow(c, f.Rd, bits, compute(new VectorInstruction(c, f, s, new Lanes(c, width), bits)));
    },
    options,
  );
}

/** Rows of a vector and a scalar form with one meaning. */
export function vectorAndScalarRows(
  name: string,
  compute: Compute,
  options: Options = {},
  sizeOf: SizeOf = bySize,
): void {
  vectorRow(`${name}, vector`, compute, options, sizeOf);
  vectorRow(`${name}, scalar`, compute, options, sizeOf);
}
