/**
 * Loads and stores of two registers. Arm ARM C4.1, "Load/store no-allocate pair", "Load/store register pair".
 *
 * Of an LDP with Rt = Rt2 the first element stays in a general register, the second in a SIMD&FP register, as on
 * QEMU.
 */
import type { Builder, I64, Int } from '../../ir/builder.js';
import type { Numbers, Operands } from '../registry.js';
import { semantics } from '../registry.js';
import type { AddressMode } from './addressing.js';
import { immediate7, onBase, writeBack } from './addressing.js';

const modes: readonly (readonly [string, AddressMode])[] = [
  ['post-indexed', immediate7.postIndexed],
  ['pre-indexed', immediate7.preIndexed],
  ['signed offset', immediate7.offset],
];

/** Name of a form: LDNP and STNP have only an offset and no words for it. */
const general = (verb: string): (readonly [string, AddressMode])[] => [
  [`${verb}NP`, immediate7.offset],
  ...modes.map(([name, mode]) => [`${verb}P (${name})`, mode] as const),
];
const simd = (verb: string): (readonly [string, AddressMode])[] => [
  [`${verb}NP (SIMD&FP)`, immediate7.offset],
  ...modes.map(([name, mode]) => [`${verb}P (SIMD&FP, ${name})`, mode] as const),
];

function define(
  forms: readonly (readonly [string, AddressMode])[],
  bytesOf: (s: Numbers) => 4 | 8 | 16,
  move: (c: Builder, f: Operands, bytes: 4 | 8 | 16, first: I64, second: I64) => void,
): void {
  for (const [name, mode] of forms) {
    semantics(
      name,
      (c, f, s) => {
        if (name.includes('SIMD&FP')) c.requireFP();
        const bytes = bytesOf(s);
        const addressing = mode(c, f, s, bytes);
        move(c, f, bytes, addressing.address, c.add(addressing.address, bytes));
        writeBack(c, f, addressing);
      },
      onBase,
    );
  }
}

const generalBytes = (s: Numbers): 4 | 8 => (s.sf === 1 ? 8 : 4);
const simdBytes = (s: Numbers): 4 | 8 | 16 => (4 << s.opc) as 4 | 8 | 16;

// Two X registers move in one access; where it misses the fast path it is two again.
const doublewords = { alignment: 8 } as const;

define(general('ST'), generalBytes, (c, f, bytes, first, second) => {
  if (bytes === 8) {
    const low = c.op('i64x2.splat', c.readX(f.Rt));
    c.store(16, first, c.opLane('i64x2.replace_lane', 1, low, c.readX(f.Rt2)), doublewords);
  } else {
    c.store(4, first, c.readX(f.Rt, 32));
    c.store(4, second, c.readX(f.Rt2, 32));
  }
});

function loadTwo(c: Builder, f: Operands, load: (address: I64) => Int, first: I64, second: I64): void {
  const a = load(first);
  const b = load(second);
  c.writeX(f.Rt2, b);
  c.writeX(f.Rt, a);
}

define(general('LD'), generalBytes, (c, f, bytes, first, second) => {
  if (bytes === 8) {
    const both = c.load(16, first, doublewords);
    c.writeX(f.Rt2, c.opLane('i64x2.extract_lane', 1, both));
    c.writeX(f.Rt, c.opLane('i64x2.extract_lane', 0, both));
  } else {
    loadTwo(c, f, (address) => c.load(4, address), first, second);
  }
});
define(
  modes.map(([name, mode]) => [`LDPSW (${name})`, mode] as const),
  () => 4,
  (c, f, _, first, second) => loadTwo(c, f, (address) => c.extendS(c.load(4, address)), first, second),
);

define(simd('ST'), simdBytes, (c, f, bytes, first, second) => {
  c.store(bytes, first, c.readV(f.Rt, bytes));
  c.store(bytes, second, c.readV(f.Rt2, bytes));
});
define(simd('LD'), simdBytes, (c, f, bytes, first, second) => {
  const a = c.load(bytes, first);
  const b = c.load(bytes, second);
  c.writeV(f.Rt, bytes, a);
  c.writeV(f.Rt2, bytes, b);
});
