// Runs test cases of single instructions and short sequences, at EL0, EL1 or EL2, and stores what they did.
// Enters at EL2 with the MMU off. The header at PA_header says how many cases lie at PA_cases; their results
// go to PA_results. Addresses and record offsets: conformance/qemu/layout.ts, included as layout.h.
//
// Between cases the harness runs at EL2 from HARNESS_VA_OFFSET + physical address. A case ends with the first
// exception it takes. Exceptions to EL1 reach EL2 by the HVC in the EL1 vectors, which changes no EL1 state.

#include "layout.h"

#define VA(pa) ((pa) + HARNESS_VA_OFFSET)
#define HCR_RW (1 << 31)
#define CPTR_EL2_RES1 0x33ff

.macro load reg, value
    ldr     \reg, =\value
.endm

.macro case_to_system sysreg, field
    ldr     x0, [x28, #\field]
    msr     \sysreg, x0
.endm

.macro system_to_result sysreg, field
    mrs     x2, \sysreg
    str     x2, [x0, #\field]
.endm

    .section .text.start, "ax"
    .global _start
_start:
    load    x29, PA_header
    ldr     x0, [x29, #HEADER_mairEl2]
    msr     mair_el2, x0
    ldr     x0, [x29, #HEADER_tcrEl2]
    msr     tcr_el2, x0
    ldr     x0, [x29, #HEADER_ttbr0El2]
    msr     ttbr0_el2, x0
    ldr     x0, [x29, #HEADER_mairEl1]
    msr     mair_el1, x0
    ldr     x0, [x29, #HEADER_tcrEl1]
    msr     tcr_el1, x0
    ldr     x0, [x29, #HEADER_ttbrEl1]
    msr     ttbr0_el1, x0
    msr     ttbr1_el1, x0
    ldr     x0, [x29, #HEADER_vbarEl1]
    msr     vbar_el1, x0
    load    x0, el2_vectors
    msr     vbar_el2, x0
    msr     oslar_el1, xzr
    msr     osdlr_el1, xzr
    ldr     x0, [x29, #HEADER_vttbrEl2]
    msr     vttbr_el2, x0
    ldr     x0, [x29, #HEADER_vtcrEl2]
    msr     vtcr_el2, x0
    mrs     x0, midr_el1
    msr     vpidr_el2, x0
    mrs     x0, mpidr_el1
    msr     vmpidr_el2, x0
    dsb     sy
    isb
    tlbi    alle1
    tlbi    alle2
    dsb     sy
    isb
    ldr     x0, [x29, #HEADER_sctlrEl2]
    msr     sctlr_el2, x0
    isb
    load    x0, at_virtual_address
    br      x0

at_virtual_address:
    // The identity mapping goes: it is the second gigabyte's entry of the first-level table.
    load    x29, VA(PA_header)
    ldr     x1, [x29, #HEADER_ttbr0El2]
    load    x2, HARNESS_VA_OFFSET
    add     x1, x1, x2
    str     xzr, [x1, #8]
    dsb     sy
    tlbi    alle2
    dsb     sy
    isb
    // Both code pages are filled with the word that ends a test.
    load    x0, VA(PA_code)
    mov     x1, #SIZE_code
    load    w2, PAD_WORD
1:  str     w2, [x0], #4
    subs    x1, x1, #4
    b.ne    1b
    load    x0, VA(PA_code)
    mov     x1, #SIZE_code
    bl      synchronise_code
    load    x0, VA(PA_cases)
    load    x1, VA(PA_results)
    adr     x2, current
    stp     x0, x1, [x2]
    str     xzr, [x29, #HEADER_progress]

next_case:
    load    x29, VA(PA_header)
    ldr     x0, [x29, #HEADER_progress]
    ldr     x1, [x29, #HEADER_count]
    cmp     x0, x1
    b.hs    finished
    adr     x0, current
    ldr     x28, [x0]
    // The test's words.
    load    x20, VA(PA_code)
    ldr     x1, [x28, #CASE_pc]
    and     x1, x1, #(SIZE_code - 1)
    add     x20, x20, x1
    ldr     w21, [x28, #CASE_count]
    add     x1, x28, #CASE_words
    mov     x0, x20
    mov     w2, w21
1:  ldr     w3, [x1], #4
    str     w3, [x0], #4
    subs    w2, w2, #1
    b.ne    1b
    mov     x0, x20
    lsl     x1, x21, #2
    bl      synchronise_code
    // System state.
    case_to_system sp_el0, CASE_spEl0
    case_to_system sp_el1, CASE_spEl1
    case_to_system elr_el2, CASE_pc
    case_to_system spsr_el2, CASE_spsr
    case_to_system sctlr_el1, CASE_sctlrEl1
    case_to_system cpacr_el1, CASE_cpacrEl1
    case_to_system mdscr_el1, CASE_mdscrEl1
    case_to_system mdcr_el2, CASE_mdcrEl2
    case_to_system dbgbvr0_el1, CASE_dbgbvr0
    case_to_system dbgbcr0_el1, CASE_dbgbcr0
    case_to_system dbgwvr0_el1, CASE_dbgwvr0
    case_to_system dbgwcr0_el1, CASE_dbgwcr0
    case_to_system elr_el1, CASE_elrEl1
    case_to_system spsr_el1, CASE_spsrEl1
    msr     esr_el1, xzr
    msr     far_el1, xzr
    msr     esr_el2, xzr
    msr     far_el2, xzr
    msr     hpfar_el2, xzr
    msr     tpidr_el0, xzr
    msr     tpidr_el2, xzr
    msr     tpidr_el1, xzr
    msr     par_el1, xzr
    case_to_system fpcr, CASE_fpcr
    case_to_system fpsr, CASE_fpsr
    add     x0, x28, #CASE_v
    ldp     q0, q1, [x0, #0x000]
    ldp     q2, q3, [x0, #0x020]
    ldp     q4, q5, [x0, #0x040]
    ldp     q6, q7, [x0, #0x060]
    ldp     q8, q9, [x0, #0x080]
    ldp     q10, q11, [x0, #0x0a0]
    ldp     q12, q13, [x0, #0x0c0]
    ldp     q14, q15, [x0, #0x0e0]
    ldp     q16, q17, [x0, #0x100]
    ldp     q18, q19, [x0, #0x120]
    ldp     q20, q21, [x0, #0x140]
    ldp     q22, q23, [x0, #0x160]
    ldp     q24, q25, [x0, #0x180]
    ldp     q26, q27, [x0, #0x1a0]
    ldp     q28, q29, [x0, #0x1c0]
    ldp     q30, q31, [x0, #0x1e0]
    case_to_system cptr_el2, CASE_cptrEl2
    case_to_system hcr_el2, CASE_hcrEl2
    case_to_system sctlr_el2, CASE_sctlrEl2
    ldr     x0, [x28, #CASE_spEl2]
    mov     sp, x0
    isb
    ldp     x0, x1, [x28, #0x00]
    ldp     x2, x3, [x28, #0x10]
    ldp     x4, x5, [x28, #0x20]
    ldp     x6, x7, [x28, #0x30]
    ldp     x8, x9, [x28, #0x40]
    ldp     x10, x11, [x28, #0x50]
    ldp     x12, x13, [x28, #0x60]
    ldp     x14, x15, [x28, #0x70]
    ldp     x16, x17, [x28, #0x80]
    ldp     x18, x19, [x28, #0x90]
    ldp     x20, x21, [x28, #0xa0]
    ldp     x22, x23, [x28, #0xb0]
    ldp     x24, x25, [x28, #0xc0]
    ldp     x26, x27, [x28, #0xd0]
    ldr     x30, [x28, #0xf0]
    ldp     x28, x29, [x28, #0xe0]
    eret

// The test took an exception: x0 is in TPIDR_EL2 and in the result, x0 points to the result, x1 is saved there
// and holds the number of the vector.
test_ended:
    stp     x2, x3, [x0, #0x10]
    stp     x4, x5, [x0, #0x20]
    stp     x6, x7, [x0, #0x30]
    stp     x8, x9, [x0, #0x40]
    stp     x10, x11, [x0, #0x50]
    stp     x12, x13, [x0, #0x60]
    stp     x14, x15, [x0, #0x70]
    stp     x16, x17, [x0, #0x80]
    stp     x18, x19, [x0, #0x90]
    stp     x20, x21, [x0, #0xa0]
    stp     x22, x23, [x0, #0xb0]
    stp     x24, x25, [x0, #0xc0]
    stp     x26, x27, [x0, #0xd0]
    stp     x28, x29, [x0, #0xe0]
    mrs     x2, tpidr_el2
    str     x30, [x0, #0xf0]
    str     x2, [x0]
    str     x1, [x0, #RESULT_vector]
    // The harness's own surroundings again.
    load    x2, HCR_RW
    msr     hcr_el2, x2
    mov     x2, #CPTR_EL2_RES1
    msr     cptr_el2, x2
    load    x29, VA(PA_header)
    ldr     x2, [x29, #HEADER_sctlrEl2]
    msr     sctlr_el2, x2
    msr     mdcr_el2, xzr
    msr     mdscr_el1, xzr
    msr     dbgbcr0_el1, xzr
    msr     dbgwcr0_el1, xzr
    msr     cntkctl_el1, xzr
    msr     pmuserenr_el0, xzr
    mov     x2, #3
    msr     cnthctl_el2, x2
    mrs     x2, midr_el1
    msr     vpidr_el2, x2
    mrs     x2, mpidr_el1
    msr     vmpidr_el2, x2
    isb
    mov     x2, sp
    str     x2, [x0, #RESULT_spEl2]
    system_to_result sp_el0, RESULT_spEl0
    system_to_result sp_el1, RESULT_spEl1
    system_to_result esr_el2, RESULT_esrEl2
    system_to_result elr_el2, RESULT_elrEl2
    system_to_result spsr_el2, RESULT_spsrEl2
    system_to_result far_el2, RESULT_farEl2
    system_to_result hpfar_el2, RESULT_hpfarEl2
    system_to_result esr_el1, RESULT_esrEl1
    system_to_result elr_el1, RESULT_elrEl1
    system_to_result spsr_el1, RESULT_spsrEl1
    system_to_result far_el1, RESULT_farEl1
    system_to_result fpcr, RESULT_fpcr
    system_to_result fpsr, RESULT_fpsr
    system_to_result tpidr_el0, RESULT_tpidrEl0
    system_to_result tpidr_el1, RESULT_tpidrEl1
    system_to_result par_el1, RESULT_parEl1
    add     x2, x0, #RESULT_v
    stp     q0, q1, [x2, #0x000]
    stp     q2, q3, [x2, #0x020]
    stp     q4, q5, [x2, #0x040]
    stp     q6, q7, [x2, #0x060]
    stp     q8, q9, [x2, #0x080]
    stp     q10, q11, [x2, #0x0a0]
    stp     q12, q13, [x2, #0x0c0]
    stp     q14, q15, [x2, #0x0e0]
    stp     q16, q17, [x2, #0x100]
    stp     q18, q19, [x2, #0x120]
    stp     q20, q21, [x2, #0x140]
    stp     q22, q23, [x2, #0x160]
    stp     q24, q25, [x2, #0x180]
    stp     q26, q27, [x2, #0x1a0]
    stp     q28, q29, [x2, #0x1c0]
    stp     q30, q31, [x2, #0x1e0]
    // What the test wrote to the data pages goes into the result and is undone.
    adr     x2, current
    ldr     x28, [x2]
    mov     x10, #0                         // number of changed chunks
    mov     x11, #0                         // their hash
    add     x12, x0, #RESULT_chunks
    ldr     w2, [x28, #CASE_flags]
    tbz     w2, #0, 4f
    load    x13, VA(PA_data)
    load    x14, VA(PA_pristine)
    mov     x15, #0
    load    x16, 0x9e3779b97f4a7c15
1:  ldp     x2, x3, [x13]
    ldp     x4, x5, [x14]
    cmp     x2, x4
    ccmp    x3, x5, #0, eq
    b.ne    3f
2:  add     x13, x13, #16
    add     x14, x14, #16
    add     x15, x15, #16
    cmp     x15, #SIZE_data
    b.ne    1b
    b       4f
3:  stp     x4, x5, [x13]
    madd    x11, x11, x16, x15
    madd    x11, x11, x16, x2
    madd    x11, x11, x16, x3
    ror     x11, x11, #29
    cmp     x10, #MAX_CHUNKS
    add     x10, x10, #1
    b.hs    2b
    str     x15, [x12], #8
    stp     x2, x3, [x12], #16
    b       2b
4:  str     x10, [x0, #RESULT_chunkCount]
    str     x11, [x0, #RESULT_chunkHash]
    // The test's words are undone.
    load    x20, VA(PA_code)
    ldr     x1, [x28, #CASE_pc]
    and     x1, x1, #(SIZE_code - 1)
    add     x20, x20, x1
    ldr     w2, [x28, #CASE_count]
    load    w3, PAD_WORD
5:  str     w3, [x20], #4
    subs    w2, w2, #1
    b.ne    5b
    // On to the next.
    add     x28, x28, #SIZE_case
    add     x0, x0, #SIZE_result
    adr     x2, current
    stp     x28, x0, [x2]
    ldr     x1, [x29, #HEADER_progress]
    add     x1, x1, #1
    str     x1, [x29, #HEADER_progress]
    b       next_case

finished:
    mov     x0, #1
    dsb     sy
    str     x0, [x29, #HEADER_done]
    dsb     sy
    load    x0, 0x84000008                  // PSCI SYSTEM_OFF
    smc     #0
1:  wfi
    b       1b

// Makes x1 bytes written at x0 visible to instruction fetch. Uses x0 to x2.
synchronise_code:
    add     x1, x0, x1
    bic     x0, x0, #63
    mov     x2, x0
1:  dc      cvau, x2
    add     x2, x2, #64
    cmp     x2, x1
    b.lo    1b
    dsb     ish
1:  ic      ivau, x0
    add     x0, x0, #64
    cmp     x0, x1
    b.lo    1b
    dsb     ish
    isb
    ret

    .balign 16
current:                                    // the running case and its result
    .quad   0, 0
    .ltorg

    .section .vectors.el2, "ax"
    .balign 2048
el2_vectors:
    .set    vector, 0
    .rept   16
    .balign 128
    msr     tpidr_el2, x0
    adr     x0, current
    ldr     x0, [x0, #8]
    str     x1, [x0, #8]
    mov     x1, #vector
    b       test_ended
    .set    vector, vector + 1
    .endr

    .section .vectors.el1, "ax"
    .balign 2048
    .set    vector, 0
    .rept   16
    .balign 128
    hvc     #(0xe100 + vector)
    .set    vector, vector + 1
    .endr
