// Advanced SIMD work on registers: lanes of 8 to 64 bits and of single precision, multiplication, widening and
// narrowing, permutation, comparison, sums across. X0: iterations.

    .text
    .globl  benchmark
benchmark:
    movi    v0.4s, #3
    movi    v1.16b, #0x5a
    movi    v2.8h, #7
    movi    v3.4s, #1
    fmov    v16.4s, #1.0
    fmov    v17.4s, #0.5
    fmov    v18.4s, #0.25
1:  add     v4.4s, v0.4s, v1.4s
    mul     v5.4s, v4.4s, v0.4s
    mla     v6.4s, v5.4s, v3.4s
    eor     v7.16b, v6.16b, v1.16b
    ushr    v8.4s, v7.4s, #9
    sli     v8.4s, v7.4s, #23
    smull   v9.4s, v8.4h, v2.4h
    saddw2  v10.4s, v9.4s, v8.8h
    xtn     v11.4h, v10.4s
    uqxtn2  v11.8h, v6.4s
    tbl     v12.16b, {v11.16b}, v1.16b
    ext     v13.16b, v12.16b, v7.16b, #5
    zip1    v14.8h, v13.8h, v11.8h
    cmgt    v15.8h, v14.8h, v2.8h
    bsl     v15.16b, v14.16b, v13.16b
    uabd    v1.16b, v15.16b, v1.16b
    fmul    v19.4s, v16.4s, v17.4s
    fadd    v19.4s, v19.4s, v18.4s
    fmla    v18.4s, v19.4s, v17.4s
    fmul    v18.4s, v18.4s, v17.4s
    addv    s20, v15.4s
    add     v0.2d, v0.2d, v15.2d
    umov    w2, v20.s[0]
    ins     v3.s[1], w2
    add     x3, x3, x2
    subs    x0, x0, #1
    b.ne    1b
    ret
