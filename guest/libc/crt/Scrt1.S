// A program's entry point: x0 is the bootstrap channel, x1 the vDSO's base, which the dynamic linker has used already.
// `main` is weak since clang's options for libraries are the programs': a library may carry this, which nobody calls.
    .text
    .weak main
    .globl _start
    .hidden _start
    .type _start, %function
_start:
    mov x29, xzr
    mov x30, xzr
    adrp x1, :got:main
    ldr x1, [x1, :got_lo12:main]
    bl __libc_start_main
    brk #1
    .size _start, . - _start

    .section .note.GNU-stack, "", %progbits
