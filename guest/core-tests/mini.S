// Code for the processes of mini.h. It runs wherever it is copied to.
    .section .rodata.mini, "a", %progbits
    .balign 8

    .macro place name
    .globl \name
    .hidden \name
\name:
    .endm

place mini_begin

// x0: a handle, x1: the script, a count and entries of 64 bytes: function, kind of the first argument, arguments.
place mini_run
    mov x19, x0
    mov x20, x1
    ldr x21, [x20], #8
    mov x22, xzr
1:  cbz x21, 2f
    ldp x23, x24, [x20]
    ldp x0, x1, [x20, #16]
    ldp x2, x3, [x20, #32]
    ldp x4, x5, [x20, #48]
    cmp x24, #1
    csel x0, x19, x0, eq
    cmp x24, #2
    csel x0, x22, x0, eq
    add x20, x20, #64
    sub x21, x21, #1
    blr x23
    sxtw x22, w0
    b 1b
2:  brk #2

place mini_loop
    b mini_loop

place mini_read
    mov x2, #0x2000
    ldr x3, [x2]
    brk #3

place mini_write
    adr x2, mini_write
    str x2, [x2]
    brk #4

place mini_execute
    sub x2, sp, #64
    br x2

place mini_undefined
    udf #0

place mini_breakpoint
    brk #0
    b mini_loop

place mini_unaligned
    sub x2, sp, #63
    ldaxr x3, [x2]
    brk #5

place mini_system_call
    mov x16, x0
    mov x0, #0
    svc #0
    b mini_loop

// Counts in x2 and puts the count on the stack, at each turn.
place mini_count
    mov x2, xzr
mini_count_turn:
    add x2, x2, #1
    str x2, [sp, #-16]
    b mini_count_turn

place mini_end
    .section .note.GNU-stack, "", %progbits
