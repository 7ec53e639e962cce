// Floating-point work, double and single precision: a polynomial, fused and separate multiply-add, division, square
// root, comparison, conversion. X0: iterations.

    .text
    .globl  benchmark
benchmark:
    fmov    d0, #1.0
    fmov    d1, #0.5
    fmov    d2, #2.0
    fmov    d3, #1.25
    fmov    d16, #0.125
    fmov    s20, #1.0
    fmov    s21, #0.75
    mov     x1, #0
1:  scvtf   d4, w1
    fmul    d5, d4, d16
    fadd    d5, d5, d0
    fdiv    d6, d0, d5                  // 1 / (1 + i / 8)
    fmul    d7, d6, d6
    fmul    d8, d7, d1
    fsub    d8, d0, d8
    fmul    d9, d7, d3
    fadd    d8, d8, d9                  // a polynomial of it
    fmadd   d10, d8, d6, d2
    fsqrt   d11, d10
    fcmp    d11, d3
    fcsel   d12, d11, d8, gt
    fadd    d13, d13, d12
    fnmsub  d14, d12, d1, d13
    fcvtzs  x2, d14
    add     x3, x3, x2
    fcvt    s22, d12
    fmul    s23, s22, s21
    fadd    s20, s20, s23
    fmul    s20, s20, s21
    fabs    s24, s23
    fmaxnm  s25, s24, s20
    fcvtzu  w4, s25
    add     w3, w3, w4
    add     w1, w1, #1
    and     w1, w1, #0xffff
    subs    x0, x0, #1
    b.ne    1b
    ret
