// Memory work on more pages than a TLB holds: a chain of pointers through 4,096 pages, in leaps. X0: iterations, each
// of four loads.

#define CHAIN       0x50000000
#define PAGES       4096

    .text
    .globl  benchmark
benchmark:
    // Page i of the chain points into page (i + 1,021) mod 4,096, each at an offset of its own.
    ldr     x1, =CHAIN
    mov     x2, #0
1:  add     x3, x2, #1021
    and     x3, x3, #(PAGES - 1)
    lsl     x4, x2, #12
    bfi     x4, x2, #6, #6
    lsl     x5, x3, #12
    bfi     x5, x3, #6, #6
    add     x5, x5, x1
    str     x5, [x1, x4]
    add     x2, x2, #1
    cmp     x2, #PAGES
    b.ne    1b

2:  ldr     x1, [x1]
    eor     x6, x6, x1
    add     x7, x7, x6, lsr #3
    ldr     x1, [x1]
    eor     x6, x6, x7
    add     x7, x7, x1
    ldr     x1, [x1]
    eor     x6, x6, x1
    add     x7, x7, x6, lsr #5
    ldr     x1, [x1]
    eor     x6, x6, x7
    subs    x0, x0, #1
    b.ne    2b
    ret
