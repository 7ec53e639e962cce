// Integer work: a xorshift generator, multiplication, bit fields, division, conditional branches, calls.
// X0: iterations.

    .text
    .globl  benchmark
benchmark:
    mov     x20, x30
    mov     x1, #88172645463325252 & 0xffff
    movk    x1, #0x1d3b, lsl #16
    mov     x2, #0                      // sum
    mov     x3, #6364136223846793005 & 0xffff
    movk    x3, #0x5851, lsl #48
    mov     x9, #10
1:  eor     x1, x1, x1, lsl #13
    eor     x1, x1, x1, lsr #7
    eor     x1, x1, x1, lsl #17
    madd    x4, x1, x3, x2
    ubfx    x5, x4, #8, #16
    bfi     x2, x5, #20, #16
    add     w6, w4, w5, uxtb
    rev     w6, w6
    clz     x7, x4
    tbz     w1, #5, 2f
    sub     x2, x2, x6
    b       3f
2:  adds    x2, x2, x4
    csinc   x2, x2, x7, cc
3:  udiv    w8, w6, w9
    msub    w8, w8, w9, w6              // remainder
    cmp     w8, #5
    b.lo    4f
    bl      mix
4:  and     x5, x2, #0xff00ff00ff00ff00
    extr    x2, x2, x5, #29
    subs    x0, x0, #1
    b.ne    1b
    ret     x20

mix:
    eor     x2, x2, x2, ror #23
    ccmp    x2, x4, #4, ne
    csel    x2, x2, x4, ne
    sbfx    x10, x2, #3, #11
    add     x2, x2, x10, lsl #2
    ret
