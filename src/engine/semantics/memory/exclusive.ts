/**
 * Exclusive and ordered accesses. Arm ARM C4.1, "Load/store exclusive", "Load/store ordered"; B2.9.
 *
 * The monitor keeps the address and the value of the last load exclusive, as on QEMU: a store exclusive succeeds
 * if its address is the monitor's and memory still holds that value. Acquire and release add nothing, since
 * accesses happen in program order.
 */
import type { Builder, I32, I64 } from '../../ir/builder.js';
import type { Operand } from '../../ir/nodes.js';
import { EXCLUSIVE_ADDRESS, EXCLUSIVE_HIGH, EXCLUSIVE_LOW } from '../../layout.js';
import type { Numbers } from '../registry.js';
import { semantics } from '../registry.js';
import { baseAddress, onBase } from './addressing.js';

const aligned = { aligned: true };
type Bytes = 1 | 2 | 4 | 8;

function load(c: Builder, bytes: Bytes, address: I64): I64 {
  return bytes === 8 ? c.load(8, address, aligned) : c.extendU(c.load(bytes, address, aligned));
}
function store(c: Builder, bytes: Bytes, address: I64, value: I64): void {
  if (bytes === 8) c.store(8, address, value, aligned);
  else c.store(bytes, address, c.wrap(value), aligned);
}
const half = (c: Builder, value: ReturnType<Builder['v128']>, index: 0 | 1): I64 =>
  c.opLane('i64x2.extract_lane', index, value);

/** Bytes of one register: given by the mnemonic's end, or `sf`. */
const sizes: readonly (readonly [string, (s: Numbers) => Bytes])[] = [
  ['B', () => 1],
  ['H', () => 2],
  ['', (s) => (s.sf === 1 ? 8 : 4)],
];

/** Opens the monitor and gives the status: 0 if `attempt` (run if the monitor has `address`) answers 1. */
function storeExclusive(c: Builder, Rs: Operand, address: I64, attempt: () => I32): void {
  const failed = c.variable('i32', c.i32(1));
  c.if(c.eq(c.get(EXCLUSIVE_ADDRESS) as I64, address), () => {
    const unchanged = attempt();
    c.setVariable(failed, c.eqz(unchanged));
  });
  c.set(EXCLUSIVE_ADDRESS, c.i64(-1));
  c.writeX(Rs, c.getVariable(failed));
}

function watch(c: Builder, address: I64, low: I64, high: I64): void {
  c.set(EXCLUSIVE_ADDRESS, address);
  c.set(EXCLUSIVE_LOW, low);
  c.set(EXCLUSIVE_HIGH, high);
}

for (const [suffix, bytesOf] of sizes) {
  for (const name of [`LDXR${suffix}`, `LDAXR${suffix}`]) {
    semantics(
      name,
      (c, f, s) => {
        const address = baseAddress(c, f, s);
        const value = load(c, bytesOf(s), address);
        watch(c, address, value, c.i64(0));
        c.writeX(f.Rt, value);
      },
      onBase,
    );
  }
  for (const name of [`STXR${suffix}`, `STLXR${suffix}`]) {
    semantics(
      name,
      (c, f, s) => {
        const bytes = bytesOf(s);
        const address = baseAddress(c, f, s);
        const value = c.readX(f.Rt);
        storeExclusive(c, f.Rs, address, () => {
          const unchanged = c.eq(load(c, bytes, address), c.get(EXCLUSIVE_LOW) as I64);
          c.if(unchanged, () => store(c, bytes, address, value));
          return unchanged;
        });
      },
      onBase,
    );
  }
  semantics(`LDAR${suffix}`, (c, f, s) => c.writeX(f.Rt, load(c, bytesOf(s), baseAddress(c, f, s))), onBase);
  semantics(`STLR${suffix}`, (c, f, s) => store(c, bytesOf(s), baseAddress(c, f, s), c.readX(f.Rt)), onBase);
}

// A pair of words is one doubleword, a pair of doublewords one quadword: each is a single access.
for (const name of ['LDXP', 'LDAXP']) {
  semantics(
    name,
    (c, f, s) => {
      const address = baseAddress(c, f, s);
      if (s.sf === 0) {
        const both = c.load(8, address, aligned);
        watch(c, address, both, c.i64(0));
        c.writeX(f.Rt, c.wrap(both));
        c.writeX(f.Rt2, c.shrU(both, 32));
      } else {
        const both = c.load(16, address, aligned);
        watch(c, address, half(c, both, 0), half(c, both, 1));
        c.writeX(f.Rt, half(c, both, 0));
        c.writeX(f.Rt2, half(c, both, 1));
      }
    },
    onBase,
  );
}
for (const name of ['STXP', 'STLXP']) {
  semantics(
    name,
    (c, f, s) => {
      const address = baseAddress(c, f, s);
      const first = c.readX(f.Rt);
      const second = c.readX(f.Rt2);
      storeExclusive(c, f.Rs, address, () => {
        const low = c.get(EXCLUSIVE_LOW) as I64;
        if (s.sf === 0) {
          const unchanged = c.eq(c.load(8, address, aligned), low);
          const both = c.or(c.and(first, 0xffff_ffff), c.shl(second, 32));
          c.if(unchanged, () => c.store(8, address, both, aligned));
          return unchanged;
        }
        const old = c.load(16, address, aligned);
        const unchanged = c.and(
          c.eq(half(c, old, 0), low),
          c.eq(half(c, old, 1), c.get(EXCLUSIVE_HIGH) as I64),
        );
        const both = c.opLane('i64x2.replace_lane', 1, c.op('i64x2.splat', first), second);
        c.if(unchanged, () => c.store(16, address, both, aligned));
        return unchanged;
      });
    },
    onBase,
  );
}
