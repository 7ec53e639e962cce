/** Code that sets the GICv2 and the vectors up. Registers: Arm IHI 0048B, chapter 4. */
import { CODE } from './program.js';

/** Private interrupts of the timers on board virt: physical, virtual, hypervisor (QEMU's devicetree). */
export const TIMER = { physical: 30, virtual: 27, hypervisor: 26 } as const;

/** Enables a private interrupt at the distributor and lets everything through: clobbers x9 and x10. */
export const enableInterrupt = (intid: number): string => `
  movz x9, #0x800, lsl #16   // GICD
  mov w10, #1
  str w10, [x9]              // GICD_CTLR
  movz x10, #${(1 << intid) >>> 16}, lsl #16
  str w10, [x9, #0x100]      // GICD_ISENABLER0
  movz x9, #0x801, lsl #16   // GICC
  mov w10, #0xff
  str w10, [x9, #4]          // GICC_PMR
  mov w10, #1
  str w10, [x9]              // GICC_CTLR`;

/** Acknowledges an interrupt into w11: clobbers x9. */
export const acknowledge = `
  movz x9, #0x801, lsl #16
  ldr w11, [x9, #0xc]        // GICC_IAR`;

/** Ends the interrupt in w11: clobbers x9. */
export const endOfInterrupt = `
  movz x9, #0x801, lsl #16
  str w11, [x9, #0x10]       // GICC_EOIR`;

/** Where the vectors are if a program has `vectors` in it. */
export const VECTORS = CODE + 0x800;

/** Sets VBAR of a level: clobbers x9. */
export const setVectors = (level: 1 | 2): string => `
  movz x9, #${VECTORS >>> 16}, lsl #16
  movk x9, #${VECTORS & 0xffff}
  msr vbar_el${level}, x9`;

/** The vector table's sixteen entries, each a branch to `unexpected` unless given by its offset. */
export const vectors = (entries: Readonly<Record<number, string>>): string =>
  `.align 2048\n` +
  Array.from({ length: 16 }, (_, i) => `.align 128\n b ${entries[i * 0x80] ?? 'unexpected'}`).join('\n');

/** A program for EL2: interrupts of the virtual timer, as fast as the handler sets it anew, which counts them in X21. */
export const timerInterrupts = `
    ${setVectors(2)}
    movz x9, #0x800, lsl #16   // HCR_EL2.TGE
    msr hcr_el2, x9
    ${enableInterrupt(TIMER.virtual)}
    mov x9, #1
    msr cntv_tval_el0, x9
    msr cntv_ctl_el0, x9
    msr daifclr, #15
  loop:
    add x20, x20, #1
    b loop
    ${vectors({ 0x280: 'interrupt' })}
  interrupt:
    ${acknowledge}
    add x21, x21, #1
    mov x9, #2
    msr cntv_tval_el0, x9
    ${endOfInterrupt}
    eret
  unexpected:
    b unexpected`;
