// The start of a program on board raspi3b, at EL2 as QEMU starts raw code; 16 KiB of stack for each core below it.

.macro stack
  mrs x0, mpidr_el1
  and x0, x0, #3
  adr x1, _start
  sub x1, x1, x0, lsl #14
  mov sp, x1
  adr x1, vectors
  msr vbar_el2, x1
  ldr x1, =0x80000038             // HCR_EL2: RW, and all interrupts to EL2
  msr hcr_el2, x1
.endm

.section .text.start, "ax"
.globl _start, secondary
.weak secondary_main              // not every program sends one
_start:
  stack
  bl main
  // Power off: partition 63, then a full reset.
  ldr x0, =0x3f100000
  ldr w1, =0x5a000555
  str w1, [x0, #0x20]
  ldr w1, =0x5a000020
  str w1, [x0, #0x1c]
  b .

// Where main sends another core.
secondary:
  stack
  b secondary_main

.macro entry interrupt
  .balign 128
  sub sp, sp, #192
  stp x0, x1, [sp]
  mov x0, #\interrupt
  b enter
.endm

.balign 2048
vectors:
  .irp interrupt, 0, 1, 2, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0
  entry \interrupt
  .endr
enter:
  stp x2, x3, [sp, #16]
  stp x4, x5, [sp, #32]
  stp x6, x7, [sp, #48]
  stp x8, x9, [sp, #64]
  stp x10, x11, [sp, #80]
  stp x12, x13, [sp, #96]
  stp x14, x15, [sp, #112]
  stp x16, x17, [sp, #128]
  stp x18, x30, [sp, #144]
  bl interrupted
  ldp x2, x3, [sp, #16]
  ldp x4, x5, [sp, #32]
  ldp x6, x7, [sp, #48]
  ldp x8, x9, [sp, #64]
  ldp x10, x11, [sp, #80]
  ldp x12, x13, [sp, #96]
  ldp x14, x15, [sp, #112]
  ldp x16, x17, [sp, #128]
  ldp x18, x30, [sp, #144]
  ldp x0, x1, [sp], #192
  eret
