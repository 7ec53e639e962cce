/**
 * Loads and stores of one general or SIMD&FP register. Arm ARM C4.1, "Load/store register" with unscaled immediate,
 * immediate post- and pre-indexed, unprivileged, register offset, unsigned immediate; "Load register (literal)".
 *
 * Of a load that overwrites its own base register the written-back address wins, as on QEMU.
 */
import type { Builder, I64, Int } from '../../ir/builder.js';
import type { AccessOptions, AccessSize } from '../../ir/nodes.js';
import type { Numbers, Operands } from '../registry.js';
import { semantics } from '../registry.js';
import type { AddressMode } from './addressing.js';
import { immediate9, onBase, registerOffset, signedOffset, unsignedOffset, writeBack } from './addressing.js';

/** Which part of the register moves, by the end of the mnemonic. */
interface Transfer {
  readonly suffix: 'B' | 'H' | '' | 'SB' | 'SH' | 'SW';
  readonly stores: boolean;
  /** Bytes in memory; `sf` selects where none are given. */
  readonly bytes?: 1 | 2 | 4;
  /** Sign-extends, to 32 bits if `opc` is 1. */
  readonly signed?: boolean;
}

const transfers: readonly Transfer[] = [
  { suffix: 'B', stores: true, bytes: 1 },
  { suffix: 'B', stores: false, bytes: 1 },
  { suffix: 'SB', stores: false, bytes: 1, signed: true },
  { suffix: 'H', stores: true, bytes: 2 },
  { suffix: 'H', stores: false, bytes: 2 },
  { suffix: 'SH', stores: false, bytes: 2, signed: true },
  { suffix: '', stores: true },
  { suffix: '', stores: false },
  { suffix: 'SW', stores: false, bytes: 4, signed: true },
];

const sizeOf = ({ bytes }: Transfer, s: Numbers): 1 | 2 | 4 | 8 => bytes ?? (s.sf === 1 ? 8 : 4);

/** The value that a load leaves in the register. */
function loaded(c: Builder, transfer: Transfer, s: Numbers, address: I64, options: AccessOptions): Int {
  const bytes = sizeOf(transfer, s);
  if (bytes === 8) return c.load(8, address, options);
  const value = c.load(bytes, address, options);
  if (transfer.signed !== true) return value;
  const word = bytes === 4 ? value : c.signExtend(value, bytes === 1 ? 8 : 16);
  return bytes < 4 && s.opc === 1 ? word : c.extendS(word);
}

function store(c: Builder, f: Operands, bytes: 1 | 2 | 4 | 8, address: I64, options: AccessOptions): void {
  if (bytes === 8) c.store(8, address, c.readX(f.Rt), options);
  else c.store(bytes, address, c.readX(f.Rt, 32), options);
}

function general(name: string, transfer: Transfer, mode: AddressMode, options: AccessOptions = {}): void {
  semantics(
    name,
    (c, f, s) => {
      const bytes = sizeOf(transfer, s);
      const addressing = mode(c, f, s, bytes);
      if (transfer.stores) store(c, f, bytes, addressing.address, options);
      else c.writeX(f.Rt, loaded(c, transfer, s, addressing.address, options));
      writeBack(c, f, addressing);
    },
    onBase,
  );
}

for (const transfer of transfers) {
  const verb = transfer.stores ? 'ST' : 'LD';
  const { suffix } = transfer;
  general(`${verb}UR${suffix}`, transfer, immediate9.offset);
  general(`${verb}TR${suffix}`, transfer, immediate9.offset, { unprivileged: true });
  general(`${verb}R${suffix} (immediate, post-indexed)`, transfer, immediate9.postIndexed);
  general(`${verb}R${suffix} (immediate, pre-indexed)`, transfer, immediate9.preIndexed);
  general(`${verb}R${suffix} (immediate, unsigned offset)`, transfer, unsignedOffset);
  general(`${verb}R${suffix} (register)`, transfer, registerOffset);
}

/** SIMD&FP registers: `opc` 1 is the whole register, else `size` counts. */
function simd(name: string, stores: boolean, mode: AddressMode): void {
  semantics(
    name,
    (c, f, s) => {
      c.requireFP();
      const bytes = (s.opc === 1 ? 16 : 1 << s.size) as AccessSize;
      const addressing = mode(c, f, s, bytes);
      if (stores) c.store(bytes, addressing.address, c.readV(f.Rt, bytes));
      else c.writeV(f.Rt, bytes, c.load(bytes, addressing.address));
      writeBack(c, f, addressing);
    },
    onBase,
  );
}

for (const verb of ['ST', 'LD']) {
  const stores = verb === 'ST';
  simd(`${verb}UR (SIMD&FP)`, stores, immediate9.offset);
  simd(`${verb}R (immediate, SIMD&FP, post-indexed)`, stores, immediate9.postIndexed);
  simd(`${verb}R (immediate, SIMD&FP, pre-indexed)`, stores, immediate9.preIndexed);
  simd(`${verb}R (immediate, SIMD&FP, unsigned offset)`, stores, unsignedOffset);
  simd(`${verb}R (register, SIMD&FP)`, stores, registerOffset);
}

const literal = (c: Builder): I64 => c.add(c.pc(), c.imm64(signedOffset('imm19', 19, 4)));

semantics('LDR (literal)', (c, { Rt }, { sf }) => c.writeX(Rt, c.load(sf === 1 ? 8 : 4, literal(c))));
semantics('LDRSW (literal)', (c, { Rt }) => c.writeX(Rt, c.extendS(c.load(4, literal(c)))));
semantics('LDR (literal, SIMD&FP)', (c, { Rt }, { opc }) => {
  c.requireFP();
  const bytes = (4 << opc) as 4 | 8 | 16;
  c.writeV(Rt, bytes, c.load(bytes, literal(c)));
});

// Nothing is cached, so there is nothing to fetch early.
const prefetch = ['PRFM (immediate)', 'PRFM (register)', 'PRFM (literal)', 'PRFUM'];
for (const name of prefetch) semantics(name, () => {}, { open: ['option', 'S'] });
