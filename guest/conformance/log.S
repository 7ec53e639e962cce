// Exceptions of many kinds, for QEMU's log of them and ours: from EL1 with the MMU off, and from EL0.
    .text
    .global _start
_start:
    adr x0, vectors
    msr vbar_el1, x0
    svc #5
    brk #7
    .word 0
    mov x5, #0x60000000
    ldr x6, [x5]
    str x6, [x5, #8]
    hlt #0xf001
    mov x0, #3
    adr x1, 1f
    hlt #0xf000             // SYS_WRITEC
    mov w0, #0x84000000     // PSCI_VERSION
    hvc #0
    mov w0, #0x1234         // no function of PSCI's
    hvc #9
    smc #0
    mrs x0, s3_3_c15_c2_7   // there is no such register
    adr x1, user
    msr elr_el1, x1
    msr spsr_el1, xzr
    eret
1:  .asciz "."
    .balign 4
user:
    svc #1
    mrs x0, vbar_el1
    hlt #0xf000
    mov x5, #0x60000000
    ldr x6, [x5]
    mov x0, #0x40000000
    add x0, x0, #2
    br x0

    .balign 2048
vectors:
    .rept 16
    .balign 128
    b handler
    .endr

// Goes on behind the instruction; behind one that cannot be fetched nothing is left to do.
handler:
    mrs x10, esr_el1
    lsr x11, x10, #26
    cmp x11, #0x22
    b.eq off
    cmp x11, #0x15          // SVC returns behind itself already
    b.eq 1f
    mrs x12, elr_el1
    add x12, x12, #4
    msr elr_el1, x12
1:  eret
off:
    mov w0, #0x0008
    movk w0, #0x8400, lsl #16
    hvc #0
