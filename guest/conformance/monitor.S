// Runs test cases of a few instructions each at any exception level and in either Security state, and stores what they
// did. Entered at EL3 with the MMU off. Addresses, records and results: conformance/monitor/layout.ts, which writes
// monitor-layout.h.
//
// A case ends with the exception that brings it to EL3: the vectors of EL1 and EL2 have an SMC for each kind.

#include "monitor-layout.h"

#define SECURE_GPIO     0x090b0000
#define GPIODIR         0x400
#define POWEROFF        1               // pin 0; in the address of GPIODATA from bit 2 on

    .text
    .globl  _start
_start:
    adr     x0, vectors1
    msr     vbar_el1, x0
    adr     x0, vectors2
    msr     vbar_el2, x0
    adr     x0, vectors3
    msr     vbar_el3, x0
    mrs     x0, midr_el1
    msr     vpidr_el2, x0
    mrs     x0, mpidr_el1
    msr     vmpidr_el2, x0
    ldr     x28, =CASES
    ldr     x27, =RESULTS
next_case:
    ldr     x0, =COUNT
    ldr     x1, [x0]
    cbz     x1, finished
    sub     x1, x1, #1
    str     x1, [x0]
    // The words of the case, and behind them what ends it.
    ldr     x0, =CODE
    add     x1, x28, #CASE_WORDS
    mov     x2, #WORDS
1:  ldr     w3, [x1], #4
    str     w3, [x0], #4
    subs    x2, x2, #1
    b.ne    1b
    ldr     w3, =PAD
    mov     x2, #PADS
1:  str     w3, [x0], #4
    subs    x2, x2, #1
    b.ne    1b
    dsb     sy
    ic      iallu
    dsb     sy
    isb
    adr     x0, current
    stp     x27, x28, [x0]
    CLEAR
    LOAD_GIVEN
    ldr     x0, =CODE
    msr     elr_el3, x0
    isb
    add     x28, x28, #CASE_X
    ldp     x0, x1, [x28]
    ldp     x2, x3, [x28, #16]
    ldp     x4, x5, [x28, #32]
    eret

ended:                                  // X0 is in TPIDR_EL3, X1 in the result, which X0 points to; X1 is the vector
    str     x1, [x0, #RESULT_VECTOR]
    stp     x2, x3, [x0, #(RESULT_X + 16)]
    stp     x4, x5, [x0, #(RESULT_X + 32)]
    mrs     x1, tpidr_el3
    str     x1, [x0, #RESULT_X]
    STORE_TAKEN
    adr     x0, current
    ldp     x27, x28, [x0]
    add     x27, x27, #RESULT_BYTES
    add     x28, x28, #CASE_BYTES
    b       next_case

finished:
    ldr     x0, =DONE
    mov     x1, #1
    str     x1, [x0]
    dsb     sy
    ldr     x0, =SECURE_GPIO
    mov     w1, #POWEROFF
    str     w1, [x0, #GPIODIR]
    str     w1, [x0, #(POWEROFF << 2)]
    b       .

    .balign 16
current:
    .quad   0, 0

    .macro  monitor_calls first
    .set    number, \first
    .rept   16
    .balign 128
    smc     #number
    .set    number, number + 1
    .endr
    .endm

    .balign 2048
vectors1:
    monitor_calls 0x10
    .balign 2048
vectors2:
    monitor_calls 0x20
    .balign 2048
vectors3:
    .set    number, 0
    .rept   16
    .balign 128
    msr     tpidr_el3, x0
    ldr     x0, current
    str     x1, [x0, #(RESULT_X + 8)]
    mov     x1, #number
    b       ended
    .set    number, number + 1
    .endr
