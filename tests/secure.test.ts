/** Whole machines whose cores have EL3: what belongs to Secure software comes to it, and stays its own. */
import { expect, it } from 'vitest';
import { SECURE_SPACE } from '../src/engine/index.js';
import { loadSnapshot, saveSnapshot, stateHash } from '../src/observe/index.js';
import { Machine, type Firmware } from '../src/machine/index.js';
import { CODE, program } from './programs/program.js';

const SECURE_RAM = 0x0e00_0000;
/** INTID of the secure timer, and of the physical one. */
const SECURE_TIMER = 29;
const PHYSICAL_TIMER = 30;

/** A machine that runs a program from EL3. */
function machineAtEl3(source: string): Machine {
  const machine = new Machine({ ramSize: 0x20_0000, secure: true });
  const firmware: Firmware = {
    segments: [{ address: CODE, bytes: program(source) }],
    cores: [{ powered: true, pc: CODE, el: 3, x0: 0 }],
  };
  machine.powerUp(firmware);
  return machine;
}

/** Room in a vector table up to the entry at an offset. */
const upTo = (offset: number): string => ' .word 0\n .align 128\n'.repeat(offset / 128);

/**
 * EL3 has the secure timer in Group 0, which is signalled as FIQ, and the physical timer in Group 1, both due; it leaves
 * FIQ to itself and goes to Non-secure EL2, which takes IRQ. Each acknowledges what comes: X20 to X22 and X24 to X25.
 */
const TWO_WORLDS = `
  adr x0, el3_vectors
  msr vbar_el3, x0
  adr x0, el2_vectors
  msr vbar_el2, x0
  movz x1, #0x800, lsl #16
  movz x2, #0x801, lsl #16
  movz w3, #0x4000, lsl #16
  str w3, [x1, #0x80]
  movz w3, #0x6000, lsl #16
  str w3, [x1, #0x100]
  movz w3, #3
  str w3, [x1]
  movz w3, #0xff
  str w3, [x2, #4]
  movz w3, #0xb
  str w3, [x2]
  movz x0, #0x505
  msr scr_el3, x0
  movz x0, #0x8000, lsl #16
  msr hcr_el2, x0
  movz x0, #1
  msr cntps_ctl_el1, x0
  msr cntp_ctl_el0, x0
  movz x0, #0x9
  msr spsr_el3, x0
  adr x0, el2
  msr elr_el3, x0
  adr x28, el2
  eret
el2:
  movz x0, #0x10
  msr hcr_el2, x0
  isb
  b #0
  .align 2048
el3_vectors:
  ${upTo(0x500)}
  mov x20, #3
  ldr w21, [x2, #0xc]
  mrs x22, elr_el3
  msr cntps_ctl_el1, xzr
  str w21, [x2, #0x10]
  eret
  .align 2048
el2_vectors:
  ${upTo(0x280)}
  ldr w24, [x2, #0xc]
  ldr w25, [x2, #0xc]
  msr cntp_ctl_el0, xzr
  str w24, [x2, #0x10]
  b #0`;

it('interrupts of Group 0 come to EL3 as FIQ, those of Group 1 to Non-secure EL2 as IRQ', () => {
  const machine = machineAtEl3(TWO_WORLDS);
  machine.run({ instructions: 1000 });
  const x = (n: number): number => Number(machine.core(0).x(n));
  expect([x(20), x(21), x(22)]).toEqual([3, SECURE_TIMER, x(28)]);
  expect([x(24), x(25)]).toEqual([PHYSICAL_TIMER, 1023]);
  expect(machine.exceptionLevel(0)).toBe(2);
});

it('Secure RAM and the state of EL3 are in a snapshot', async () => {
  const machine = machineAtEl3(`
    movz x1, #0xe00, lsl #16
    movz x2, #0x1234
    str x2, [x1]
    msr tpidr_el3, x2
    b #0`);
  machine.run({ instructions: 100 });
  const restored = loadSnapshot(saveSnapshot(machine));
  expect(await stateHash(restored)).toBe(await stateHash(machine));
  expect(restored.readMemory(SECURE_SPACE + SECURE_RAM, 2)).toEqual(Uint8Array.of(0x34, 0x12));
  expect(restored.systemRegister(0, 'TPIDR_EL3')).toBe(0x1234n);
  expect([restored.options.secure, restored.exceptionLevel(0)]).toEqual([true, 3]);
});
