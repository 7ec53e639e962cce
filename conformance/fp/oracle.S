// Runs single FP instructions on given states, as a Linux program under qemu-aarch64.
//
// Standard input holds groups: u32 word, u32 count, then `count` states of 96 bytes:
//   0 V1, 16 V2, 32 V3, 48 V0, 64 X1, 72 FPCR (u32), 76 FPSR, 80 NZCV, 84 padding.
// For each state it writes 32 bytes: 0 V0, 16 X0, 24 FPSR (u32), 28 NZCV.
// The word may write V0, X0 and flags only. count is at most MAX_STATES.

        .equ    MAX_STATES, 4096
        .equ    STATE, 96
        .equ    RESULT, 32
        .equ    SYS_READ, 63
        .equ    SYS_WRITE, 64
        .equ    SYS_EXIT, 93
        .equ    SYS_MMAP, 222

        .text
        .globl  _start
_start:
        mov     x0, #0
        mov     x1, #4096
        mov     x2, #7                  // PROT_READ | PROT_WRITE | PROT_EXEC
        mov     x3, #0x22               // MAP_PRIVATE | MAP_ANONYMOUS
        mov     x4, #-1
        mov     x5, #0
        mov     x8, #SYS_MMAP
        svc     #0
        mov     x20, x0                 // code
        adrp    x21, states
        add     x21, x21, :lo12:states
        adrp    x22, results
        add     x22, x22, :lo12:results

group:
        mov     x0, x21
        mov     x1, #8
        bl      read_all
        ldp     w23, w24, [x21]         // word, count
        str     w23, [x20]
        ldr     w9, =0xd65f03c0         // ret
        str     w9, [x20, #4]
        dc      cvau, x20
        dsb     ish
        ic      ivau, x20
        dsb     ish
        isb
        mov     w9, #STATE
        umull   x1, w24, w9
        mov     x0, x21
        bl      read_all
        mov     x25, x21
        mov     x26, x22
        mov     w27, w24
each:
        ldp     q1, q2, [x25]
        ldp     q3, q0, [x25, #32]
        ldr     x1, [x25, #64]
        ldr     w9, [x25, #72]
        msr     fpcr, x9
        ldr     w9, [x25, #76]
        msr     fpsr, x9
        ldr     w9, [x25, #80]
        msr     nzcv, x9
        mov     x0, #0
        blr     x20
        mrs     x9, nzcv
        mrs     x10, fpsr
        str     q0, [x26]
        str     x0, [x26, #16]
        stp     w10, w9, [x26, #24]
        add     x25, x25, #STATE
        add     x26, x26, #RESULT
        subs    w27, w27, #1
        b.ne    each
        mov     x0, x22
        sub     x1, x26, x22
        bl      write_all
        b       group

// Reads x1 bytes to x0; exits at the end of input.
read_all:
        mov     x11, x0
        mov     x12, x1
1:      cbz     x12, 2f
        mov     x0, #0
        mov     x1, x11
        mov     x2, x12
        mov     x8, #SYS_READ
        svc     #0
        cmp     x0, #0
        b.le    exit
        add     x11, x11, x0
        sub     x12, x12, x0
        b       1b
2:      ret

// Writes x1 bytes from x0.
write_all:
        mov     x11, x0
        mov     x12, x1
1:      cbz     x12, 2f
        mov     x0, #1
        mov     x1, x11
        mov     x2, x12
        mov     x8, #SYS_WRITE
        svc     #0
        cmp     x0, #0
        b.le    exit
        add     x11, x11, x0
        sub     x12, x12, x0
        b       1b
2:      ret

exit:
        mov     x0, #0
        mov     x8, #SYS_EXIT
        svc     #0

        .bss
        .balign 16
states: .skip   MAX_STATES * STATE
results: .skip  MAX_STATES * RESULT
