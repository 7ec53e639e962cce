// Where a process begins that has this dynamic linker: x0 is the bootstrap channel, x1 the vDSO's base. The program is
// entered in the same way, on the same stack.
    .text
    .globl _dl_start
    .type _dl_start, %function
_dl_start:
    mov x29, xzr
    mov x30, xzr
    mov x19, x0
    mov x20, x1
    bl link_program
    mov x16, x0
    mov x0, x19
    mov x1, x20
    mov x29, xzr
    mov x30, xzr
    br x16
    .size _dl_start, . - _dl_start
    .section .note.GNU-stack, "", %progbits
