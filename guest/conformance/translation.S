// Executes address translation instructions at EL2, or at EL3 where MONITOR is defined, on settings and tables that
// were put into memory, and stores what they did. Record and result offsets, addresses: conformance/translation/layout.ts, as translation-layout.h.

#include "translation-layout.h"

// The program's own level, whose registers are those of EL2 in the records.
#ifdef MONITOR
#define OWN(register) register##_el3
#define FLUSH alle3
#else
#define OWN(register) register##_el2
#define FLUSH alle2
#endif

#define SECURE_GPIO     0x090b0000
#define GPIODIR         0x400
#define POWEROFF        1               // pin 0; in the address of GPIODATA from bit 2 on

#define SCTLR_RES1 0x30c50830
#define ENTRIES 16

    .macro operation name
    at      \name, x0
    b       performed
    .endm

    .section .text, "ax"
    .global _start
_start:
    adr     x0, vectors
    msr     OWN(vbar), x0
    ldr     x28, =RECORDS
    ldr     x27, =RESULTS
    ldr     x26, =COUNT
    ldr     x26, [x26]
    ldr     x25, =SCTLR_RES1
next:
    cbz     x26, finish
    ldp     x0, x1, [x28, #SCTLR_EL1]
    msr     sctlr_el1, x0
    msr     tcr_el1, x1
    ldp     x0, x1, [x28, #TTBR0_EL1]
    msr     ttbr0_el1, x0
    msr     ttbr1_el1, x1
    ldp     x0, x1, [x28, #MAIR_EL1]
    msr     mair_el1, x0
    msr     hcr_el2, x1
    ldp     x0, x1, [x28, #VTCR_EL2]
    msr     vtcr_el2, x0
    msr     vttbr_el2, x1
    ldp     x0, x1, [x28, #TCR_EL2]
    msr     OWN(tcr), x0
    msr     OWN(ttbr0), x1
    ldr     x0, [x28, #MAIR_EL2]
    msr     OWN(mair), x0
#ifdef MONITOR
    ldr     x0, [x28, #SCR_EL3]
    msr     scr_el3, x0
    isb
#endif
    mov     x0, #-1
    msr     par_el1, x0
    msr     OWN(far), xzr
    msr     hpfar_el2, xzr
    mov     x24, xzr
    ldr     x1, [x28, #SCTLR_EL2]
    orr     x1, x1, x25
    tlbi    alle1
    tlbi    FLUSH
    dsb     sy
    msr     OWN(sctlr), x1
    isb
    ldp     x0, x1, [x28, #ADDRESS]
    adr     x2, operations
    add     x2, x2, x1, lsl #3
    br      x2
performed:
    isb
    msr     OWN(sctlr), x25
    isb
    mrs     x0, par_el1
    mrs     x1, OWN(far)
    mrs     x2, hpfar_el2
    stp     x0, x24, [x27]
    stp     x1, x2, [x27, #16]
    add     x28, x28, #RECORD_BYTES
    add     x27, x27, #RESULT_BYTES
    sub     x26, x26, #1
    b       next
finish:
    mov     x0, #1
    ldr     x1, =DONE
    str     x0, [x1]
#ifdef MONITOR
    ldr     x0, =SECURE_GPIO
    mov     w1, #POWEROFF
    str     w1, [x0, #GPIODIR]
    str     w1, [x0, #(POWEROFF << 2)]
#else
    ldr     w0, =0x84000008         // PSCI SYSTEM_OFF
    smc     #0
#endif
    b       .

operations:
    operation s1e1r
    operation s1e1w
    operation s1e0r
    operation s1e0w
    operation s12e1r
    operation s12e1w
    operation s12e0r
    operation s12e0w
#ifdef MONITOR
    operation s1e3r
    operation s1e3w
#else
    operation s1e2r
    operation s1e2w
#endif

    .balign 2048
vectors:
    .rept   ENTRIES
    .balign 128
    mrs     x24, OWN(esr)
    mrs     x3, OWN(elr)
    add     x3, x3, #4
    msr     OWN(elr), x3
    eret
    .endr
