// TLS descriptors: called with x0 at the descriptor, return the symbol's offset from TPIDR_EL0 in x0, and keep every
// other register. ELF for the Arm 64-bit Architecture (AAELF64), "Thread Local Storage".
    .text
    .globl tlsdesc_static
    .hidden tlsdesc_static
    .type tlsdesc_static, %function
tlsdesc_static:
    ldr x0, [x0, #8]
    ret
    .size tlsdesc_static, . - tlsdesc_static

// A weak symbol that nobody defines has the address of its addend.
    .globl tlsdesc_undefined
    .hidden tlsdesc_undefined
    .type tlsdesc_undefined, %function
tlsdesc_undefined:
    str x1, [sp, #-16]!
    ldr x0, [x0, #8]
    mrs x1, tpidr_el0
    sub x0, x0, x1
    ldr x1, [sp], #16
    ret
    .size tlsdesc_undefined, . - tlsdesc_undefined
    .section .note.GNU-stack, "", %progbits
