/**
 * LD1 to LD4, ST1 to ST4 of one element, LD1R to LD4R. Arm ARM C4.1, "Advanced SIMD load/store single structure".
 */
import type { Builder, I32, I64, V128 } from '../../ir/builder.js';
import type { Numbers, Operands, Options } from '../registry.js';
import { semantics } from '../registry.js';
import { baseAddress } from './addressing.js';

/** Bit 0: the base is SP. Bit 1: the base advances by the bytes transferred, not by a register (Rm 31). */
export const postIndexVariant: Options = {
  variant: { count: 4, of: (f) => Number(f.Rn === 31) + 2 * Number(f.Rm === 31) },
};

/** Writes the advanced base back. */
export function writeBackStructures(c: Builder, f: Operands, s: Numbers, bytes: number): void {
  const advance = (s.variant & 2) !== 0 ? c.i64(bytes) : c.readX(f.Rm);
  c.writeXorSP(f.Rn, c.add(c.readXorSP(f.Rn), advance));
}

type ElementSize = 1 | 2 | 4 | 8;

/** Element size and number of the single structure forms: Q:S:size counts bytes, its upper bits larger elements. */
function element({ Q, S, size, opcode }: Numbers): { bytes: ElementSize; index: number } {
  const log2 = opcode === 2 && size === 1 ? 3 : opcode;
  return { bytes: (1 << log2) as ElementSize, index: ((Q << 3) | (S << 2) | size) >> log2 };
}

const splats = { 1: 'i8x16.splat', 2: 'i16x8.splat', 4: 'i32x4.splat', 8: 'i64x2.splat' } as const;

/** `Q` 0 clears the upper half. */
function replicate(
  c: Builder,
  f: Operands,
  bytes: ElementSize,
  value: I32 | I64,
  Q: number,
  plus: number,
): void {
  const vector: V128 = c.op(splats[bytes], value);
  if (Q === 1) c.writeV(f.Rt, 16, vector, plus);
  else c.writeV(f.Rt, 8, c.opLane('i64x2.extract_lane', 0, vector), plus);
}

/** Transfers one element of each register and gives the number of bytes. */
type Transfer = (c: Builder, f: Operands, s: Numbers, address: I64) => number;

const stores =
  (registers: number): Transfer =>
  (c, f, s, address) => {
    const { bytes, index } = element(s);
    for (let i = 0; i < registers; i++) {
      c.store(bytes, c.add(address, i * bytes), c.readV(f.Rt, bytes, index, i));
    }
    return registers * bytes;
  };

const loads =
  (registers: number): Transfer =>
  (c, f, s, address) => {
    const { bytes, index } = element(s);
    const values = Array.from({ length: registers }, (_, i) => c.load(bytes, c.add(address, i * bytes)));
    values.forEach((value, i) => c.writeElement(f.Rt, bytes, index, value, i));
    return registers * bytes;
  };

const replicates =
  (registers: number): Transfer =>
  (c, f, s, address) => {
    const bytes = (1 << s.size) as ElementSize;
    const values = Array.from({ length: registers }, (_, i) => c.load(bytes, c.add(address, i * bytes)));
    values.forEach((value, i) => replicate(c, f, bytes, value, s.Q, i));
    return registers * bytes;
  };

function define(name: string, postIndexedName: string, transfer: Transfer): void {
  const move = (c: Builder, f: Operands, s: Numbers): number => {
    c.requireFP();
    return transfer(c, f, s, baseAddress(c, f, s));
  };
  semantics(name, move, postIndexVariant);
  semantics(postIndexedName, (c, f, s) => writeBackStructures(c, f, s, move(c, f, s)), postIndexVariant);
}

for (const n of [1, 2, 3, 4]) {
  const forms = (verb: string): [string, string] => [
    `${verb}${n} (single structure)`,
    `${verb}${n} (single structure, post-indexed)`,
  ];
  define(...forms('ST'), stores(n));
  define(...forms('LD'), loads(n));
  define(`LD${n}R`, `LD${n}R (post-indexed)`, replicates(n));
}
