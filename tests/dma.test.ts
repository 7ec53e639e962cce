/** What a device writes to memory by itself, the cores see: as data, and as code that one of them has executed before. */
import { describe, expect, it } from 'vitest';
import { setVectors, vectors } from './programs/interrupts.js';
import { DATA, machineFor, program, psci, startCores, SYSTEM_OFF } from './programs/program.js';

/** A function that has been called before, a DMA descriptor, a flag. */
const FUNCTION = DATA;
const DESCRIPTOR = DATA + 0x1000;
const FLAG = DATA + 0x2000;

/**
 * The last core of so many has fw_cfg write over the function that the first has called, and the first calls it again:
 * all zeros, which is UDF.
 */
const overwriting = (cores: number): string => `
    ${setVectors(2)}
    ${cores === 1 ? '' : startCores(cores)}
    movz x21, #${FUNCTION >>> 16}, lsl #16
    add x22, x21, #${DESCRIPTOR - FUNCTION}
    add x23, x21, #${FLAG - FUNCTION}
    mrs x8, mpidr_el1
    tbnz x8, #0, transfer
    blr x21                      // what it leaves in x0, x1 keeps
    mov x1, x0
    mov x2, #1
    str x2, [x23]
    ${cores === 1 ? 'b transfer' : ''}
  wait:
    ldr x2, [x23]
    cmp x2, #2
    b.ne wait
  again:
    blr x21
    b #0
  transfer:
    ldr x2, [x23]
    cbz x2, transfer
    movz x9, #0x902, lsl #16     // fw_cfg
    rev x10, x22
    str x10, [x9, #16]
    ldr w5, [x22]
    mov x2, #2
    str x2, [x23]
    ${cores === 1 ? 'b again' : 'wfi\nb #-4'}
${vectors({ 0x200: 'undefined' })}
  unexpected:
    b #0
  undefined:
    mrs x3, elr_el2
    mrs x4, esr_el2
    ${psci(SYSTEM_OFF)}`;

describe('DMA', () => {
  it.each([1, 2])('over code is seen by the core that executes it, one of %i', (cores) => {
    const machine = machineFor(overwriting(cores), { cores });
    machine.writeMemory(FUNCTION, program('mov x0, #7\nret', FUNCTION));
    // Select a blob that there is not, and read 8 bytes of it: zeros.
    const descriptor = new DataView(new ArrayBuffer(16));
    descriptor.setUint32(0, (0x40 << 16) | 0x0a);
    descriptor.setUint32(4, 8);
    descriptor.setBigUint64(8, BigInt(FUNCTION));
    machine.writeMemory(DESCRIPTOR, new Uint8Array(descriptor.buffer));
    expect(machine.run({ instructions: 200_000 })).toBe('powered off');
    const core = machine.core(0);
    expect(core.x(1)).toBe(7n);
    expect([core.x(3), core.x(4)]).toEqual([BigInt(FUNCTION), 0x0200_0000n]);
  });
});
