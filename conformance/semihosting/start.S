// Comes to `program` at EL1 with a stack, on QEMU's board virt.
    .section .text.start, "ax"
    .global _start
_start:
    adr x0, stack_end
    mov sp, x0
    mrs x0, cpacr_el1
    orr x0, x0, #(3 << 20)
    msr cpacr_el1, x0
    adr x0, vectors
    msr vbar_el1, x0
    isb
    bl program
1:  wfi
    b 1b

// An exception: its syndrome is what `undefined_at` tells, and the instruction is left out.
    .balign 2048
vectors:
    .rept 16
    .balign 128
    stp x0, x1, [sp, #-16]!
    mrs x0, esr_el1
    adr x1, last_syndrome
    str x0, [x1]
    mrs x0, elr_el1
    add x0, x0, #4
    msr elr_el1, x0
    ldp x0, x1, [sp], #16
    eret
    .endr

// uint64_t semihost(uint64_t operation, uint64_t parameter)
    .global semihost
semihost:
    hlt #0xf000
    ret

// Another immediate is no call.
    .global other_halt
other_halt:
    hlt #0xf001
    ret


    .balign 8
    .global last_syndrome
last_syndrome:
    .quad 0

    .bss
    .balign 16
    .skip 16384
stack_end:
