import { describe, expect, it } from 'vitest';
import { Machine } from '../../../machine/index.js';
import { Registers } from './registers.js';

const { state } = new Machine({ ramSize: 1 << 20 }).cluster;
const registers = new Registers(state);
type Kind = {
  [K in keyof Registers]: Registers[K] extends (index: number) => unknown ? K : never;
}[keyof Registers];

function read(kind: Kind, register: bigint): unknown {
  state.setX(3, register);
  return registers[kind](3);
}

describe('a register as an argument', () => {
  // What C's conversions make of the 64 bits: those above a narrow type are not looked at.
  it.each<[Kind, bigint, unknown]>([
    ['bool', 0x1_0000_0000_0000_0000n - 0x100n, false],
    ['bool', 0x80n, true],
    ['u8', 0xffff_ffff_ffff_ff80n, 0x80],
    ['u16', 0xffff_ffff_ffff_8001n, 0x8001],
    ['u32', 0xffff_ffff_8000_0001n, 0x8000_0001],
    ['s32', 0x0000_0001_8000_0000n, -0x8000_0000],
    ['handle', 0xdead_beef_ffff_fffcn, 0xffff_fffc],
    ['u64', 0xffff_ffff_ffff_ffffn, 0xffff_ffff_ffff_ffffn],
    ['s64', 0xffff_ffff_ffff_fffen, -2n],
    ['size', 0x001f_ffff_ffff_ffffn, 2 ** 53 - 1],
    ['size', 0xffff_ffff_ffff_f800n, 2 ** 64 - 2048],
    ['time', 0x7fff_ffff_ffff_ffffn, Infinity],
    ['time', 0x8000_0000_0000_0000n, -Infinity],
    ['time', 0xffff_ffff_ffff_ffffn, -1],
    ['time', 0x001f_ffff_ffff_ffffn, 2 ** 53 - 1],
    ['pointer', 0x0000_ffff_ffff_ffffn, 0xffff_ffff_ffff],
  ])('%s of %x', (kind, register, expected) => {
    expect(read(kind, register)).toBe(expected);
  });

  it('is as aligned as it was, also where an address is nowhere', () => {
    expect((read('pointer', 0xffff_ffff_ffff_fffdn) as number) % 4).toBe(1);
    expect((read('pointer', 0xffff_ffff_ffff_f000n) as number) % 4096).toBe(0);
    expect(read('pointer', 0xffff_0000_0000_0000n)).toBeGreaterThan(2 ** 52);
  });
});
