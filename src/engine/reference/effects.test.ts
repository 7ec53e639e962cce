/** What single instructions access and write, by the Arm ARM's descriptions of them. */
import { describe, expect, it } from 'vitest';
import { assemble } from '../../isa/index.js';
import { EXCLUSIVE_ADDRESS, EXCLUSIVE_LOW, EXCLUSIVE_SIZE } from '../layout.js';
import { registersWritten, StateCopy } from './effects.js';

function copyWith(set: (copy: StateCopy['state']) => void): StateCopy {
  const copy = new StateCopy();
  for (let i = 0; i < 31; i++) copy.state.setX(i, BigInt(0x1000 * (i + 1)));
  copy.state.sp = 0x8000n;
  copy.state.pc = 0x4000n;
  set(copy.state);
  return copy;
}

/** `w 1000+8=2000` for a store of 8 bytes. */
function accesses(text: string, set: (copy: StateCopy['state']) => void = () => {}, status = 0n): string[] {
  const copy = copyWith(set);
  const later = copyWith((state) => state.setX(9, status)).state;
  return copy
    .accesses(assemble(text), later, (address) => address & 0xffn)
    .map(
      ({ write, address, bytes, value }) =>
        `${write ? 'w' : 'r'} ${address.toString(16)}+${bytes}=${value.toString(16)}`,
    );
}

describe('accesses of an instruction', () => {
  it.each([
    ['str x1, [x0]', ['w 1000+8=2000']],
    ['strb w1, [x0, #5]', ['w 1005+1=0']],
    ['str w1, [x0, x2, lsl #2]', ['w d000+4=2000']],
    ['ldr x0, 0x18', ['r 4018+8=18']],
    ['ldp x2, x3, [sp], #16', ['r 8000+16=0']],
    ['stp x29, x30, [sp, #-16]!', ['w 7ff0+16=1f000000000000001e000']],
    ['ldrsw x1, [x0, #4]', ['r 1004+4=4']],
    ['ld2 { v0.2d, v1.2d }, [x0]', ['r 1000+16=0', 'r 1010+16=10']],
    ['dc zva, x0', ['w 1000+64=0']],
    ['dc ivac, x0', []],
    ['add x0, x1, x2', []],
    ['prfm pldl1keep, [x0]', []],
  ])('%s', (text, expected) => {
    expect(accesses(text)).toEqual(expected);
  });

  it('of a store exclusive are told by its status', () => {
    const loaded = (state: StateCopy['state']) => {
      state.put64(EXCLUSIVE_ADDRESS, 0x1000n);
      state.setLow(EXCLUSIVE_SIZE, 8);
      state.put64(EXCLUSIVE_LOW, 0x77n);
    };
    expect(accesses('stxr w9, x1, [x0]', loaded, 0n)).toEqual(['w 1000+8=2000']);
    expect(accesses('stxr w9, x1, [x0]', loaded, 1n)).toEqual([]);
  });
});

describe('registers that an instruction writes', () => {
  it.each([
    ['mov x1, xzr', { x: [1], v: [], flags: false }],
    ['ldp x2, x3, [sp], #16', { x: [2, 3, 31], v: [], flags: false }],
    ['bl 0x100', { x: [30], v: [], flags: false }],
    ['cmp x0, x1', { x: [], v: [], flags: true }],
    ['str x0, [x1]', { x: [], v: [], flags: false }],
    ['ld2 { v0.2d, v1.2d }, [x0], #32', { x: [0], v: [0, 1], flags: false }],
  ])('%s', (text, expected) => {
    expect(registersWritten(assemble(text))).toEqual(expected);
  });
});
