/** Addresses of loads and stores. Arm ARM C1.3.3. */
import type { Builder, I64 } from '../../ir/builder.js';
import type { Immediate } from '../../ir/nodes.js';
import type { Numbers, Operands, Options } from '../registry.js';
import { indexRegister } from '../base/operands.js';

/** Variant 1: the base register is SP, whose alignment is checked. */
export const onBase: Options = { variant: { count: 2, of: (f) => Number(f.Rn === 31) } };

export function baseAddress(c: Builder, f: Operands, s: Numbers): I64 {
  return c.base(f.Rn, (s.variant & 1) === 1);
}

/** A field of `bits` bits as a signed number of units of `unit` bytes. */
export function signedOffset(field: string, bits: number, unit: number): Immediate {
  return (f) => ((f[field] << (32 - bits)) >> (32 - bits)) * unit;
}

/** Where the access is, and the register's new value where it is written back. */
export interface Addressing {
  readonly address: I64;
  readonly writeBack?: I64;
}

/** Makes the address of an access of `bytes` bytes (of an element, for pairs). */
export type AddressMode = (c: Builder, f: Operands, s: Numbers, bytes: number) => Addressing;

/** Modes with a signed immediate of `bits` bits in `field`, counted in bytes (`scaled` false) or elements. */
function immediateModes(field: string, bits: number, scaled: boolean) {
  const unit = (bytes: number): number => (scaled ? bytes : 1);
  const sum = (c: Builder, base: I64, bytes: number): I64 =>
    c.add(base, c.imm64(signedOffset(field, bits, unit(bytes))));
  return {
    offset: (c: Builder, f: Operands, s: Numbers, bytes: number): Addressing => ({
      address: sum(c, baseAddress(c, f, s), bytes),
    }),
    preIndexed: (c: Builder, f: Operands, s: Numbers, bytes: number): Addressing => {
      const address = sum(c, baseAddress(c, f, s), bytes);
      return { address, writeBack: address };
    },
    postIndexed: (c: Builder, f: Operands, s: Numbers, bytes: number): Addressing => {
      const address = baseAddress(c, f, s);
      return { address, writeBack: sum(c, address, bytes) };
    },
  };
}

/** Unscaled, unprivileged, pre- and post-indexed forms of one register. */
export const immediate9 = immediateModes('imm9', 9, false);
/** Forms of a pair of registers. */
export const immediate7 = immediateModes('imm7', 7, true);

export const unsignedOffset: AddressMode = (c, f, s, bytes) => ({
  address: c.add(
    baseAddress(c, f, s),
    c.imm64(({ imm12 }) => imm12 * bytes),
  ),
});

export const registerOffset: AddressMode = (c, f, s, bytes) => ({
  address: c.add(baseAddress(c, f, s), indexRegister(c, f.Rm, s.option, s.S === 1 ? Math.log2(bytes) : 0)),
});

/** Writes the base register back, after everything that may fault and the loaded registers. */
export function writeBack(c: Builder, f: Operands, { writeBack }: Addressing): void {
  if (writeBack !== undefined) c.writeXorSP(f.Rn, writeBack);
}
