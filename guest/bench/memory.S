// Memory work: pairs and SIMD registers copied over 4 MiB, bytes and halfwords summed, a stack. X0: iterations, each
// of 64 bytes.

#define SOURCE      0x50000000
#define TARGET      0x51234000
#define WINDOW      (4 << 20)

    .text
    .globl  benchmark
benchmark:
    ldr     x2, =SOURCE
    ldr     x3, =TARGET
    mov     x4, #0                      // offset in the windows
    mov     x14, #0
2:  add     x5, x2, x4
    add     x6, x3, x4
    ldp     x7, x8, [x5]
    ldp     x9, x10, [x5, #16]
    stp     x7, x8, [x6]
    stp     x9, x10, [x6, #16]
    ldr     q0, [x5, #32]
    ldr     q1, [x5, #48]
    str     q0, [x6, #32]
    str     q1, [x6, #48]
    str     x14, [x5, #8]
    mov     x11, #8
3:  ldrb    w12, [x6], #1
    ldrh    w13, [x6, #16]
    add     x14, x14, x12
    add     x14, x14, x13
    subs    x11, x11, #1
    b.ne    3b
    stp     x14, x4, [x3, #-16]!
    ldp     x14, x15, [x3], #16
    ldrsw   x15, [x5, #20]
    str     w15, [x6, #4]
    add     x4, x4, #64
    and     x4, x4, #(WINDOW - 1)
    subs    x0, x0, #1
    b.ne    2b
    ret
