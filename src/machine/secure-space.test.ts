/** Board `virt` with cores at EL3: the two physical address spaces, and who is in which. */
import { expect, it } from 'vitest';
import { assemble } from '../isa/index.js';
import { SECURE_SPACE } from '../engine/index.js';
import { Machine } from './machine.js';

const RAM = 0x4000_0000;
const SECURE_RAM = 0x0e00_0000;

function code(...lines: string[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(lines.map((line) => assemble(line))).buffer);
}
/** A machine that runs lines at the start of RAM, at a level, up to a branch to itself. */
function ran(el: 1 | 2 | 3, lines: readonly string[], instructions = 1000): Machine {
  const machine = new Machine({ ramSize: 2 ** 21, secure: true });
  const bytes = code(...lines, 'b #0');
  machine.powerUp({ segments: [{ address: RAM, bytes }], cores: [{ powered: true, pc: RAM, el, x0: 0 }] });
  machine.run({ instructions });
  return machine;
}

const fillSecureRam = ['movz x1, #0xe00, lsl #16', 'movz x2, #0x1234', 'str x2, [x1]', 'ldr x3, [x1]'];

it('EL3 reaches Secure RAM, which is in a space of its own for whoever looks on', () => {
  const machine = ran(3, fillSecureRam);
  expect(machine.core(0).x(3)).toBe(0x1234n);
  expect(machine.readMemory(SECURE_SPACE + SECURE_RAM, 2)).toEqual(Uint8Array.of(0x34, 0x12));
  expect(machine.readMemory(SECURE_RAM, 2)).toBeUndefined();
});

it('EL2, which is Non-secure, does not', () => {
  const machine = ran(2, fillSecureRam, 3);
  expect(machine.core(0).x(3)).toBe(0n);
  expect(machine.systemRegister(0, 'ESR_EL2')).toBe(0x9600_0050n);
});

it('Secure RAM holds code, which is seen to change', () => {
  const machine = ran(3, [
    ...['movz x1, #0xe00, lsl #16', 'movz x4, #0'],
    // movz x5, #1; ret
    ...['movz w2, #0x0025', 'movk w2, #0xd280, lsl #16', 'movz w3, #0x03c0', 'movk w3, #0xd65f, lsl #16'],
    ...['stp w2, w3, [x1]', 'blr x1', 'add x4, x4, x5', 'movz w2, #0x0045', 'movk w2, #0xd280, lsl #16'],
    ...['str w2, [x1]', 'blr x1', 'add x4, x4, x5'],
  ]);
  expect(machine.core(0).x(4)).toBe(3n);
});

it('the RAM of both spaces is in a saved state', () => {
  const machine = ran(3, fillSecureRam);
  expect(machine.cluster.ram.isZero(2 ** 21, 4096)).toBe(false);
  expect(machine.cluster.ram.total).toBe(2 ** 21 + 2 ** 24);
});

it('what is put at the end of RAM does not go on in Secure RAM, nor do the zeros behind it', () => {
  const machine = new Machine({ ramSize: 2 ** 21, secure: true });
  const secret = Uint8Array.of(1, 2, 3, 4);
  machine.writeMemory(SECURE_SPACE + SECURE_RAM, secret);
  const address = RAM + 2 ** 21 - 4;
  for (const segment of [
    { address, bytes: new Uint8Array(8) },
    { address, bytes: new Uint8Array(4), size: 8 },
  ]) {
    const cores = [{ powered: true, pc: RAM, el: 2, x0: 0 }] as const;
    expect(() => machine.powerUp({ segments: [segment], cores })).toThrow(
      new RangeError('0x401ffffc+0x8 is neither in RAM nor in flash'),
    );
  }
  expect(machine.readMemory(SECURE_SPACE + SECURE_RAM, 4)).toEqual(secret);
});

it('PSCI is there for software below EL3 only', () => {
  const version = ['movz x0, #0x8400, lsl #16', 'smc #0'];
  expect(ran(2, version).core(0).x(0)).toBe(0x1_0001n);
  const machine = ran(3, version, 2);
  expect(machine.core(0).x(0)).toBe(0x8400_0000n);
  expect(machine.systemRegister(0, 'ESR_EL3')! >> 26n).toBe(0x17n);
});

it('Secure software switches the machine off by its GPIO', () => {
  const machine = ran(3, [
    ...['movz x1, #0x90b, lsl #16', 'movz w2, #1', 'str w2, [x1, #0x400]', 'str w2, [x1, #4]'],
  ]);
  expect(machine.run({ instructions: 1 })).toBe('powered off');
});

it('interrupts are left to Non-secure software by a start below EL3, and Secure at EL3', () => {
  const groups = ['movz x1, #0x800, lsl #16', 'ldr w2, [x1, #0x100]', 'ldr w3, [x1, #0x80]'];
  // Below EL3 groups do not exist, but the SGIs, which are always enabled, do.
  expect([2, 3].map((x) => ran(2, groups).core(0).x(x))).toEqual([0xffffn, 0n]);
  expect([2, 3].map((x) => ran(3, groups).core(0).x(x))).toEqual([0xffffn, 0n]);
  const priority = ['movz x1, #0x800, lsl #16', 'ldr w2, [x1, #0x400]'];
  expect(ran(2, priority).core(0).x(2)).toBe(0n);
});
